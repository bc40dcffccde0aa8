#include "firmware/core/crypto/certificate.h"

#include <mbedtls/oid.h>
#include <mbedtls/pem.h>
#include <mbedtls/x509_crt.h>
#include <mbedtls/x509_csr.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "firmware/core/base/file.h"
#include "firmware/core/crypto/signing_key_state.h"

namespace counterfoil::crypto {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::size_t kMaxDerBytes = 4 * 1024;
constexpr std::size_t kMaxChainBytes = 2 * kMaxDerBytes * kMaxChain;
constexpr std::size_t kMaxNameSize = 32;
constexpr std::size_t kSerialSize = 16;
constexpr char kPemBegin[] = "-----BEGIN CERTIFICATE-----\n";
constexpr char kPemEnd[] = "-----END CERTIFICATE-----\n";
constexpr char kRequestBegin[] = "-----BEGIN CERTIFICATE REQUEST-----\n";
constexpr char kRequestEnd[] = "-----END CERTIFICATE REQUEST-----\n";
// An extended key usage of one item, clientAuth; this release of mbedTLS has no function for it.
constexpr std::array<std::uint8_t, 12> kClientUsage{0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06,
                                                    0x01, 0x05, 0x05, 0x07, 0x03, 0x02};

using CertificateHandle = Handle<mbedtls_x509_crt, mbedtls_x509_crt_init, mbedtls_x509_crt_free>;
using CertificateWriter =
    Handle<mbedtls_x509write_cert, mbedtls_x509write_crt_init, mbedtls_x509write_crt_free>;
using RequestHandle = Handle<mbedtls_x509_csr, mbedtls_x509_csr_init, mbedtls_x509_csr_free>;
using RequestWriter =
    Handle<mbedtls_x509write_csr, mbedtls_x509write_csr_init, mbedtls_x509write_csr_free>;
using Number = Handle<mbedtls_mpi, mbedtls_mpi_init, mbedtls_mpi_free>;

Error bad(std::string_view why) {
    return Error(Code::bad_certificate, std::string(why));
}

Status check_name(std::string_view name) {
    if (is_terminal_name(name)) return {};
    return Error(Code::invalid_argument,
                 "a terminal's name is 1 to 32 letters, digits, dots, hyphens or underscores");
}

// X.509 time in mbedTLS's writing form: "20261121080000".
std::string x509_time(base::WallTime time) {
    std::string digits;
    for (char c : base::to_rfc3339(time).substr(0, 19))
        if (c >= '0' && c <= '9') digits.push_back(c);
    return digits;
}

base::WallTime wall_time(const mbedtls_x509_time& time) {
    using std::chrono::sys_days;
    const std::chrono::year_month_day day{std::chrono::year(time.year),
                                          std::chrono::month(static_cast<unsigned>(time.mon)),
                                          std::chrono::day(static_cast<unsigned>(time.day))};
    const std::chrono::milliseconds since =
        sys_days(day).time_since_epoch() + std::chrono::hours(time.hour) +
        std::chrono::minutes(time.min) + std::chrono::seconds(time.sec);
    return {since.count()};
}

// The common name, when the subject is that and nothing else.
std::optional<std::string> only_common_name(const mbedtls_x509_name& subject) {
    const bool common_name = MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &subject.oid) == 0;
    if (subject.next != nullptr || !common_name) return {};
    std::string name(base::as_text({subject.val.p, subject.val.len}));
    if (!is_terminal_name(name)) return {};
    return name;
}

Status parse(ByteView der, CertificateHandle& out) {
    if (der.empty() || der.size() > kMaxDerBytes ||
        mbedtls_x509_crt_parse_der(out.get(), der.data(), der.size()) != 0 ||
        out->raw.len != der.size())
        return bad("the bytes are not one X.509 certificate");
    if (out->sig_pk != MBEDTLS_PK_ECDSA || out->sig_md != MBEDTLS_MD_SHA256)
        return bad("the certificate is not signed with ECDSA and SHA-256");
    return {};
}

