#pragma once

#include "firmware/checkout/shop.h"

namespace counterfoil::checkout {

// Decides without a network whether a coupon is taken, in an order that is always the same: form,
// signature, key, time, revoked, scope, holder, used here, lease, budget. Each refusal has a code,
// a sentence and what to do next. The shop must outlive it.
class CouponDesk {
  public:
    CouponDesk(Shop& shop, std::uint16_t store) : shop_(shop), store_(store) {}

    // The coupon as it is laid on a cart. Nothing is spent.
    Outcome<CartCoupon> judge(const std::string& text, const std::optional<KnownMember>& member);

    // What the budgets say of a priced cart: sets what may be lost by each coupon that is taken
    // without a right to it, or says which limit that would pass, and with which coupon.
    Outcome<void> weigh(PricedCart& priced, const std::optional<KnownMember>& member,
                        std::size_t& stopped_at);

  private:
    // What is known of a coupon before rights are asked for.
    struct Facts {
        token::Coupon coupon;
        std::int64_t uses_left = 1;
        std::optional<mirror::Lease> lease;
        bool made_here = false;
    };
    Outcome<Facts> facts_of(const std::string& text, const std::optional<KnownMember>& member,
                            base::WallTime now);
    Outcome<Facts> signed_facts(const std::string& text, const std::optional<KnownMember>& member,
                                base::WallTime now);
    Outcome<Facts> printed_facts(const std::string& code, const std::optional<KnownMember>& member,
                                 base::WallTime now);
    Outcome<Facts> made_facts(const journal::HeldCoupon& held,
                              const std::optional<KnownMember>& member, base::WallTime now);
    Outcome<void> take_row(Facts& facts, const mirror::Coupon& row,
                           const std::optional<KnownMember>& member, base::WallTime now);
    Outcome<void> check_risk(const ledger::Redemption& redemption, std::int64_t risked_minor,
                             const std::optional<KnownMember>& member);
    Outcome<void> check_terms(const token::Coupon& coupon, base::WallTime now) const;
    Outcome<ledger::Redemption> right_to(const Facts& facts, base::WallTime now);
    Outcome<loyalty::Offer> offer_of(const token::Coupon& coupon, const mirror::Book& book);

    Shop& shop_;
    std::uint16_t store_;
};

}  // namespace counterfoil::checkout
