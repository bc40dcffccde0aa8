#include "firmware/checkout/basket.h"

#include "firmware/core/ledger/members.h"

namespace counterfoil::checkout {

using base::Result;
using ledger::Members;

namespace {

constexpr std::size_t kMaxCouponText = 400;
constexpr std::int64_t kMaxQuantityMilli = 1'000'000'000;
constexpr std::int64_t kMaxTier = 255;

json::Object line_object(const BasketLine& line) {
    json::Object object;
    object.set("code", line.code);
    if (line.quantity_milli) object.set("quantity_milli", *line.quantity_milli);
    if (line.unit_minor) object.set("unit_minor", *line.unit_minor);
    if (line.off_minor) object.set("off_minor", *line.off_minor);
    if (line.off_permille) object.set("off_permille", *line.off_permille);
    if (line.changed()) object.set("approved_by", line.approved_by).set("reason", line.reason);
    return object;
}

std::optional<std::int64_t> optional_amount(Members& members, std::string_view name) {
    if (!members.has(name)) return std::nullopt;
    return members.amount(name);
}

BasketLine read_line(Members& members) {
    BasketLine line;
    line.code = members.text("code");
    if (members.has("quantity_milli"))
        line.quantity_milli = members.number("quantity_milli", 1, kMaxQuantityMilli);
    line.unit_minor = optional_amount(members, "unit_minor");
    line.off_minor = optional_amount(members, "off_minor");
    line.off_permille = optional_amount(members, "off_permille");
    if (!line.changed()) return line;
    line.approved_by = members.text("approved_by");
    line.reason = members.text("reason");
    return line;
}

BasketMember read_member(Members& members) {
    const auto id = base::Uuid::parse(members.text("id"));
    if (!id.ok()) members.fail("id");
    return {id.ok() ? id.value() : base::Uuid{}, members.flag("proven"),
            static_cast<std::uint8_t>(members.number("tier", 0, kMaxTier))};
}

}  // namespace

Result<std::string> write_basket(const Basket& basket) {
    json::Array lines;
    for (const BasketLine& line : basket.lines) lines.add(line_object(line));
    json::Array coupons;
    for (const std::string& coupon : basket.coupons) {
        json::Object object;
        coupons.add(std::move(object.set("text", coupon)));
    }
    json::Object object;
    object.set("id", basket.id).set("lines", std::move(lines)).set("coupons", std::move(coupons));
    if (basket.member) {
        json::Object member;
        member.set("id", basket.member->id.text()).set_flag("proven", basket.member->proven);
        member.set("tier", std::int64_t{basket.member->tier});
        object.set("member", std::move(member));
    }
    return object.write();
}

Result<Basket> read_basket(std::string_view text) {
    CF_LET(const json::Document document, json::Document::parse(text));
    Members members(document.root());
    Basket basket;
    basket.id = members.text("id");
    members.each("lines", ledger::kMaxSaleLines,
                 [&](Members& line) { basket.lines.push_back(read_line(line)); });
    members.each("coupons", ledger::kMaxSaleCoupons, [&](Members& coupon) {
        basket.coupons.push_back(coupon.text("text", kMaxCouponText));
    });
    if (members.has("member"))
        members.within("member", [&](Members& member) { basket.member = read_member(member); });
    if (members.error()) return *members.error();
    return basket;
}

}  // namespace counterfoil::checkout