bool set_client_usage(mbedtls_x509write_cert& writer) {
    constexpr char kOid[] = MBEDTLS_OID_EXTENDED_KEY_USAGE;
    return mbedtls_x509write_crt_set_extension(&writer, kOid, MBEDTLS_OID_SIZE(kOid), 0,
                                               kClientUsage.data(), kClientUsage.size()) == 0;
}

// What is the same for every certificate that we write.
Result<Bytes> write(mbedtls_pk_context* subject_key, const SigningKey& issuer_key,
                    const std::string& issuer_name, const Identity& identity, Use use) {
    CF_TRY(check_name(identity.name));
    if (identity.not_after <= identity.not_before)
        return Error(Code::invalid_argument, "a certificate must end after it begins");
    base::Entropy& entropy = KeyAccess::entropy(issuer_key);
    Number serial;
    std::array<std::uint8_t, kSerialSize> serial_bytes;
    entropy.fill(serial_bytes);
    serial_bytes[0] = static_cast<std::uint8_t>((serial_bytes[0] & 0x7f) | 0x40);
    CertificateWriter writer;
    mbedtls_x509write_crt_set_version(writer.get(), MBEDTLS_X509_CRT_VERSION_3);
    mbedtls_x509write_crt_set_md_alg(writer.get(), MBEDTLS_MD_SHA256);
    mbedtls_x509write_crt_set_subject_key(writer.get(), subject_key);
    mbedtls_x509write_crt_set_issuer_key(writer.get(), KeyAccess::pk(issuer_key));
    const bool authority = use == Use::authority;
    const unsigned usage = authority ? MBEDTLS_X509_KU_KEY_CERT_SIGN | MBEDTLS_X509_KU_CRL_SIGN
                                     : MBEDTLS_X509_KU_DIGITAL_SIGNATURE;
    const std::string not_before = x509_time(identity.not_before);
    const std::string not_after = x509_time(identity.not_after);
    const bool prepared =
        mbedtls_mpi_read_binary(serial.get(), serial_bytes.data(), kSerialSize) == 0 &&
        mbedtls_x509write_crt_set_serial(writer.get(), serial.get()) == 0 &&
        mbedtls_x509write_crt_set_subject_name(writer.get(), ("CN=" + identity.name).c_str()) ==
            0 &&
        mbedtls_x509write_crt_set_issuer_name(writer.get(), ("CN=" + issuer_name).c_str()) == 0 &&
        mbedtls_x509write_crt_set_validity(writer.get(), not_before.c_str(), not_after.c_str()) ==
            0 &&
        mbedtls_x509write_crt_set_basic_constraints(writer.get(), authority ? 1 : 0, -1) == 0 &&
        mbedtls_x509write_crt_set_key_usage(writer.get(), usage) == 0 &&
        mbedtls_x509write_crt_set_subject_key_identifier(writer.get()) == 0 &&
        mbedtls_x509write_crt_set_authority_key_identifier(writer.get()) == 0 &&
        (use != Use::client || set_client_usage(*writer.get()));
    CF_CHECK(prepared);
    Bytes buffer(kMaxDerBytes);
    const int size = mbedtls_x509write_crt_der(writer.get(), buffer.data(), buffer.size(),
                                               random_for_mbedtls, &entropy);
    if (size < 0) return Error(Code::signer_failed, "the certificate could not be signed");
    // mbedTLS fills the buffer from its end.
    return Bytes(buffer.end() - size, buffer.end());
}

