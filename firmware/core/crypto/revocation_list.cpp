#include "firmware/core/crypto/revocation_list.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "firmware/core/crypto/openssl_key.h"

namespace counterfoil::crypto {

using base::Code;
using base::Error;
using base::Result;

namespace {

using ListPointer = OpensslPointer<X509_CRL, X509_CRL_free>;
using CertificatePointer = OpensslPointer<X509, X509_free>;
using RevokedPointer = OpensslPointer<X509_REVOKED, X509_REVOKED_free>;
using TimePointer = OpensslPointer<ASN1_TIME, ASN1_TIME_free>;
using IntegerPointer = OpensslPointer<ASN1_INTEGER, ASN1_INTEGER_free>;
using NumberPointer = OpensslPointer<BIGNUM, BN_free>;
using KeyIdPointer = OpensslPointer<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using BioPointer = OpensslPointer<BIO, BIO_free>;

constexpr long kVersion2 = 1;
constexpr std::int64_t kMsPerS = 1000;

TimePointer time_of(base::WallTime time) {
    TimePointer out(ASN1_TIME_set(nullptr, static_cast<time_t>(time.unix_ms / kMsPerS)));
    CF_CHECK(out);
    return out;
}

IntegerPointer integer_of(base::ByteView bytes) {
    const NumberPointer number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    CF_CHECK(number);
    IntegerPointer out(BN_to_ASN1_INTEGER(number.get(), nullptr));
    CF_CHECK(out);
    return out;
}

void add(X509_CRL& list, const RevokedSerial& revoked) {
    RevokedPointer entry(X509_REVOKED_new());
    CF_CHECK(entry);
    const IntegerPointer serial = integer_of(revoked.serial);
    const TimePointer since = time_of(revoked.since);
    CF_CHECK(X509_REVOKED_set_serialNumber(entry.get(), serial.get()) == 1 &&
             X509_REVOKED_set_revocationDate(entry.get(), since.get()) == 1 &&
             X509_CRL_add0_revoked(&list, entry.get()) == 1);
    static_cast<void>(entry.release());  // the list's from here on
}

void set_number(X509_CRL& list, std::int64_t number) {
    const IntegerPointer value(ASN1_INTEGER_new());
    CF_CHECK(value && ASN1_INTEGER_set_int64(value.get(), number) == 1 &&
             X509_CRL_add1_ext_i2d(&list, NID_crl_number, value.get(), 0, 0) == 1);
}

// Which of its issuer's keys signed it.
void set_key_id(X509_CRL& list, X509& authority) {
    const ASN1_OCTET_STRING* id = X509_get0_subject_key_id(&authority);
    if (id == nullptr) return;
    const KeyIdPointer holder(AUTHORITY_KEYID_new());
    CF_CHECK(holder);
    holder->keyid = ASN1_OCTET_STRING_dup(id);
    CF_CHECK(holder->keyid != nullptr &&
             X509_CRL_add1_ext_i2d(&list, NID_authority_key_identifier, holder.get(), 0, 0) == 1);
}

std::string pem_of(X509_CRL& list) {
    const BioPointer out(BIO_new(BIO_s_mem()));
    CF_CHECK(out && PEM_write_bio_X509_CRL(out.get(), &list) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

}  // namespace

Result<std::string> write_revocation_list(const SigningKey& key, const Certificate& authority,
                                          std::span<const RevokedSerial> revoked,
                                          std::int64_t number, const RevocationListTimes& times) {
    CF_CHECK(times.made < times.next && authority.public_key() == key.public_key());
    const std::uint8_t* der = authority.der().data();
    const CertificatePointer issuer(
        d2i_X509(nullptr, &der, static_cast<long>(authority.der().size())));
    const ListPointer list(X509_CRL_new());
    CF_CHECK(issuer && list);
    const TimePointer made = time_of(times.made);
    const TimePointer next = time_of(times.next);
    CF_CHECK(X509_CRL_set_version(list.get(), kVersion2) == 1 &&
             X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.get())) == 1 &&
             X509_CRL_set1_lastUpdate(list.get(), made.get()) == 1 &&
             X509_CRL_set1_nextUpdate(list.get(), next.get()) == 1);
    for (const RevokedSerial& one : revoked) add(*list, one);
    set_number(*list, number);
    set_key_id(*list, *issuer);
    CF_CHECK(X509_CRL_sort(list.get()) == 1);
    const KeyPointer own = openssl_copy_of(key);
    if (X509_CRL_sign(list.get(), own.get(), EVP_sha256()) <= 0)
        return Error(Code::signer_failed, "the revocation list could not be signed");
    return pem_of(*list);
}

}  // namespace counterfoil::crypto
