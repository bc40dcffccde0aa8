#include "firmware/core/token/member.h"

namespace counterfoil::token {

using base::ByteView;
using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::uint64_t kMaxCounter = 0xffffffff;

std::int64_t read_seconds(CborReader& reader, Claim claim) {
    reader.expect_number(claim);
    return static_cast<std::int64_t>(reader.unsigned_number(kMaxSeconds));
}

Judged<MemberCertificate> read_certificate(const Sign1& message) {
    MemberCertificate certificate;
    CborReader reader(message.payload, CborForm::deterministic);
    reader.expect_map(2);
    certificate.expires_s = read_seconds(reader, kExpires);
    reader.expect_number(kOwn);
    reader.expect_array(3);
    reader.bytes_into(certificate.member.bytes);
    certificate.tier = static_cast<std::uint8_t>(reader.unsigned_number(kMaxTier));
    reader.bytes_into(certificate.device);
    reader.finish();
    if (!reader.ok()) return *reader.refusal();
    if (!message.key_id) return Refusal::malformed;
    return certificate;
}

}  // namespace

Result<base::Bytes> write_certificate(const MemberCertificate& certificate,
                                      crypto::Signer& centre) {
    if (certificate.tier > kMaxTier || certificate.expires_s < 0 ||
        certificate.expires_s > static_cast<std::int64_t>(kMaxSeconds))
        return Error(Code::invalid_argument,
                     "a member's certificate has a tier up to 23 and ends before the year 2106");
    CborWriter out;
    out.map(2).number(kExpires).number(certificate.expires_s);
    out.number(kOwn).array(3).byte_string(certificate.member.bytes).number(certificate.tier);
    out.byte_string(certificate.device);
    return write_sign1(out.bytes(), key_id(centre.public_key()), CoseTag::plain, centre);
}

Result<std::string> write_member(ByteView certificate, const Showing& showing,
                                 crypto::Signer& device) {
    CborWriter out;
    out.map(2).number(kIssuedAt).number(showing.shown_s);
    out.number(kOwn).array(2).number(showing.counter).byte_string(certificate);
    CF_LET(const base::Bytes message, write_sign1(out.bytes(), {}, CoseTag::tagged, device));
    if (message.size() > kMaxMemberBytes)
        return Error(Code::invalid_argument, "the bytes are no member's certificate");
    return text_of(kMemberPrefix, message);
}

Judged<SignedMember> read_member(std::string_view text) {
    CF_LET(const base::Bytes bytes, message_of(text, kMemberPrefix, kMaxMemberBytes));
    CF_LET(const Sign1 outer, read_sign1(bytes, CoseTag::tagged));
    SignedMember found;
    CborReader reader(outer.payload, CborForm::deterministic);
    reader.expect_map(2);
    found.shown_s = read_seconds(reader, kIssuedAt);
    reader.expect_number(kOwn);
    reader.expect_array(2);
    found.counter = static_cast<std::uint32_t>(reader.unsigned_number(kMaxCounter));
    const ByteView certificate = reader.byte_string(kMaxMemberBytes);
    reader.finish();
    if (!reader.ok()) return *reader.refusal();
    if (outer.key_id) return Refusal::malformed;
    CF_LET(const Sign1 inner, read_sign1(certificate, CoseTag::plain));
    CF_LET(found.certificate, read_certificate(inner));
    found.issued = Proof::of(inner);
    found.fingerprint = inner.digest();
    found.shown = Proof::of(outer);
    return found;
}

}  // namespace counterfoil::token
