#include "tools/counterfoil/token_text.h"

#include <array>

#include "firmware/core/base/coding.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Result;

namespace {

struct KindWords {
    token::CouponKind kind;
    std::string_view name;
    std::string_view unit;
};
constexpr std::array kKinds{
    KindWords{token::CouponKind::fixed, "fixed", " minor units off"},
    KindWords{token::CouponKind::percent, "percent", " permille off"},
    KindWords{token::CouponKind::bonus_points, "points", " bonus points"},
    KindWords{token::CouponKind::free_product, "product", ", the number of a free product"}};

std::string moment(std::int64_t seconds) {
    return base::to_rfc3339({seconds * 1000}).substr(0, 19) + "Z";
}

std::string stores_text(const token::Coupon& coupon) {
    if (coupon.stores.empty()) return "all stores";
    std::string text = coupon.stores.size() == 1 ? "store" : "stores";
    for (const std::uint16_t store : coupon.stores)
        text.append(text.ends_with('e') || text.ends_with('s') ? " " : "/")
            .append(std::to_string(store));
    return text;
}

struct Describe {
    std::string operator()(const token::SignedCoupon& coupon) const {
        return describe(coupon.coupon) + ", signed by key " + base::to_hex(*coupon.proof.key);
    }
    std::string operator()(const token::SignedMember& member) const {
        return describe(member.certificate) + ", shown " + moment(member.shown_s) + " as number " +
               std::to_string(member.counter) + ", signed by key " +
               base::to_hex(*member.issued.key);
    }
    std::string operator()(const token::ReceiptCode& code) const {
        return "receipt: event " + std::to_string(code.seq) + " of " + code.terminal + ", hash " +
               base::to_hex(code.hash_prefix) + "...";
    }
    std::string operator()(const token::ProductCode& code) const {
        return "product " + std::to_string(code.gtin);
    }
    std::string operator()(const token::LoyaltyCode& code) const {
        return "loyalty id " + code.id + ", which proves nothing";
    }
    std::string operator()(const token::PrintedCoupon& coupon) const {
        return "printed coupon " + coupon.code;
    }
};

}  // namespace

std::string describe(const token::Coupon& coupon) {
    const auto& kind = kKinds[static_cast<std::size_t>(coupon.kind) - 1];
    CF_CHECK(kind.kind == coupon.kind);
    std::string text = "coupon " + base::to_hex(coupon.serial) + " of book " +
                       std::to_string(coupon.book) + ", " + std::to_string(coupon.value) +
                       std::string(kind.unit) + ", " + std::to_string(coupon.uses) +
                       (coupon.uses == 1 ? " use, " : " uses, ") + stores_text(coupon) + ", from " +
                       moment(coupon.not_before_s) + " until " + moment(coupon.expires_s);
    if (coupon.home != 0) text += ", home store " + std::to_string(coupon.home);
    if (coupon.holder) text += ", for holder " + base::to_hex(*coupon.holder);
    return text;
}

std::string describe(const token::MemberCertificate& certificate) {
    return "member " + certificate.member.text() + ", tier " + std::to_string(certificate.tier) +
           ", certificate until " + moment(certificate.expires_s);
}

std::string describe(const token::Scanned& scanned) {
    return std::visit(Describe{}, scanned);
}

std::string describe(token::Refusal refusal) {
    return "bad: " + std::string(token::refusal_name(refusal)) + ": " +
           std::string(token::refusal_sentence(refusal).english) + " " +
           std::string(token::refusal_advice(refusal).english);
}

Result<token::CouponKind> coupon_kind_from(std::string_view text) {
    for (const KindWords& kind : kKinds)
        if (kind.name == text) return kind.kind;
    return Error(Code::invalid_argument, "a coupon is fixed, percent, points or product");
}

}  // namespace counterfoil::tool
