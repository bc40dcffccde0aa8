#include "firmware/core/loyalty/points.h"

#include <algorithm>
#include <tuple>

namespace counterfoil::loyalty {
namespace {

bool is_spent_before(const PointLot& a, const PointLot& b) {
    return std::tie(a.expires_ms, a.earned_ms, a.id) < std::tie(b.expires_ms, b.earned_ms, b.id);
}

bool is_free(const PointLot& lot, std::int64_t now_ms) {
    return lot.pending_until_ms <= now_ms && now_ms < lot.expires_ms;
}

}  // namespace

PointLot* PointAccount::find(const base::Uuid& id) {
    const auto place =
        std::find_if(lots_.begin(), lots_.end(), [&](const PointLot& lot) { return lot.id == id; });
    return place == lots_.end() ? nullptr : &*place;
}

void PointAccount::check_sums() const {
    std::int64_t left = 0;
    for (const PointLot& lot : lots_) {
        CF_CHECK(lot.left >= 0 && lot.spent >= 0 && lot.expired() >= 0);
        left += lot.left;
    }
    CF_CHECK(left == totals_.earned - totals_.spent - totals_.expired);
}

base::Result<void, Refusal> PointAccount::earn(const PointLot& lot) {
    if (lot.amount <= 0) return Refusal::points_not_positive;
    if (lot.earned_ms > lot.pending_until_ms || lot.pending_until_ms >= lot.expires_ms)
        return Refusal::lot_times_wrong;
    if (find(lot.id) != nullptr) return Refusal::lot_exists;
    if (lots_.size() >= kMaxLots) return Refusal::too_many_lots;
    std::int64_t earned = 0;
    if (__builtin_add_overflow(totals_.earned, lot.amount, &earned))
        return Refusal::points_too_many;
    PointLot opened = lot;
    opened.left = lot.amount;
    opened.spent = 0;
    lots_.insert(std::upper_bound(lots_.begin(), lots_.end(), opened, is_spent_before), opened);
    totals_.earned = earned;
    check_sums();
    return {};
}

std::int64_t PointAccount::available(std::int64_t now_ms) const {
    std::int64_t points = 0;
    for (const PointLot& lot : lots_)
        if (is_free(lot, now_ms)) points += lot.left;
    return points;
}

std::int64_t PointAccount::pending(std::int64_t now_ms) const {
    std::int64_t points = 0;
    for (const PointLot& lot : lots_)
        if (now_ms < lot.pending_until_ms) points += lot.left;
    return points;
}

Judged<std::vector<PointShare>> PointAccount::spend(std::int64_t points, std::int64_t now_ms) {
    if (points <= 0) return Refusal::points_not_positive;
    if (points > available(now_ms)) return Refusal::points_insufficient;
    std::vector<PointShare> shares;
    std::int64_t missing = points;
    for (PointLot& lot : lots_) {
        if (missing == 0) break;
        if (lot.left == 0 || !is_free(lot, now_ms)) continue;
        const std::int64_t taken = std::min(missing, lot.left);
        lot.left -= taken;
        lot.spent += taken;
        missing -= taken;
        shares.push_back({lot.id, taken});
    }
    totals_.spent += points;
    CF_CHECK(missing == 0);
    check_sums();
    return shares;
}

base::Result<void, Refusal> PointAccount::give_back(const std::vector<PointShare>& shares) {
    // Tried on a copy, because one lot may be named by several shares and a refusal changes
    // nothing.
    PointAccount changed = *this;
    for (const PointShare& share : shares) {
        PointLot* lot = changed.find(share.lot);
        if (lot == nullptr) return Refusal::lot_unknown;
        if (share.points <= 0) return Refusal::points_not_positive;
        if (share.points > lot->spent) return Refusal::give_back_exceeds_spend;
        lot->spent -= share.points;
        lot->left += share.points;
        changed.totals_.spent -= share.points;
    }
    changed.check_sums();
    *this = std::move(changed);
    return {};
}

std::vector<PointShare> PointAccount::expire(std::int64_t now_ms) {
    std::vector<PointShare> shares;
    for (PointLot& lot : lots_) {
        if (lot.left == 0 || now_ms < lot.expires_ms) continue;
        shares.push_back({lot.id, lot.left});
        totals_.expired += lot.left;
        lot.left = 0;
    }
    check_sums();
    return shares;
}

}  // namespace counterfoil::loyalty
