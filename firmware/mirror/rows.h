#pragma once

#include "firmware/core/base/clock.h"
#include "firmware/core/central/rows.h"

// What a till knows of the central data.
namespace counterfoil::mirror {

using central::Book;
using central::Coupon;
using central::CouponState;
using central::kRowKinds;
using central::Lease;
using central::Member;
using central::Product;
using central::Role;
using central::Row;
using central::RowCounts;
using central::Scope;
using central::Setting;
using central::SoldBy;
using central::Staff;

// Of what moment the content is.
struct Meta {
    std::int64_t version = 0;  // rises with every content; 0: nothing was loaded yet
    std::int64_t cursor = 0;   // the last event of this till that the content takes account of
    base::WallTime loaded_at;  // by this machine's clock
    // When the content was put together, by the centre's clock: how old a till's knowledge is.
    base::WallTime made_at;

    bool operator==(const Meta&) const = default;
};

// How far a class of central data has come by deltas.
struct ClassState {
    std::int64_t version = 0;  // 0: none has come since a bundle was loaded
    // Counts how often the class began from nothing.
    std::int64_t round = 0;
    // Everything up to the version has come. Until then, what was there before is still there.
    bool is_whole = false;
    std::int64_t included_seq = 0;  // when it was whole last
    base::WallTime told_at;         // by the centre's clock

    bool operator==(const ClassState&) const = default;
};

// Whose events a mirror's content takes account of.
struct Source {
    std::string terminal;
    std::int64_t epoch = 1;

    bool operator==(const Source&) const = default;
};

}  // namespace counterfoil::mirror
