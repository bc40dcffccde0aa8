#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/core/json/json.h"
#include "firmware/core/money/vat.h"

// What the body of a sale says, and of its taking back. The till writes it, the receipt shows it,
// and the centre counts by it; so it has one form, here.
namespace counterfoil::ledger {

inline constexpr std::size_t kMaxSaleLines = 100;
inline constexpr std::size_t kMaxSaleCoupons = 8;
inline constexpr std::size_t kMaxSaleTenders = 8;

// Quantities are counted in thousandths: 1000 is one piece, or one kilogram.
inline constexpr std::int64_t kOne = 1000;

struct SaleLine {
    std::string code;  // what was scanned or keyed
    std::string name;
    std::int64_t quantity_milli = kOne;
    bool by_weight = false;
    std::int64_t unit_minor = 0;  // for a piece or a kilogram
    std::int64_t gross_minor = 0;
    std::int64_t discount_minor = 0;  // what coupons and overrides took off; never more than gross
    std::int64_t vat_basis_points = 0;

    std::int64_t paid_minor() const { return gross_minor - discount_minor; }
    bool operator==(const SaleLine&) const = default;
};

struct SaleCoupon {
    std::string coupon;  // its serial in hex
    std::string name;    // of its book
    std::int64_t book = 0;
    std::int64_t discount_minor = 0;
    std::int64_t points = 0;  // given on top

    bool operator==(const SaleCoupon&) const = default;
};

// What was kept, change taken off. The kinds are "cash", "card" and "voucher".
struct SaleTender {
    std::string kind;
    std::int64_t amount_minor = 0;
    std::int64_t given_minor = 0;  // of cash, before the change; else the amount
    std::string reference;         // of a card or voucher; may be empty

    bool operator==(const SaleTender&) const = default;
};

// The member by id alone: a ledger holds no names.
struct SaleMember {
    std::string id;
    std::int64_t points_before = 0;  // as far as the till knew
    std::int64_t points_earned = 0;

    bool operator==(const SaleMember&) const = default;
};

struct Sale {
    std::int64_t receipt = 0;         // 0: a training sale has none
    std::int64_t turnover_minor = 0;  // of the terminal, this sale included
    money::Currency currency = money::Currency::huf();
    std::vector<SaleLine> lines;
    std::vector<SaleCoupon> coupons;
    std::vector<SaleTender> tenders;
    std::int64_t total_minor = 0;
    std::int64_t rounding_minor = 0;  // what rounding cash added or took
    std::optional<SaleMember> member;
    std::string basket;   // the basket that was sold, where it had been put aside; else empty
    std::string request;  // the caller's key for this write; the same key is the same sale

    // The tax within, rate by rate, of what is paid for the lines.
    base::Result<std::vector<money::VatLine>> vat() const;

    bool operator==(const Sale&) const = default;
};

// One line of a sale that is given back, wholly or in part.
struct BackLine {
    std::int64_t line = 0;  // its place in the sale, from 1
    std::int64_t quantity_milli = 0;
    std::int64_t amount_minor = 0;
    std::int64_t vat_basis_points = 0;  // of the line that is given back

    bool operator==(const BackLine&) const = default;
};

// A refund, or a void, which takes back all of the last sale.
struct GivingBack {
    std::int64_t receipt = 0;
    std::int64_t original_receipt = 0;
    money::Currency currency = money::Currency::huf();
    std::string reason;
    std::vector<BackLine> lines;
    std::vector<SaleTender> tenders;
    std::int64_t total_minor = 0;
    std::int64_t rounding_minor = 0;
    std::optional<SaleMember> member;  // points_earned: how many are taken back
    std::string approved_by;           // who allowed it beside the one who did it; may be empty
    std::string request;

    // The tax within, rate by rate, of what is given back for the lines.
    base::Result<std::vector<money::VatLine>> vat() const;

    bool operator==(const GivingBack&) const = default;
};

// What stands among the requests for a basket that was sold. No caller's key begins like it.
inline constexpr std::string_view kBasketMark = "basket:";
inline std::string basket_request(std::string_view basket) {
    return std::string(kBasketMark).append(basket);
}

// too_large where it could not be read again; refused where the sums do not hold: a line's discount
// over its price, coupons that gave another discount than the lines have, tenders that are not the
// total and its rounding.
base::Status check(const Sale& sale);
base::Status check(const GivingBack& back);

// CF_CHECKs that the sums hold.
json::Object write_body(const Sale& sale);
json::Object write_body(const GivingBack& back);

// Strict: malformed where a member is missing or over its bound, refused where sums do not hold.
base::Result<Sale> read_sale(const json::Value& body);
base::Result<GivingBack> read_giving_back(const json::Value& body);

}  // namespace counterfoil::ledger
