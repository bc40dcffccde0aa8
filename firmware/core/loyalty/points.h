#pragma once

#include <limits>
#include <vector>

#include "firmware/core/base/id.h"
#include "firmware/core/loyalty/refusal.h"

namespace counterfoil::loyalty {

// More earnings than one member has in ten years of two purchases a day.
inline constexpr std::size_t kMaxLots = 8192;
inline constexpr std::int64_t kNeverMs = std::numeric_limits<std::int64_t>::max();

// The points of one earning. They cannot be spent before pending_until_ms, nor from expires_ms on.
struct PointLot {
    base::Uuid id;
    std::int64_t earned_ms = 0;
    std::int64_t pending_until_ms = 0;
    std::int64_t expires_ms = kNeverMs;
    std::int64_t amount = 0;
    std::int64_t left = 0;   // neither spent nor expired
    std::int64_t spent = 0;  // amount = left + spent + expired, at every moment

    std::int64_t expired() const { return amount - left - spent; }
    bool operator==(const PointLot&) const = default;
};

// Points that came from, or go back to, one lot.
struct PointShare {
    base::Uuid lot;
    std::int64_t points = 0;

    bool operator==(const PointShare&) const = default;
};

struct PointTotals {
    std::int64_t earned = 0;
    std::int64_t spent = 0;
    std::int64_t expired = 0;

    bool operator==(const PointTotals&) const = default;
};

// One member's points in lots. What the lots hold is always what was earned, less what was spent,
// less what has expired. A refused call changes nothing.
class PointAccount {
  public:
    // Opens a lot with all its points left; `left` and `spent` of the argument are not looked at.
    // Times rise from earned over pending to expiry, and the lot must live at least a moment.
    base::Result<void, Refusal> earn(const PointLot& lot);

    // What can be spent at that moment, and what will become free later.
    std::int64_t available(std::int64_t now_ms) const;
    std::int64_t pending(std::int64_t now_ms) const;

    // Takes points, nearest expiry first, then earliest earned, then by id; all of them or none.
    Judged<std::vector<PointShare>> spend(std::int64_t points, std::int64_t now_ms);

    // Returns spent points to the lots that they came from, whole or in part. Points of a lot that
    // has run out meanwhile are gone with the next expire().
    base::Result<void, Refusal> give_back(const std::vector<PointShare>& shares);

    // Takes what is left of the lots that have run out, and says how much of which, earliest first.
    std::vector<PointShare> expire(std::int64_t now_ms);

    // In the order in which they are spent.
    const std::vector<PointLot>& lots() const { return lots_; }
    const PointTotals& totals() const { return totals_; }

  private:
    PointLot* find(const base::Uuid& id);
    void check_sums() const;

    std::vector<PointLot> lots_;
    PointTotals totals_;
};

}  // namespace counterfoil::loyalty
