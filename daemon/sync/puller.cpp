#include "daemon/sync/puller.h"

#include <algorithm>
#include <array>

#include "firmware/core/central/change.h"

namespace counterfoil::sync {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

// What decides most comes first.
constexpr std::array<std::string_view, central::kRowKinds> kOrder{"settings", "books",   "products",
                                                                  "staff",    "members", "coupons"};

Error refused(const wire::Delta& delta, const std::string& why) {
    return Error(Code::refused, "the delta of " + delta.data_class + ": " + why);
}

}  // namespace

Result<Puller> Puller::open(const World& world) {
    Puller puller(world);
    CF_TRY(world.loader.follow(world.till));
    for (const std::string_view name : kOrder) {
        CF_LET(const mirror::ClassState state, world.loader.state(name));
        puller.classes_[std::string(name)].state = state;
    }
    return puller;
}

Status Puller::hear(const wire::Versions& versions, base::WallTime server_time) {
    for (const auto& [name, version] : versions)
        if (const auto found = classes_.find(name); found != classes_.end())
            found->second.told = std::max(found->second.told, version);
    if (!latest_ || server_time >= latest_->server_time) latest_ = Told{versions, server_time};
    if (!goal_) goal_ = latest_;
    return confirm();
}

Status Puller::hear(const wire::Manifest& manifest) {
    const auto found = classes_.find(manifest.data_class);
    if (found != classes_.end())
        found->second.told = std::max(found->second.told, manifest.version);
    return {};
}

std::optional<wire::Pull> Puller::due() {
    const std::int64_t now_ms = world_.clock.steady_ms();
    if (now_ms < not_before_ms_) return {};
    if (!asked_.empty()) {
        ++figures_.timeouts;
        wait_ms_ = std::min(wait_ms_ * 2, kLongestWaitMs);
        asked_.clear();
    }
    for (const std::string_view name : kOrder) {
        const Class& one = classes_.find(name)->second;
        if (!one.is_wanted()) continue;
        asked_ = name;
        not_before_ms_ = now_ms + wait_ms_;
        return wire::Pull{asked_, one.state.version, wire::kMaxDeltaRows};
    }
    return {};
}

std::optional<std::int64_t> Puller::due_ms() const {
    const bool is_any =
        std::ranges::any_of(classes_, [](const auto& one) { return one.second.is_wanted(); });
    if (!is_any) return {};
    return not_before_ms_;
}

void Puller::wait_longer() {
    asked_.clear();
    not_before_ms_ = world_.clock.steady_ms() + wait_ms_;
    wait_ms_ = std::min(wait_ms_ * 2, kLongestWaitMs);
}

Result<mirror::Update> Puller::update_of(const wire::Delta& delta) const {
    if (asked_ != delta.data_class) return refused(delta, "nobody asked for it");
    const Class& one = classes_.find(delta.data_class)->second;
    if (delta.from != one.state.version && delta.from != 0)
        return refused(delta, "it leads on from version " + std::to_string(delta.from));
    mirror::Update update{delta.data_class,  delta.from, delta.to, delta.more, 0,
                          delta.server_time, delta.rows};
    if (!delta.includes) return update;
    const wire::Place& place = *delta.includes;
    if (place.terminal != world_.till.terminal || place.epoch > world_.till.epoch)
        return refused(delta, "it is for another ledger");
    // Of an earlier ledger nothing is counted here any more.
    if (place.epoch == world_.till.epoch) update.included_seq = place.seq;
    return update;
}

Status Puller::apply(const wire::Delta& delta) {
    CF_LET(const mirror::Update update, update_of(delta));
    CF_LET(classes_.find(delta.data_class)->second.state, world_.loader.apply(update));
    return {};
}

Status Puller::take(const wire::Delta& delta) {
    if (const Status applied = apply(delta); !applied.ok()) {
        ++figures_.refused;
        trouble_ = applied.error();
        // What nobody asked for is no answer to what is under way.
        if (asked_ == delta.data_class) wait_longer();
        return applied;
    }
    ++figures_.deltas;
    figures_.rows += delta.rows.size();
    if (delta.from != delta.to || !delta.rows.empty()) ++changes_;
    // What is there cannot be more than what there is.
    Class& one = classes_.find(delta.data_class)->second;
    one.told = std::max(one.told, one.state.version);
    trouble_.reset();
    asked_.clear();
    // A centre that has less than was heard of is not asked all the time.
    if (delta.from == delta.to && one.is_wanted()) {
        wait_longer();
        return {};
    }
    wait_ms_ = kFirstWaitMs;
    not_before_ms_ = 0;
    return confirm();
}

void Puller::take(const wire::Nak& nak) {
    if (nak.answers != wire::Kind::pull || asked_.empty()) return;
    if (nak.reason == wire::Reason::unknown_class) {
        // Until it is heard of again.
        classes_.find(asked_)->second.told = 0;
        asked_.clear();
        not_before_ms_ = 0;
        return;
    }
    wait_longer();
    if (nak.retry_after_ms)
        not_before_ms_ = std::max(not_before_ms_, world_.clock.steady_ms() + *nak.retry_after_ms);
}

void Puller::forget_sent() {
    asked_.clear();
    not_before_ms_ = 0;
    wait_ms_ = kFirstWaitMs;
}

bool Puller::is_up_to_date() const {
    return latest_ &&
           std::ranges::none_of(classes_, [](const auto& one) { return one.second.is_wanted(); });
}

std::int64_t Puller::version() const {
    std::int64_t version = 0;
    for (const auto& [name, one] : classes_) version += one.state.version;
    return version;
}

bool Puller::is_reached(const wire::Versions& versions) const {
    return std::ranges::all_of(versions, [this](const auto& told) {
        const auto found = classes_.find(told.first);
        if (found == classes_.end() || told.second == 0) return true;
        const mirror::ClassState& state = found->second.state;
        return state.is_whole && state.version >= told.second;
    });
}

// What all classes were when they were told of is there, or something newer: that is how old the
// till's knowledge is. Where nothing changes, that is noted now and then.
Status Puller::confirm() {
    if (!goal_ || !is_reached(goal_->versions)) return {};
    if (is_reached(latest_->versions)) goal_ = latest_;
    const Told reached = *goal_;
    goal_ = latest_;
    const bool is_any = std::ranges::any_of(
        reached.versions, [this](const auto& told) { return classes_.contains(told.first); });
    const std::int64_t now_ms = world_.clock.steady_ms();
    const bool is_early = noted_ms_ && now_ms < *noted_ms_ + kBetweenNotesMs;
    if (!is_any || (is_early && noted_changes_ == changes_)) return {};
    CF_TRY(world_.loader.confirm(reached.server_time, world_.clock.now()));
    noted_ms_ = now_ms;
    noted_changes_ = changes_;
    return {};
}

}  // namespace counterfoil::sync
