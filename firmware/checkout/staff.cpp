#include "firmware/checkout/staff.h"

#include <algorithm>
#include <array>

#include "firmware/core/crypto/pin_hash.h"

namespace counterfoil::checkout {

using mirror::Role;
using mirror::Staff;

namespace {

struct Rule {
    Act act;
    std::string_view name;
    bool for_cashiers;
};
constexpr std::array<Rule, kActs> kRules{{{Act::sell, "sell", true},
                                          {Act::refund, "refund", true},
                                          {Act::refund_otherwise, "refund_otherwise", false},
                                          {Act::reprint, "reprint", true},
                                          {Act::train, "train", true},
                                          {Act::spend_points, "spend_points", true},
                                          {Act::open_drawer, "open_drawer", true},
                                          {Act::override_price, "override_price", false},
                                          {Act::void_sale, "void_sale", false},
                                          {Act::open_shift, "open_shift", false},
                                          {Act::close_shift, "close_shift", false},
                                          {Act::report, "report", false},
                                          {Act::move_cash, "move_cash", false}}};

constexpr std::int64_t kFreeTrials = 5;
constexpr std::int64_t kFirstWaitMs = 30'000;
constexpr std::int64_t kLongestWaitMs = 15 * 60'000;
constexpr std::int64_t kMostDoublings = 5;

const Rule& rule_of(Act act) {
    const auto index = static_cast<std::size_t>(act);
    CF_CHECK(index < kRules.size() && kRules[index].act == act);
    return kRules[index];
}

}  // namespace

std::string_view act_name(Act act) {
    return rule_of(act).name;
}

bool is_for_cashiers(Act act, const ShopSettings& settings) {
    return rule_of(act).for_cashiers || settings.cashier_may.contains(std::string(act_name(act)));
}

// A clock that was set back does not lengthen the wait: it is never longer than from now on.
std::int64_t StaffDesk::wait_ms(const Trials& trials) const {
    if (trials.failures < kFreeTrials) return 0;
    const std::int64_t doublings = std::min(trials.failures - kFreeTrials, kMostDoublings);
    const std::int64_t wait_ms = std::min(kFirstWaitMs << doublings, kLongestWaitMs);
    const std::int64_t since_ms = clock_.now().unix_ms - trials.last.unix_ms;
    if (since_ms < -kLongestWaitMs) return 0;
    return std::clamp(wait_ms - since_ms, std::int64_t{0}, wait_ms);
}

Outcome<std::int64_t> StaffDesk::locked_ms(const std::string& staff) {
    CF_LET(const Trials trials, file_.trials(staff));
    return wait_ms(trials);
}

Outcome<Staff> StaffDesk::begin(const std::string& staff) {
    CF_LET(const auto person, mirror_.find_staff(staff));
    if (!person) return Refusal::sign_in_wrong;
    CF_LET(const Trials trials, file_.trials(person->id));
    if (wait_ms(trials) > 0) return Refusal::locked_out;
    CF_TRY(file_.set_trials(person->id, {trials.failures + 1, clock_.now()}));
    return *person;
}

Outcome<void> StaffDesk::end(const Staff& person, bool matches) {
    if (!matches) return Refusal::sign_in_wrong;
    CF_TRY(file_.set_trials(person.id, {}));
    return {};
}

Outcome<void> StaffDesk::let_in(const std::string& screen, const std::string& staff,
                                const std::string& proof) {
    CF_TRY(file_.sign_in(screen, {staff, clock_.now(), proof}));
    last_active_.erase(screen);
    return {};
}

Outcome<bool> StaffDesk::proves(const std::string& screen, const std::string& proof) {
    CF_LET(const auto session, file_.signed_in(screen));
    return session && session->proof == proof;
}

Outcome<Staff> StaffDesk::check(const Credentials& credentials) {
    if (credentials.pin.empty()) return Refusal::pin_missing;
    CF_LET(const Staff person, begin(credentials.staff));
    CF_TRY(end(person, crypto::pin_matches(credentials.pin, person.pin_hash)));
    return person;
}

Outcome<Staff> StaffDesk::check(const Approver& approver) {
    if (approver.credentials) return check(*approver.credentials);
    CF_LET(const auto person, mirror_.find_staff(approver.checked));
    if (!person) return Refusal::sign_in_wrong;
    return *person;
}

Outcome<Staff> StaffDesk::sign_in(const std::string& screen, const Credentials& credentials) {
    CF_LET(const Staff person, check(credentials));
    CF_TRY(let_in(screen, person.id));
    return person;
}

Outcome<void> StaffDesk::sign_out(const std::string& screen) {
    CF_TRY(file_.sign_out(screen));
    last_active_.erase(screen);
    return {};
}

Outcome<std::optional<Staff>> StaffDesk::signed_in(const std::string& screen,
                                                   const ShopSettings& settings) {
    CF_LET(const auto session, file_.signed_in(screen));
    if (!session) return std::optional<Staff>();
    const auto known = last_active_.find(screen);
    const bool newer = known != last_active_.end() && known->second > session->last_active;
    const base::WallTime last = newer ? known->second : session->last_active;
    const std::int64_t idle_ms = clock_.now().unix_ms - last.unix_ms;
    const std::int64_t lock_ms = settings.auto_lock_s * 1000;
    // A moment that is still to come was told by a clock that has been set since.
    if (idle_ms >= lock_ms || idle_ms < 0) return std::optional<Staff>();
    CF_LET(const auto person, mirror_.find_staff(session->staff));
    if (!person) return std::optional<Staff>();
    return person;
}

// Written now and then only: no sale waits for the disk twice. Between, it is remembered.
Outcome<void> StaffDesk::stay(const std::string& screen, const ShopSettings& settings) {
    constexpr std::int64_t kParts = 5;
    const base::WallTime now = clock_.now();
    last_active_[screen] = now;
    CF_LET(const auto session, file_.signed_in(screen));
    const bool fresh = session && now.unix_ms - session->last_active.unix_ms <
                                      settings.auto_lock_s * 1000 / kParts;
    if (!fresh) CF_TRY(file_.stay_signed_in(screen, now));
    return {};
}

Outcome<void> StaffDesk::touch(const std::string& screen, const ShopSettings& settings) {
    CF_LET(const auto person, signed_in(screen, settings));
    if (!person) return Refusal::not_signed_in;
    return stay(screen, settings);
}

Outcome<Authority> StaffDesk::authorise(const std::string& screen, Act act,
                                        const ShopSettings& settings, const Approver& approver) {
    if (!is_for_cashiers(act, settings)) return manage(screen, settings, approver);
    CF_LET(const auto person, signed_in(screen, settings));
    if (!person) return Refusal::not_signed_in;
    CF_TRY(stay(screen, settings));
    return Authority{person->id, person->id};
}

Outcome<Authority> StaffDesk::manage(const std::string& screen, const ShopSettings& settings,
                                     const Approver& approver) {
    CF_LET(const auto person, signed_in(screen, settings));
    if (!person) return Refusal::not_signed_in;
    CF_TRY(stay(screen, settings));
    if (person->role == Role::manager) return Authority{person->id, person->id};
    if (!approver.is_there()) return Refusal::manager_needed;
    CF_LET(const Staff manager, check(approver));
    if (manager.role != Role::manager) return Refusal::not_a_manager;
    return Authority{person->id, manager.id};
}

}  // namespace counterfoil::checkout
