#include "firmware/checkout/coupon_desk.h"

#include <algorithm>
#include <map>

#include "firmware/core/base/coding.h"
#include "firmware/core/token/scanned.h"

namespace counterfoil::checkout {

using base::WallTime;
using ledger::Basis;
using ledger::Redemption;
using mirror::CouponState;
using token::CouponKind;

namespace {

constexpr std::int64_t kHourSeconds = 60 * 60;

// A coupon of a member is taken from that member only, who has to be proven.
Outcome<void> check_holder(const std::optional<base::Uuid>& holder,
                           const std::optional<KnownMember>& member) {
    if (!holder) return {};
    if (!member || member->member.id != *holder) return token::Refusal::wrong_holder;
    if (!member->member.proven) return Refusal::member_not_proven;
    return {};
}

Outcome<void> check_state(CouponState state) {
    switch (state) {
        case CouponState::available:
        case CouponState::assigned:
            return {};
        case CouponState::locked:
            return loyalty::Refusal::coupon_locked;
        case CouponState::redeemed:
            return coupon_used_up();
        case CouponState::expired:
            return token::Refusal::expired;
        case CouponState::revoked:
            return token::Refusal::revoked;
        case CouponState::conflict:
            return loyalty::Refusal::concurrent_redemption;
    }
    return token::Refusal::malformed;
}

token::Coupon coupon_from(const mirror::Coupon& row) {
    token::Coupon coupon;
    coupon.serial = row.serial;
    coupon.book = row.book;
    coupon.kind = row.kind;
    coupon.value = row.value;
    coupon.not_before_s = row.not_before_s;
    coupon.expires_s = row.expires_s;
    coupon.stores = row.stores;
    coupon.home = row.home;
    return coupon;
}

loyalty::OfferKind offer_kind(CouponKind kind) {
    switch (kind) {
        case CouponKind::fixed:
            return loyalty::OfferKind::fixed;
        case CouponKind::percent:
            return loyalty::OfferKind::percent;
        case CouponKind::bonus_points:
            return loyalty::OfferKind::bonus_points;
        case CouponKind::free_product:
            return loyalty::OfferKind::free_product;
    }
    return loyalty::OfferKind::fixed;
}

// An offer is named by its coupon's serial.
base::Uuid offer_id(const token::CouponSerial& serial) {
    base::Uuid id;
    std::ranges::copy(serial, id.bytes.begin());
    return id;
}

std::string member_id(const std::optional<KnownMember>& member) {
    return member ? member->member.id.text() : std::string();
}

}  // namespace

Outcome<void> CouponDesk::check_terms(const token::Coupon& coupon, WallTime now) const {
    const std::int64_t now_s = token::seconds_of(now);
    if (now_s < coupon.not_before_s) return token::Refusal::not_yet_valid;
    if (now_s >= coupon.expires_s) return token::Refusal::expired;
    if (shop_.is_revoked(coupon.serial)) return token::Refusal::revoked;
    if (!coupon.stores.empty() && !std::ranges::binary_search(coupon.stores, store_))
        return token::Refusal::wrong_store;
    return {};
}

// What the centre says of the coupon counts as well as what the code says.
Outcome<void> CouponDesk::take_row(Facts& facts, const mirror::Coupon& row,
                                   const std::optional<KnownMember>& member, WallTime now) {
    CF_TRY(check_terms(coupon_from(row), now));
    CF_TRY(check_holder(row.holder, member));
    facts.uses_left = row.uses_left;
    facts.lease = row.lease;
    CF_TRY(check_state(row.state));
    if (row.uses_left == 0) return coupon_used_up();
    // One that was made here stays ours, unless the centre has given it to somebody else.
    CF_LET(const auto held, shop_.spending().find_made(base::to_hex(row.serial)));
    facts.made_here = held && (!row.lease || shop_.is_ours(*row.lease));
    return {};
}

Outcome<CouponDesk::Facts> CouponDesk::signed_facts(const std::string& text,
                                                    const std::optional<KnownMember>& member,
                                                    WallTime now) {
    token::Situation situation{now, store_, {}};
    if (member) situation.member = member->member.id;
    Facts facts;
    CF_LET(facts.coupon, shop_.judge_coupon(text, situation));
    if (facts.coupon.holder && !member->member.proven) return Refusal::member_not_proven;
    facts.uses_left = facts.coupon.uses;
    CF_LET(const auto row, shop_.find_coupon(facts.coupon.serial));
    if (row) {
        CF_TRY(take_row(facts, *row, member, now));
        return facts;
    }
    CF_LET(const std::int64_t used,
           shop_.spending().coupon_uses(base::to_hex(facts.coupon.serial)));
    facts.uses_left = std::max<std::int64_t>(0, facts.coupon.uses - used);
    if (facts.uses_left == 0) return coupon_used_up();
    return facts;
}

Outcome<CouponDesk::Facts> CouponDesk::printed_facts(const std::string& code,
                                                     const std::optional<KnownMember>& member,
                                                     WallTime now) {
    CF_LET(const auto row, shop_.find_coupon(code));
    if (!row) {
        CF_LET(const auto held, shop_.spending().find_made(code));
        if (!held) return Refusal::coupon_unknown;
        return made_facts(*held, member, now);
    }
    Facts facts;
    facts.coupon = coupon_from(*row);
    CF_TRY(take_row(facts, *row, member, now));
    return facts;
}

Outcome<CouponDesk::Facts> CouponDesk::made_facts(const journal::HeldCoupon& held,
                                                  const std::optional<KnownMember>& member,
                                                  WallTime now) {
    const ledger::MadeCoupon& made = held.coupon;
    Facts facts;
    facts.made_here = true;
    CF_CHECK(base::hex_into(made.serial, facts.coupon.serial));
    facts.coupon.book = static_cast<std::uint32_t>(made.book);
    facts.coupon.value = static_cast<std::uint32_t>(made.value_minor);
    facts.coupon.not_before_s = made.not_before_s;
    facts.coupon.expires_s = made.expires_s;
    CF_TRY(check_terms(facts.coupon, now));
    CF_LET(const base::Uuid holder, base::Uuid::parse(held.member));
    CF_TRY(check_holder(holder, member));
    CF_LET(const std::int64_t used, shop_.spending().coupon_uses(made.serial));
    if (used > 0) return coupon_used_up();
    return facts;
}

Outcome<CouponDesk::Facts> CouponDesk::facts_of(const std::string& text,
                                                const std::optional<KnownMember>& member,
                                                WallTime now) {
    CF_LET(const token::Scanned scanned, token::read_scanned(text, ""));
    if (std::holds_alternative<token::SignedCoupon>(scanned))
        return signed_facts(text, member, now);
    if (const auto* printed = std::get_if<token::PrintedCoupon>(&scanned))
        return printed_facts(printed->code, member, now);
    return Refusal::not_a_coupon;
}

Outcome<Redemption> CouponDesk::right_to(const Facts& facts, WallTime now) {
    Redemption redemption;
    redemption.coupon = base::to_hex(facts.coupon.serial);
    redemption.book = facts.coupon.book;
    CF_LET(const std::int64_t used, shop_.spending().coupon_uses(redemption.coupon));
    redemption.of = used + facts.uses_left;
    if (facts.made_here) {
        redemption.basis = Basis::own;
        return redemption;
    }
    const auto& lease = facts.lease;
    if (lease && shop_.is_ours(*lease) && lease->quantity > 0 &&
        token::seconds_of(now) < lease->expires_s) {
        redemption.of = used + std::min(facts.uses_left, lease->quantity);
        return redemption;
    }
    const CouponPolicy& policy = shop_.settings().policy;
    if (!policy.bounded) return Refusal::need_online;
    CF_LET(const mirror::Meta meta, shop_.meta());
    const std::int64_t age_s = token::seconds_of(now) - token::seconds_of(meta.made_at);
    if (age_s > policy.hours * kHourSeconds) return Refusal::offline_too_long;
    redemption.basis = Basis::budget;
    redemption.limits = {meta.cursor, policy.terminal_minor, policy.member_minor};
    return redemption;
}

Outcome<loyalty::Offer> CouponDesk::offer_of(const token::Coupon& coupon,
                                             const mirror::Book& book) {
    loyalty::Offer offer;
    offer.id = offer_id(coupon.serial);
    offer.kind = offer_kind(coupon.kind);
    offer.value = coupon.value;
    offer.min_basket_minor = book.min_basket_minor;
    offer.categories = book.scope.categories;
    for (const std::int64_t product : book.scope.products)
        offer.products.push_back(std::to_string(product));
    offer.stackable = book.stackable;
    offer.customer_limit = book.per_customer_limit;
    if (coupon.kind != CouponKind::free_product) return offer;
    CF_LET(const Item gift, shop_.find_product(std::to_string(coupon.value)));
    offer.products = {gift.code};
    offer.categories.clear();
    offer.value = 1;
    return offer;
}

Outcome<CartCoupon> CouponDesk::judge(const std::string& text,
                                      const std::optional<KnownMember>& member) {
    CF_LET(const WallTime now, shop_.trusted_now());
    CF_LET(const Facts facts, facts_of(text, member, now));
    CartCoupon laid;
    CF_LET(laid.redemption, right_to(facts, now));
    laid.coupon = laid.redemption.coupon;
    CF_LET(const auto book, shop_.find_book(facts.coupon.book));
    if (!book) return Refusal::need_online;
    laid.name = book->name;
    CF_LET(laid.offer, offer_of(facts.coupon, *book));
    laid.redemption.cap = book->cap;
    if (!member) return laid;
    CF_LET(laid.book_uses, shop_.spending().book_uses(book->number, member_id(member)));
    return laid;
}

Outcome<void> CouponDesk::weigh(PricedCart& priced, const std::optional<KnownMember>& member,
                                std::size_t& stopped_at) {
    CF_CHECK(priced.coupons.size() == priced.redemptions.size());
    const PointsCoupon price = shop_.settings().points_coupon.value_or(PointsCoupon{});
    std::map<std::int64_t, std::int64_t> laid;
    std::int64_t risked_minor = 0;
    for (stopped_at = 0; stopped_at < priced.coupons.size(); ++stopped_at) {
        Redemption& redemption = priced.redemptions[stopped_at];
        const ledger::SaleCoupon& coupon = priced.coupons[stopped_at];
        const auto points_worth =
            money::scale(coupon.points, price.value_minor, price.points, money::Rounding::half_up);
        if (!points_worth.ok()) return Refusal::amount_too_large;
        redemption.face_minor = coupon.discount_minor + points_worth.value();
        CF_LET(const std::int64_t of_book, shop_.spending().book_uses(redemption.book, ""));
        if (redemption.cap && of_book + laid[redemption.book]++ >= *redemption.cap)
            return loyalty::Refusal::maximum_redemptions_exceeded;
        if (redemption.basis != Basis::budget) continue;
        risked_minor += redemption.face_minor;
        CF_TRY(check_risk(redemption, risked_minor, member));
    }
    return {};
}

// With `risked_minor` of this sale so far, this one included.
Outcome<void> CouponDesk::check_risk(const Redemption& redemption, std::int64_t risked_minor,
                                     const std::optional<KnownMember>& member) {
    const CouponPolicy& policy = shop_.settings().policy;
    if (redemption.face_minor > policy.face_minor) return Refusal::over_face_limit;
    CF_LET(const journal::Exposure before,
           shop_.spending().exposure(redemption.limits.since, member_id(member)));
    if (before.terminal_minor + risked_minor > policy.terminal_minor)
        return Refusal::over_till_limit;
    if (member && before.member_minor + risked_minor > policy.member_minor)
        return Refusal::over_member_limit;
    return {};
}

}  // namespace counterfoil::checkout
