#include "firmware/core/ledger/spending.h"

#include <array>

#include "firmware/core/ledger/members.h"

namespace counterfoil::ledger {

using base::Result;

namespace {

constexpr std::array<std::string_view, 3> kBases{"lease", "own", "budget"};
constexpr std::int64_t kMaxUses = 1'000'000;
constexpr std::int64_t kMaxBook = (1LL << 32) - 1;
constexpr std::int64_t kMaxSeconds = (1LL << 32) - 1;

json::Object coupon_object(const MadeCoupon& coupon) {
    json::Object object;
    object.set("serial", coupon.serial).set("code", coupon.code).set("book", coupon.book);
    object.set("value_minor", coupon.value_minor).set("not_before", coupon.not_before_s);
    object.set("expires", coupon.expires_s);
    return object;
}

json::Object limits_object(const RiskLimits& limits) {
    json::Object object;
    object.set("since", limits.since).set("terminal_minor", limits.terminal_minor);
    object.set("member_minor", limits.member_minor);
    return object;
}

RiskLimits read_limits(Members& members) {
    return {members.number("since", 0, json::kMaxInteger), members.amount("terminal_minor"),
            members.amount("member_minor")};
}

}  // namespace

std::string_view basis_name(Basis basis) {
    const auto index = static_cast<std::size_t>(basis);
    CF_CHECK(index < kBases.size());
    return kBases[index];
}

std::optional<Basis> basis_from_name(std::string_view name) {
    for (std::size_t i = 0; i < kBases.size(); ++i)
        if (kBases[i] == name) return static_cast<Basis>(i);
    return std::nullopt;
}

json::Object write_body(const Redemption& redemption) {
    CF_CHECK(!redemption.coupon.empty() && redemption.of >= 1);
    json::Object body;
    body.set("coupon", redemption.coupon).set("receipt", redemption.receipt);
    body.set("book", redemption.book);
    if (!redemption.member.empty()) body.set("member", redemption.member);
    body.set("of", redemption.of).set("basis", basis_name(redemption.basis));
    body.set("face_minor", redemption.face_minor);
    if (redemption.basis == Basis::budget) body.set("limits", limits_object(redemption.limits));
    if (redemption.cap) body.set("cap", *redemption.cap);
    if (redemption.undoes != 0) body.set("undoes", redemption.undoes);
    return body;
}

json::Object write_body(const PointsSpent& spent) {
    CF_CHECK(spent.points > 0 && !spent.coupon.serial.empty());
    json::Object body;
    body.set("member", spent.member).set("points", spent.points);
    body.set("points_before", spent.points_before);
    body.set("coupon", coupon_object(spent.coupon)).set("request", spent.request);
    return body;
}

Result<Redemption> read_redemption(const json::Value& body) {
    Members members(body);
    Redemption redemption;
    redemption.coupon = members.text("coupon");
    redemption.receipt = members.number("receipt", 1, kMaxMinor);
    redemption.book = members.number("book", 0, kMaxBook);
    if (members.has("member")) redemption.member = members.text("member");
    redemption.of = members.number("of", 1, kMaxUses);
    const auto basis = basis_from_name(members.text("basis"));
    if (!basis) members.fail("basis");
    redemption.basis = basis.value_or(Basis::lease);
    redemption.face_minor = members.amount("face_minor");
    if (redemption.basis == Basis::budget)
        members.within("limits", [&](Members& limits) { redemption.limits = read_limits(limits); });
    if (members.has("cap")) redemption.cap = members.number("cap", 0, json::kMaxInteger);
    if (members.has("undoes")) redemption.undoes = members.number("undoes", 1, json::kMaxInteger);
    if (members.error()) return *members.error();
    return redemption;
}

Result<PointsSpent> read_points_spent(const json::Value& body) {
    Members members(body);
    PointsSpent spent;
    spent.member = members.text("member");
    spent.points = members.number("points", 1, kMaxMinor);
    spent.points_before = members.number("points_before", -kMaxMinor, kMaxMinor);
    members.within("coupon", [&](Members& coupon) {
        spent.coupon = {coupon.text("serial"),
                        coupon.text("code"),
                        coupon.number("book", 1, kMaxBook),
                        coupon.number("value_minor", 1, kMaxMinor),
                        coupon.number("not_before", 0, kMaxSeconds),
                        coupon.number("expires", 1, kMaxSeconds)};
    });
    spent.request = members.text("request");
    if (members.error()) return *members.error();
    return spent;
}

}  // namespace counterfoil::ledger