Status check_signed_by(const Certificate& certificate, const Certificate& issuer) {
    CertificateHandle subject;
    CertificateHandle authority;
    CF_TRY(parse(certificate.der(), subject));
    CF_TRY(parse(issuer.der(), authority));
    const auto& claimed = subject->issuer_raw;
    const auto& actual = authority->subject_raw;
    const bool named =
        std::equal(claimed.p, claimed.p + claimed.len, actual.p, actual.p + actual.len);
    if (!named) return bad(certificate.name() + " was not issued by " + issuer.name());
    const Digest digest = sha256({ByteView(subject->tbs.p, subject->tbs.len)});
    if (mbedtls_pk_verify(&authority->pk, MBEDTLS_MD_SHA256, digest.data(), digest.size(),
                          subject->sig.p, subject->sig.len) != 0)
        return bad("the signature of " + issuer.name() + " on " + certificate.name() +
                   "'s certificate does not hold");
    return {};
}

std::string pem_text(const char* begin, const char* end, ByteView der) {
    std::string pem(2 * kMaxDerBytes, '\0');
    std::size_t size = 0;
    auto* out = reinterpret_cast<unsigned char*>(pem.data());
    CF_CHECK(mbedtls_pem_write_buffer(begin, end, der.data(), der.size(), out, pem.size(), &size) ==
             0);
    pem.resize(size - 1);
    return pem;
}

std::size_t count_begins(std::string_view pem) {
    std::size_t count = 0;
    for (std::size_t at = pem.find(kPemBegin); at != std::string_view::npos;
         at = pem.find(kPemBegin, at + 1))
        ++count;
    return count;
}

Status check_issued_by(const Certificate& certificate, const Certificate& issuer) {
    if (!issuer.is_authority())
        return bad(issuer.name() + " may not issue certificates, but did for " +
                   certificate.name());
    return check_signed_by(certificate, issuer);
}

}  // namespace

bool is_terminal_name(std::string_view name) {
    return !name.empty() && name.size() <= kMaxNameSize && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    });
}

Result<Certificate> Certificate::from_der(ByteView der) {
    CertificateHandle parsed;
    CF_TRY(parse(der, parsed));
    Certificate certificate;
    const auto name = only_common_name(parsed->subject);
    if (!name) return bad("the certificate's subject is not one plain common name");
    if (!read_public_key(parsed->pk, certificate.public_key_))
        return bad("the certificate's key is not on P-256");
    certificate.name_ = *name;
    certificate.der_.assign(der.begin(), der.end());
    certificate.serial_.assign(parsed->serial.p, parsed->serial.p + parsed->serial.len);
    certificate.not_before_ = wall_time(parsed->valid_from);
    certificate.not_after_ = wall_time(parsed->valid_to);
    certificate.is_authority_ =
        parsed->ca_istrue != 0 &&
        mbedtls_x509_crt_check_key_usage(parsed.get(), MBEDTLS_X509_KU_KEY_CERT_SIGN) == 0;
    return certificate;
}

Result<Certificate> Certificate::self_signed(const SigningKey& key, const Identity& identity,
                                             Use use) {
    CF_LET(const Bytes der, write(KeyAccess::pk(key), key, identity.name, identity, use));
    return from_der(der);
}

Result<Certificate> Certificate::issue(ByteView request_der, const SigningKey& issuer_key,
                                       const Certificate& issuer, const Identity& identity,
                                       Use use) {
    RequestHandle request;
    PublicKey requested_key;
    if (request_der.empty() || request_der.size() > kMaxDerBytes ||
        mbedtls_x509_csr_parse_der(request.get(), request_der.data(), request_der.size()) != 0 ||
        !read_public_key(request->pk, requested_key))
        return bad("the bytes are not a certificate request for a P-256 key");
    const Digest digest = sha256({ByteView(request->cri.p, request->cri.len)});
    if (request->sig_md != MBEDTLS_MD_SHA256 ||
        mbedtls_pk_verify(&request->pk, MBEDTLS_MD_SHA256, digest.data(), digest.size(),
                          request->sig.p, request->sig.len) != 0)
        return bad("the request does not prove that its sender holds the key");
    if (only_common_name(request->subject) != identity.name)
        return bad("the request asks for another name than " + identity.name);
    if (issuer.public_key() != issuer_key.public_key())
        return Error(Code::key_mismatch, "the key is not that of " + issuer.name());
    CF_LET(const Bytes der, write(&request->pk, issuer_key, issuer.name(), identity, use));
    return from_der(der);
}

