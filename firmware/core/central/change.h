#pragma once

#include "firmware/core/central/line.h"

// A row of a delta, which changes a copy of the central data: what is there from then on under its
// key, or the key of what is there no more. firmware/mirror/FORMAT.md says how it is written.
namespace counterfoil::central {

// By which rows of a kind are told from one another: a setting's name or a staff member's id, a
// book's number or a product's, a member's id, a coupon's serial.
using Key = std::variant<std::string, std::int64_t, base::Uuid, token::CouponSerial>;

struct Gone {
    Key key;

    bool operator==(const Gone&) const = default;
};

using Change = std::variant<Row, Gone>;

Key key_of(const Row& row);

// What the rows of a kind, by Row::index(), are called together, as a class of central data:
// "settings", "books", "products", "staff", "members", "coupons".
std::string_view class_name(std::size_t kind);
// Empty where no rows are called that.
std::optional<std::size_t> kind_of_class(std::string_view name);

// The key must be one of its kind's. Without the line's end.
std::string write_gone(const Key& key);

// A line about rows of that kind; malformed where it is anything else.
base::Result<Change> read_change(std::string_view line, std::size_t kind);

}  // namespace counterfoil::central
