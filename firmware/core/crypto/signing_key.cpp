#include "firmware/core/crypto/signing_key.h"

#include <mbedtls/platform_util.h>

#include "firmware/core/base/file.h"
#include "firmware/core/crypto/signing_key_state.h"

namespace counterfoil::crypto {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::size_t kMaxPemBytes = 8 * 1024;
using Number = Handle<mbedtls_mpi, mbedtls_mpi_init, mbedtls_mpi_free>;

// A private key's text, wiped when it is no longer needed.
struct SecretText {
    std::string text;
    ~SecretText() { mbedtls_platform_zeroize(text.data(), text.size()); }
};

}  // namespace

bool read_public_key(const mbedtls_pk_context& pk, PublicKey& out) {
    if (mbedtls_pk_get_type(&pk) != MBEDTLS_PK_ECKEY) return false;
    const mbedtls_ecp_keypair* pair = mbedtls_pk_ec(pk);
    if (pair->grp.id != MBEDTLS_ECP_DP_SECP256R1) return false;
    std::size_t size = 0;
    return mbedtls_ecp_point_write_binary(&pair->grp, &pair->Q, MBEDTLS_ECP_PF_UNCOMPRESSED, &size,
                                          out.data(), out.size()) == 0 &&
           size == out.size();
}

SigningKey::SigningKey(std::unique_ptr<State> state) : state_(std::move(state)) {
    CF_CHECK(read_public_key(*state_->pk.get(), public_key_));
}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

SigningKey SigningKey::generate(base::Entropy& entropy) {
    auto state = std::make_unique<State>(entropy);
    CF_CHECK(mbedtls_pk_setup(state->pk.get(), mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)) == 0);
    CF_CHECK(mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(*state->pk.get()),
                                 random_for_mbedtls, &entropy) == 0);
    return SigningKey(std::move(state));
}

Result<SigningKey> SigningKey::from_pem(std::string_view pem, base::Entropy& entropy) {
    auto state = std::make_unique<State>(entropy);
    // mbedTLS wants the closing NUL counted.
    SecretText copy{std::string(pem)};
    const auto* data = base::as_bytes(copy.text).data();
    if (mbedtls_pk_parse_key(state->pk.get(), data, copy.text.size() + 1, nullptr, 0) != 0)
        return Error(Code::malformed, "the file holds no private key in PEM form");
    PublicKey public_key;
    if (!read_public_key(*state->pk.get(), public_key))
        return Error(Code::key_mismatch, "the key is not an elliptic-curve key on P-256");
    const mbedtls_ecp_keypair* pair = mbedtls_pk_ec(*state->pk.get());
    if (mbedtls_ecp_check_pub_priv(pair, pair) != 0)
        return Error(Code::key_mismatch, "the key's two halves do not belong together");
    return SigningKey(std::move(state));
}

Result<SigningKey> SigningKey::load(const std::filesystem::path& path, base::Entropy& entropy) {
    CF_TRY(base::check_owner_only(path));
    CF_LET(SecretText pem, [&]() -> Result<SecretText> {
        CF_LET(std::string text, base::read_file(path, kMaxPemBytes));
        return SecretText{std::move(text)};
    }());
    auto key = from_pem(pem.text, entropy);
    if (!key.ok()) return key.error().within(path.string());
    return key;
}

Status SigningKey::save(const std::filesystem::path& path) const {
    SecretText pem{std::string(kMaxPemBytes, '\0')};
    auto* out = reinterpret_cast<unsigned char*>(pem.text.data());
    CF_CHECK(mbedtls_pk_write_key_pem(state_->pk.get(), out, pem.text.size()) == 0);
    return base::create_file(path, pem.text.c_str(), base::Readers::owner_only);
}

Result<Signature> SigningKey::sign(const Digest& digest) {
    mbedtls_ecp_keypair* pair = mbedtls_pk_ec(*state_->pk.get());
    Number r;
    Number s;
    Signature signature;
    const bool done = mbedtls_ecdsa_sign_det_ext(&pair->grp, r.get(), s.get(), &pair->d,
                                                 digest.data(), digest.size(), MBEDTLS_MD_SHA256,
                                                 random_for_mbedtls, &state_->entropy) == 0 &&
                      mbedtls_mpi_write_binary(r.get(), signature.data(), 32) == 0 &&
                      mbedtls_mpi_write_binary(s.get(), signature.data() + 32, 32) == 0;
    if (!done) return Error(Code::signer_failed, "the signing key could not sign");
    return signature;
}

}  // namespace counterfoil::crypto