Digest Certificate::fingerprint() const {
    return sha256({der_});
}

Result<Bytes> make_request(const SigningKey& key, const std::string& name) {
    CF_TRY(check_name(name));
    RequestWriter writer;
    mbedtls_x509write_csr_set_md_alg(writer.get(), MBEDTLS_MD_SHA256);
    mbedtls_x509write_csr_set_key(writer.get(), KeyAccess::pk(key));
    CF_CHECK(mbedtls_x509write_csr_set_subject_name(writer.get(), ("CN=" + name).c_str()) == 0);
    Bytes buffer(kMaxDerBytes);
    const int size = mbedtls_x509write_csr_der(writer.get(), buffer.data(), buffer.size(),
                                               random_for_mbedtls, &KeyAccess::entropy(key));
    if (size < 0) return Error(Code::signer_failed, "the request could not be signed");
    return Bytes(buffer.end() - size, buffer.end());
}

Status verify_chain(const std::vector<Certificate>& chain, const std::optional<Certificate>& root) {
    if (chain.empty() || chain.size() > kMaxChain)
        return bad("a chain is 1 to " + std::to_string(kMaxChain) + " certificates");
    for (std::size_t i = 0; i + 1 < chain.size(); ++i)
        CF_TRY(check_issued_by(chain[i], chain[i + 1]));
    const Certificate& last = chain.back();
    if (root && root->der() == last.der()) return check_signed_by(last, last);
    if (!root) return check_signed_by(last, last);
    return check_issued_by(last, *root);
}

Result<Bytes> request_from_pem(std::string_view pem) {
    const std::string text(pem);
    RequestHandle request;
    const auto* data = base::as_bytes(text).data();
    if (text.size() > 2 * kMaxDerBytes || !text.starts_with("-----BEGIN ") ||
        mbedtls_x509_csr_parse(request.get(), data, text.size() + 1) != 0)
        return bad("the text is not a certificate request in PEM form");
    return Bytes(request->raw.p, request->raw.p + request->raw.len);
}

std::string request_text(ByteView request_der) {
    return pem_text(kRequestBegin, kRequestEnd, request_der);
}

std::string chain_text(const std::vector<Certificate>& chain) {
    std::string text;
    for (const Certificate& certificate : chain)
        text += pem_text(kPemBegin, kPemEnd, certificate.der());
    return text;
}

Status save_chain(const std::filesystem::path& path, const std::vector<Certificate>& chain) {
    return base::create_file(path, chain_text(chain), base::Readers::everyone);
}

Result<std::vector<Certificate>> load_chain(const std::filesystem::path& path) {
    CF_LET(const std::string text, base::read_file(path, kMaxChainBytes));
    return read_chain(text, path.string());
}

Result<std::vector<Certificate>> read_chain(std::string_view given, const std::string& about) {
    const std::string text(given);
    CertificateHandle parsed;
    const auto* data = base::as_bytes(text).data();
    if (text.size() > kMaxChainBytes ||
        mbedtls_x509_crt_parse(parsed.get(), data, text.size() + 1) != 0)
        return bad(about + " holds no certificates in PEM form");
    std::vector<Certificate> chain;
    for (const mbedtls_x509_crt* next = parsed.get(); next != nullptr; next = next->next) {
        CF_LET(Certificate certificate, Certificate::from_der({next->raw.p, next->raw.len}));
        chain.push_back(std::move(certificate));
    }
    if (chain.size() > kMaxChain) return bad(about + " holds too many certificates");
    if (chain.size() != count_begins(text)) return bad(about + " is cut off or damaged");
    return chain;
}

}  // namespace counterfoil::crypto
