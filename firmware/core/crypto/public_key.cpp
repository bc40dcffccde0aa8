#include "firmware/core/crypto/public_key.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>

#include "firmware/core/base/file.h"
#include "firmware/core/crypto/openssl_handle.h"

namespace counterfoil::crypto {

using base::Code;
using base::Error;
using base::Result;

namespace {

using GroupPointer = OpensslPointer<EC_GROUP, EC_GROUP_free>;
using PointPointer = OpensslPointer<EC_POINT, EC_POINT_free>;
using KeyPointer = OpensslPointer<EVP_PKEY, EVP_PKEY_free>;
using BioPointer = OpensslPointer<BIO, BIO_free>;

constexpr std::size_t kMaxPemBytes = 16 << 10;

// What stands before the point in the DER form of every public key on P-256 (RFC 5480).
constexpr std::array<std::uint8_t, 26> kDerPrefix{
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};

using Der = std::array<std::uint8_t, kDerPrefix.size() + sizeof(PublicKey)>;

}  // namespace

CompressedKey compress(const PublicKey& key) {
    CF_CHECK(key[0] == 0x04);
    CompressedKey out;
    out[0] = static_cast<std::uint8_t>(0x02 | (key.back() & 1));
    std::copy_n(key.begin() + 1, out.size() - 1, out.begin() + 1);
    return out;
}

Result<PublicKey> expand(const CompressedKey& key) {
    const GroupPointer group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    CF_CHECK(group);
    const PointPointer point(EC_POINT_new(group.get()));
    CF_CHECK(point);
    PublicKey out;
    if ((key[0] != 0x02 && key[0] != 0x03) ||
        EC_POINT_oct2point(group.get(), point.get(), key.data(), key.size(), nullptr) != 1 ||
        EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, out.data(),
                           out.size(), nullptr) != out.size())
        return Error(Code::bad_certificate, "the public key is no point on P-256");
    return out;
}

std::string to_pem(const PublicKey& key) {
    Der der;
    std::ranges::copy(key, std::ranges::copy(kDerPrefix, der.begin()).out);
    const BioPointer out(BIO_new(BIO_s_mem()));
    CF_CHECK(out && PEM_write_bio(out.get(), PEM_STRING_PUBLIC, "", der.data(),
                                  static_cast<long>(der.size())) > 0);
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

Result<PublicKey> public_key_from_pem(std::string_view pem) {
    const Error refused(Code::key_mismatch, "not a public key on P-256 in PEM");
    if (pem.size() > kMaxPemBytes) return refused;
    const BioPointer in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    CF_CHECK(in);
    const KeyPointer parsed(PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr));
    PublicKey out;
    std::size_t size = 0;
    if (!parsed || EVP_PKEY_get_base_id(parsed.get()) != EVP_PKEY_EC ||
        EVP_PKEY_get_bits(parsed.get()) != 256 ||
        EVP_PKEY_get_octet_string_param(parsed.get(), "pub", out.data(), out.size(), &size) != 1 ||
        size != out.size() || out[0] != 0x04)
        return refused;
    // Another curve may have 256 bits too: only the form of P-256 gives back the same text's key.
    CF_LET(const PublicKey again, expand(compress(out)));
    if (again != out) return refused;
    return out;
}

Result<PublicKey> load_public_key(const std::filesystem::path& path) {
    CF_LET(const std::string pem, base::read_file(path, kMaxPemBytes));
    auto key = public_key_from_pem(pem);
    if (!key.ok()) return key.error().within(path.string());
    return key;
}

}  // namespace counterfoil::crypto
