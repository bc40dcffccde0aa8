#pragma once

#include <optional>
#include <string>
#include <vector>

#include "firmware/core/base/id.h"
#include "firmware/core/ledger/sale.h"

namespace counterfoil::checkout {

// A line as it was scanned or keyed.
struct BasketLine {
    std::string code;
    // None: one piece; what is sold by weight has to be weighed.
    std::optional<std::int64_t> quantity_milli;
    std::optional<std::int64_t> unit_minor;    // another price than the list's
    std::optional<std::int64_t> off_minor;     // taken off by hand, in money ...
    std::optional<std::int64_t> off_permille;  // ... or as a part of the price
    std::string approved_by;                   // who allowed it; empty: nothing was changed
    std::string reason;

    bool changed() const { return unit_minor || off_minor || off_permille; }
    bool operator==(const BasketLine&) const = default;
};

// A member who was recognised. Proven: by a fresh code of the member's phone.
struct BasketMember {
    base::Uuid id;
    bool proven = false;
    std::uint8_t tier = 0;  // as the code said; where the till knows the member, its word counts

    bool operator==(const BasketMember&) const = default;
};

// What the customer wants, as it was scanned: what a cart is priced from, at any time anew. It can
// be put aside and taken up again.
struct Basket {
    std::string id;  // a name that no other basket has; empty: it was never put aside
    std::vector<BasketLine> lines;
    std::optional<BasketMember> member;
    std::vector<std::string> coupons;  // as scanned

    bool operator==(const Basket&) const = default;
};

base::Result<std::string> write_basket(const Basket& basket);
// Strict: malformed where a member is missing or over its bound.
base::Result<Basket> read_basket(std::string_view text);

}  // namespace counterfoil::checkout
