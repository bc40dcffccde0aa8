#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/core/base/id.h"
#include "firmware/core/crypto/digest.h"
#include "firmware/core/token/coupon.h"

// What tills are told of the central data. Times are whole seconds since 1970; amounts are in minor
// units of the merchant's currency.
namespace counterfoil::central {

struct Setting {
    std::string name;
    std::string value;  // one JSON value, as text

    bool operator==(const Setting&) const = default;
};

// What a book's coupons are good for; both empty: for everything.
struct Scope {
    std::vector<std::int64_t> products;   // product numbers
    std::vector<std::string> categories;  // of products

    bool operator==(const Scope&) const = default;
};

// A coupon book: the rules that its coupons share.
struct Book {
    std::uint32_t number = 0;
    std::string name;
    std::int64_t min_basket_minor = 0;
    Scope scope;
    bool stackable = false;
    std::optional<std::int64_t> per_customer_limit;
    std::optional<std::int64_t> cap;  // redemptions of the whole book

    bool operator==(const Book&) const = default;
};

enum class SoldBy : std::uint8_t { piece, weight };

struct Product {
    std::int64_t gtin = 0;
    std::optional<std::int64_t> plu;  // what a cashier types where nothing can be scanned
    std::string name;
    std::string category;
    std::int64_t unit_price_minor = 0;  // of a piece or a kilogram, with VAT
    std::int64_t vat_basis_points = 0;
    SoldBy sold_by = SoldBy::piece;

    bool operator==(const Product&) const = default;
};

enum class Role : std::uint8_t { cashier, manager };

struct Staff {
    std::string id;
    std::string name;
    Role role = Role::cashier;
    std::string pin_hash;  // see crypto/pin_hash.h

    bool operator==(const Staff&) const = default;
};

// A terminal's right to spend something by itself: a coupon's uses or a member's points.
struct Lease {
    std::string terminal;
    std::int64_t epoch = 1;
    std::int64_t quantity = 0;   // what is left of it
    std::int64_t expires_s = 0;  // the first second in which nothing may be spent of it any more

    bool operator==(const Lease&) const = default;
};

struct Member {
    base::Uuid id;
    std::string loyalty_id;
    std::string name;
    std::optional<crypto::Digest> phone_hash;  // see phone.h
    std::uint8_t tier = 0;
    std::int64_t points = 0;  // that can be spent
    std::int64_t version = 0;
    std::optional<Lease> lease;  // of points
    // The last event of this till that `points` takes account of. Not part of a bundle's row.
    std::int64_t included_seq = 0;

    bool operator==(const Member&) const = default;
};

enum class CouponState : std::uint8_t {
    available,
    assigned,
    locked,
    redeemed,
    expired,
    revoked,
    conflict,
};

struct Coupon {
    token::CouponSerial serial{};
    std::optional<std::string> code;  // the printed one
    std::uint32_t book = 0;
    token::CouponKind kind = token::CouponKind::fixed;
    std::uint32_t value = 0;  // of a free product: its PLU
    std::int64_t not_before_s = 0;
    std::int64_t expires_s = 0;  // the first second in which it is no longer valid
    std::optional<base::Uuid> holder;
    std::vector<std::uint16_t> stores;  // rising; none: every store of the merchant
    std::uint16_t home = 0;             // the store that holds the right to redeem it; 0: none
    std::int64_t uses_left = 1;
    CouponState state = CouponState::available;
    std::optional<Lease> lease;  // of uses
    // The last event of this till that the uses take account of. Not part of a bundle's row.
    std::int64_t included_seq = 0;

    bool operator==(const Coupon&) const = default;
};

// The order is the one in which they stand in a bundle.
using Row = std::variant<Setting, Book, Product, Staff, Member, Coupon>;
inline constexpr std::size_t kRowKinds = std::variant_size_v<Row>;
// By a row's type, its Row::index().
template <class Kind, std::size_t index = 0>
constexpr std::size_t row_index() {
    if constexpr (std::is_same_v<std::variant_alternative_t<index, Row>, Kind>)
        return index;
    else
        return row_index<Kind, index + 1>();
}
using RowCounts = std::array<std::int64_t, kRowKinds>;  // by Row::index()

}  // namespace counterfoil::central
