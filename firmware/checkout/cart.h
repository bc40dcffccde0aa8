#pragma once

#include <optional>
#include <string>
#include <vector>

#include "firmware/checkout/refusal.h"
#include "firmware/core/ledger/sale.h"
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

struct CartLine {
    Item item;
    std::int64_t quantity_milli = ledger::kOne;
};

// What the till knows of the member in front of it.
struct CartMember {
    base::Uuid id;
    std::int64_t points = 0;
    std::int64_t tier_permille = 0;  // the tier's multiplier
};

// A coupon laid on the cart: the offer that the rules know, and what the ledger will say of it.
struct CartCoupon {
    std::string coupon;
    std::int64_t book = 0;
    loyalty::Offer offer;
    std::int64_t uses = 1;  // how often it may be used in all
};

// The cart with all discounts applied, and why.
struct PricedCart {
    std::vector<ledger::SaleLine> lines;
    std::vector<ledger::SaleCoupon> coupons;  // those that apply
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
    // Of a line from 1; nothing takes the line out.
    Judged<void> set_quantity(std::int64_t line, std::int64_t quantity_milli);
    void attach(const CartMember& member) { member_ = member; }
    void lay(CartCoupon coupon) { coupons_.push_back(std::move(coupon)); }

    bool empty() const { return lines_.empty(); }
    money::Currency currency() const { return currency_; }
    const std::vector<CartLine>& lines() const { return lines_; }
    const std::vector<CartCoupon>& coupons() const { return coupons_; }
    const std::optional<CartMember>& member() const { return member_; }

    Judged<PricedCart> price() const;

  private:
    loyalty::Cart for_the_rules() const;

    money::Currency currency_;
    std::uint16_t store_;
    std::vector<CartLine> lines_;
    std::vector<CartCoupon> coupons_;
    std::optional<CartMember> member_;
};

}  // namespace counterfoil::checkout
