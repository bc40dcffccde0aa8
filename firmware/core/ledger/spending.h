#pragma once

#include <optional>
#include <string>

#include "firmware/core/json/json.h"
#include "firmware/core/ledger/event.h"

// What is spent at a counter besides money: uses of coupons, and points. The till writes it and
// counts by it, and so does the centre.
namespace counterfoil::ledger {

// By what right a till spends a use of a coupon.
enum class Basis : std::uint8_t {
    lease,   // the centre has leased it to this terminal
    own,     // made at this till, and never given away
    budget,  // none: the merchant bears a loss up to the limits
};

// "lease", "own", "budget".
std::string_view basis_name(Basis basis);
std::optional<Basis> basis_from_name(std::string_view name);

// How much may be taken without a right to it, counted over the events behind `since`: the last one
// that the till's central data took account of.
struct RiskLimits {
    std::int64_t since = 0;
    std::int64_t terminal_minor = 0;
    std::int64_t member_minor = 0;

    bool operator==(const RiskLimits&) const = default;
};

// One use of a coupon, the body of coupon_redeemed; and of coupon_rolled_back, which takes exactly
// this back.
struct Redemption {
    std::string coupon;        // its serial in hex
    std::int64_t receipt = 0;  // of the sale that it lowers
    std::int64_t book = 0;
    std::string member;   // who used it; empty: nobody known
    std::int64_t of = 1;  // how many uses this till may spend of it in all
    Basis basis = Basis::lease;
    std::int64_t face_minor = 0;      // what is lost where the use was spent elsewhere, too
    RiskLimits limits;                // of the budget; else nothing
    std::optional<std::int64_t> cap;  // how many uses of the whole book this till may spend
    std::int64_t undoes = 0;          // of one that is rolled back: the event that it takes back

    bool operator==(const Redemption&) const = default;
};

// A coupon made at a till, for its shop's own currency.
struct MadeCoupon {
    std::string serial;  // in hex
    std::string code;    // the printed one
    std::int64_t book = 0;
    std::int64_t value_minor = 0;
    std::int64_t not_before_s = 0;
    std::int64_t expires_s = 0;

    bool operator==(const MadeCoupon&) const = default;
};

// Points turned into a coupon, the body of points_spent.
struct PointsSpent {
    std::string member;
    std::int64_t points = 0;
    std::int64_t points_before = 0;  // as far as the till knew
    MadeCoupon coupon;
    std::string request;

    bool operator==(const PointsSpent&) const = default;
};

json::Object write_body(const Redemption& redemption);
json::Object write_body(const PointsSpent& spent);

// Strict: malformed where a member is missing or over its bound.
base::Result<Redemption> read_redemption(const json::Value& body);
base::Result<PointsSpent> read_points_spent(const json::Value& body);

}  // namespace counterfoil::ledger
