#pragma once

#include <optional>
#include <string>
#include <vector>

#include "firmware/checkout/refusal.h"
#include "firmware/core/ledger/sale.h"
#include "firmware/core/ledger/spending.h"
#include "firmware/core/loyalty/discount.h"

namespace counterfoil::checkout {

// What the catalogue says of a product, as far as a cart needs it.
struct Item {
    std::string code;
    std::string name;
    std::string category;
    std::int64_t unit_minor = 0;
    std::int64_t vat_basis_points = 0;
    bool by_weight = false;
};

// What somebody who may has changed on a line by hand.
struct Override {
    enum class Kind : std::uint8_t { price, discount };
    Kind kind = Kind::price;
    std::int64_t before_minor = 0;  // the unit's price, or what the line costs
    std::int64_t after_minor = 0;
    std::string approved_by;
    std::string reason;
};

// Who allowed it, and why.
struct Approval {
    std::string by;
    std::string reason;
};

struct CartLine {
    Item item;
    std::int64_t quantity_milli = ledger::kOne;
    std::int64_t off_minor = 0;  // taken off by hand
    std::vector<Override> overrides = {};
};

// What the till knows of the member in front of it.
struct CartMember {
    base::Uuid id;
    std::int64_t points = 0;
    std::int64_t tier_permille = 0;  // the tier's multiplier
};

// A coupon laid on the cart: the offer that the rules know, and by what right it is spent here.
struct CartCoupon {
    std::string coupon;  // its serial in hex
    std::string name;    // of its book
    loyalty::Offer offer;
    std::int64_t book_uses = 0;  // how often this member has used coupons of its book
    ledger::Redemption redemption;
};

// The cart with all discounts applied, and why.
struct PricedCart {
    std::vector<ledger::SaleLine> lines;
    std::vector<ledger::SaleCoupon> coupons;      // those that apply
    std::vector<ledger::Redemption> redemptions;  // by what right, one for each of them
    loyalty::Evaluation evaluation;
    std::int64_t total_minor = 0;
    std::int64_t points = 0;  // earned, bonus included; 0 without a member
};

// What is being rung up. It does no I/O; pricing it anew after each change is cheap.
class Cart {
  public:
    Cart(money::Currency currency, std::uint16_t store) : currency_(currency), store_(store) {}

    // Pieces of one product at one price are one line; what is weighed has a line each time.
    Judged<void> add(const Item& item, std::int64_t quantity_milli);
    // A line of its own, to be changed by hand.
    Judged<void> add_apart(const Item& item, std::int64_t quantity_milli);
    // Of a line from 1; nothing takes the line out.
    Judged<void> set_quantity(std::int64_t line, std::int64_t quantity_milli);
    // Another price for the unit of the last line. It is no longer joined with others.
    Judged<void> override_price(std::int64_t unit_minor, const Approval& approval);
    // Takes something off the last line by hand, before any coupon.
    Judged<void> take_off(std::int64_t off_minor, const Approval& approval);
    Judged<void> take_off_part(std::int64_t off_permille, const Approval& approval);
    void attach(const CartMember& member) { member_ = member; }
    void lay(CartCoupon coupon) { coupons_.push_back(std::move(coupon)); }
    void take_away(const std::string& coupon);

    bool empty() const { return lines_.empty(); }
    money::Currency currency() const { return currency_; }
    const std::vector<CartLine>& lines() const { return lines_; }
    const std::vector<CartCoupon>& coupons() const { return coupons_; }
    const std::optional<CartMember>& member() const { return member_; }

    Judged<PricedCart> price() const;

  private:
    loyalty::Cart for_the_rules() const;
    loyalty::MemberState member_state() const;
    std::int64_t full_minor(const CartLine& line) const;

    money::Currency currency_;
    std::uint16_t store_;
    std::vector<CartLine> lines_;
    std::vector<CartCoupon> coupons_;
    std::optional<CartMember> member_;
};

}  // namespace counterfoil::checkout
