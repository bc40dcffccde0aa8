#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/aggregator/ingest/own_facts.h"
#include "firmware/core/ledger/event.h"

// What events say, as far as the centre counts by it. Pure.
namespace counterfoil::ingest {

// What the centre is called in its own ledger; no terminal is.
inline constexpr std::string_view kCentre = "centre";

struct Purchase {
    std::int64_t seq = 0;
    std::int64_t receipt = 0;  // none where no terminal recorded it
    std::string_view kind;     // "sale", "refund" or "void"
    std::string shift;
    std::string staff;
    std::int64_t at_ms = 0;
    std::string member;  // empty: nobody known
    std::optional<std::int64_t> original;
    std::string currency;
    std::int64_t total_minor = 0;  // below nothing where it was given back
    std::int64_t points = 0;       // the same
    std::int64_t visits = 0;
};

struct CouponUse {
    std::int64_t seq = 0;
    std::string coupon;
    std::int64_t receipt = 0;
    std::int64_t uses = 0;  // -1: it was given back
};

struct PointsUsed {
    std::int64_t seq = 0;
    std::string member;
    std::int64_t points = 0;
};

struct ClosedShift {
    std::int64_t seq = 0;
    std::string name;
    std::int64_t number = 0;
    std::int64_t sales = 0;
    std::int64_t sales_minor = 0;
    std::int64_t refunds = 0;
    std::int64_t refunded_minor = 0;
    std::int64_t expected_minor = 0;
    std::int64_t counted_minor = 0;
};

// Of the centre's own ledger alone.
struct Provisioned {
    std::int64_t seq = 0;
    std::string terminal;
    std::int64_t store = 0;
    base::Bytes certificate;  // DER; empty: its rights were taken back
    std::int64_t epoch = 1;   // of its ledger, open from there on
};

// A fact that should not be, or that this program cannot read: it happened all the same.
struct Flag {
    std::int64_t seq = 0;
    std::string_view reason;  // "newer_format", "unknown_type", "unreadable_body", "not_the_centre"
};

// Of consecutive events; each list in their order.
struct Facts {
    std::string incarnation;  // the ledger's, where its genesis is among them
    std::vector<Purchase> purchases;
    std::vector<CouponUse> coupon_uses;
    std::vector<PointsUsed> points_used;
    std::vector<ClosedShift> closed_shifts;
    std::vector<Provisioned> provisioned;
    std::vector<std::int64_t> trainings;  // their numbers
    std::vector<OwnFact> own;             // of the centre alone
    std::vector<Flag> flags;
};

// Whether the centre counts by the event's body; all others' are not even looked at.
bool counts_by_body(const ledger::EventView& event);

// Adds what the event says, which was read with the bodies that count. It never fails: what cannot
// be read is flagged.
void read_facts(const ledger::ReadEvent& event, Facts& facts);

}  // namespace counterfoil::ingest
