#include "firmware/mirror/overlay.h"

#include <algorithm>

namespace counterfoil::mirror {

using base::Result;

namespace {

bool can_be_used(CouponState state) {
    return state == CouponState::available || state == CouponState::assigned ||
           state == CouponState::locked;
}

void spend_of(std::optional<Lease>& lease, std::int64_t spent) {
    if (lease) lease->quantity = std::max<std::int64_t>(0, lease->quantity - spent);
}

}  // namespace

void Overlay::note(std::int64_t seq) {
    CF_CHECK(seq >= 1 && seq >= last_seq_);
    last_seq_ = seq;
}

void Overlay::add(std::int64_t seq, const CouponUses& change) {
    note(seq);
    uses_[change.serial].push_back({seq, change.uses, change.leased});
}

void Overlay::add(std::int64_t seq, const PointsChange& change) {
    note(seq);
    points_[change.member].push_back({seq, change.points, change.leased});
}

// The cursor is the row's own, of one moment with it: what the row takes account of is left out,
// whenever the content was changed.
template <class Key>
Overlay::Change Overlay::sum_since(Changes<Key>& changes, const Key& key, std::int64_t cursor) {
    Change sum{cursor, 0, 0};
    const auto found = changes.find(key);
    if (found == changes.end()) return sum;
    std::erase_if(found->second, [&](const Change& change) { return change.seq <= cursor; });
    for (const Change& change : found->second) {
        sum.amount += change.amount;
        sum.leased += change.leased;
    }
    if (found->second.empty()) changes.erase(found);
    return sum;
}

template <class Key>
void Overlay::forget(Changes<Key>& changes, std::int64_t cursor) {
    for (auto& [key, list] : changes)
        std::erase_if(list, [&](const Change& change) { return change.seq <= cursor; });
    std::erase_if(changes, [](const auto& entry) { return entry.second.empty(); });
}

void Overlay::forget_up_to(std::int64_t cursor) {
    forget(uses_, cursor);
    forget(points_, cursor);
}

std::size_t Overlay::size() const {
    std::size_t size = 0;
    for (const auto& [key, list] : uses_) size += list.size();
    for (const auto& [key, list] : points_) size += list.size();
    return size;
}

Result<std::optional<Member>> Overlay::apply(Result<std::optional<Member>> found) {
    if (!found.ok() || !found.value()) return found;
    Member& member = *found.value();
    const Change sum = sum_since(points_, member.id, member.included_seq);
    member.points += sum.amount;
    spend_of(member.lease, sum.leased);
    return found;
}

Result<std::optional<Coupon>> Overlay::apply(Result<std::optional<Coupon>> found) {
    if (!found.ok() || !found.value()) return found;
    Coupon& coupon = *found.value();
    const Change spent = sum_since(uses_, coupon.serial, coupon.included_seq);
    if (spent.amount == 0 && spent.leased == 0) return found;
    coupon.uses_left = std::max<std::int64_t>(0, coupon.uses_left - spent.amount);
    spend_of(coupon.lease, spent.leased);
    if (coupon.uses_left == 0 && can_be_used(coupon.state)) coupon.state = CouponState::redeemed;
    // A use that the centre knows of and that was taken back here since.
    if (coupon.uses_left > 0 && coupon.state == CouponState::redeemed)
        coupon.state = coupon.holder ? CouponState::assigned : CouponState::available;
    return found;
}

Result<std::optional<Member>> Overlay::find_member_by_id(const base::Uuid& id) {
    return apply(mirror_.find_member_by_id(id));
}

Result<std::optional<Member>> Overlay::find_member_by_loyalty_id(std::string_view loyalty_id) {
    return apply(mirror_.find_member_by_loyalty_id(loyalty_id));
}

Result<std::optional<Member>> Overlay::find_member_by_phone_hash(const crypto::Digest& hash) {
    return apply(mirror_.find_member_by_phone_hash(hash));
}

Result<std::optional<Coupon>> Overlay::find_coupon_by_serial(const token::CouponSerial& serial) {
    return apply(mirror_.find_coupon_by_serial(serial));
}

Result<std::optional<Coupon>> Overlay::find_coupon_by_code(std::string_view code) {
    return apply(mirror_.find_coupon_by_code(code));
}

}  // namespace counterfoil::mirror
