#include "firmware/core/token/judge.h"

#include <algorithm>

#include "firmware/core/token/scanned.h"

namespace counterfoil::token {
namespace {

// Through the one parser, so that what is shown as a coupon is judged as one.
template <class T>
Judged<T> scanned_as(std::string_view text) {
    CF_LET(const Scanned scanned, read_scanned(text, ""));
    if (const T* found = std::get_if<T>(&scanned)) return *found;
    return Refusal::unknown_code;
}

Judged<void> check_place(const Coupon& coupon, const Situation& situation) {
    if (!coupon.stores.empty() && !std::ranges::binary_search(coupon.stores, situation.store))
        return Refusal::wrong_store;
    if (coupon.holder && (!situation.member || holder_tag(*situation.member) != *coupon.holder))
        return Refusal::wrong_holder;
    return {};
}

Judged<void> check_device(const SignedMember& member) {
    const auto device = crypto::expand(member.certificate.device);
    if (!device.ok()) return Refusal::malformed;
    const auto verifier = crypto::Verifier::create(device.value());
    if (!verifier.ok()) return Refusal::malformed;
    if (!verifier.value().verify(member.shown.digest, member.shown.signature))
        return Refusal::signature_wrong;
    return {};
}

}  // namespace

Judged<Coupon> Judge::coupon(std::string_view text, const Situation& situation) const {
    CF_LET(const SignedCoupon found, scanned_as<SignedCoupon>(text));
    const Coupon& coupon = found.coupon;
    CF_TRY(keys_.check(found.proof, kForCoupons, situation.now));
    if (keys_.overdue(situation.now)) return Refusal::keys_overdue;
    const std::int64_t now_s = seconds_of(situation.now);
    if (now_s < coupon.not_before_s) return Refusal::not_yet_valid;
    if (now_s >= coupon.expires_s) return Refusal::expired;
    if (revoked_.contains(revocation_of(coupon.serial))) return Refusal::revoked;
    CF_TRY(check_place(coupon, situation));
    return coupon;
}

Judged<TrustedMember> Judge::member(std::string_view text, const Situation& situation) const {
    CF_LET(const SignedMember found, scanned_as<SignedMember>(text));
    CF_TRY(keys_.check(found.issued, kForMembers, situation.now));
    CF_TRY(check_device(found));
    const MemberCertificate& certificate = found.certificate;
    const std::int64_t now_s = seconds_of(situation.now);
    if (now_s >= certificate.expires_s) return Refusal::expired;
    if (certificate.expires_s > now_s + kMaxCertificateSeconds + kAheadSeconds)
        return Refusal::lifetime_too_long;
    if (revoked_.contains(revocation_of(certificate.member)) ||
        revoked_.contains(revocation_of(found.fingerprint)))
        return Refusal::revoked;
    CF_TRY(replays_.admit(found, situation.now));
    return TrustedMember{
        certificate, !keys_.overdue(situation.now), {found.shown_s, found.counter}};
}

}  // namespace counterfoil::token
