#include "daemon/aggregator/services/setting_rules.h"

#include <algorithm>
#include <array>

#include "firmware/core/central/line.h"
#include "firmware/core/ledger/members.h"
#include "firmware/core/loyalty/tier.h"

namespace counterfoil::services {

namespace {

// As a till reads them.
constexpr std::int64_t kMaxHours = 24 * 366;
constexpr std::int64_t kMaxDays = 3660;
constexpr std::int64_t kMaxPoints = 1'000'000'000;
constexpr std::int64_t kMaxLockSeconds = 24 * 60 * 60;
constexpr std::int64_t kMaxCashStep = 100'000;
constexpr std::int64_t kMax32 = (1LL << 32) - 1;
constexpr std::array<std::string_view, 6> kActs{"open_shift", "close_shift",    "report",
                                                "void_sale",  "override_price", "move_cash"};

bool is_number(const json::Value& value, std::int64_t most) {
    const auto number = value.integer();
    return number && *number >= 1 && *number <= most;
}

// Every member is one of these, so that a slip of the pen is no default.
bool has_members(const json::Value& value, std::size_t count) {
    std::size_t members = 0;
    for (auto member = value.first(); member; member = member->next()) ++members;
    return value.is_object() && members == count;
}

bool is_text(const json::Value& value) {
    return value.text().has_value();
}
bool is_currency(const json::Value& value) {
    return is_text(value) && money::Currency::from_code(*value.text()).ok();
}
bool is_cash_step(const json::Value& value) {
    return is_number(value, kMaxCashStep);
}
bool is_lock(const json::Value& value) {
    return is_number(value, kMaxLockSeconds);
}
// 0: for ever.
bool is_keeping(const json::Value& value) {
    return value.integer() == 0 || is_number(value, kMaxDays);
}
bool is_policy(const json::Value& value) {
    if (!has_members(value, 5)) return false;
    ledger::Members members(value);
    const std::string kind = members.text("policy");
    members.amount("face_minor");
    members.amount("terminal_minor");
    members.amount("member_minor");
    members.number("hours", 1, kMaxHours);
    return !members.error() && (kind == "strict" || kind == "bounded");
}
bool is_points_coupon(const json::Value& value) {
    if (!has_members(value, 4)) return false;
    ledger::Members members(value);
    members.number("points", 1, kMaxPoints);
    members.number("book", 1, kMax32);
    members.number("value_minor", 1, kMax32);
    members.number("days", 1, kMaxDays);
    return !members.error();
}
bool are_tiers(const json::Value& value) {
    if (!value.is_array()) return false;
    std::size_t count = 0;
    for (auto tier = value.first(); tier; tier = tier->next()) {
        const auto permille = tier->integer();
        if (!permille || *permille < 0 || *permille > loyalty::kMaxMultiplierPermille) return false;
        ++count;
    }
    return count > 0 && count <= loyalty::kMaxTiers;
}
bool are_acts(const json::Value& value) {
    if (!value.is_array()) return false;
    for (auto act = value.first(); act; act = act->next())
        if (!act->text() || std::ranges::find(kActs, *act->text()) == kActs.end()) return false;
    return true;
}

struct Rule {
    std::string_view name;
    bool (*is_good)(const json::Value& value);
};
constexpr std::array kRules{
    Rule{"currency", is_currency},     Rule{"cash_step_minor", is_cash_step},
    Rule{"coupon_policy", is_policy},  Rule{"points_coupon", is_points_coupon},
    Rule{"tiers_permille", are_tiers}, Rule{"auto_lock_s", is_lock},
    Rule{"keep_days", is_keeping},     Rule{"cashier_may", are_acts},
    Rule{"shop_name", is_text},        Rule{"shop_address", is_text},
    Rule{"shop_tax_number", is_text},  Rule{"receipt_footer", is_text},
    Rule{"receipt_link", is_text},     Rule{"phone_salt", is_text}};  // its line is stricter

const Rule* find_rule(std::string_view name) {
    const auto found = std::ranges::find(kRules, name, &Rule::name);
    return found == kRules.end() ? nullptr : &*found;
}

}  // namespace

bool is_known_setting(std::string_view name) {
    return find_rule(name) != nullptr;
}

bool is_in_form(const central::Setting& setting) {
    const Rule* rule = find_rule(setting.name);
    const auto document = json::Document::parse(setting.value);
    return rule != nullptr && document.ok() && rule->is_good(document.value().root()) &&
           central::write_line(setting).ok();
}

}  // namespace counterfoil::services
