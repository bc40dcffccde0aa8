#include "firmware/checkout/settings.h"

#include "firmware/core/ledger/members.h"
#include "firmware/core/loyalty/tier.h"

namespace counterfoil::checkout {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::int64_t kMaxHours = 24 * 366;
constexpr std::int64_t kMaxDays = 3660;
constexpr std::int64_t kMaxPoints = 1'000'000'000;
constexpr std::int64_t kMaxLockSeconds = 24 * 60 * 60;
constexpr std::int64_t kMaxCashStep = 100'000;
constexpr std::int64_t kMaxBook = (1LL << 32) - 1;
constexpr std::int64_t kMaxCouponValue = (1LL << 32) - 1;

Error wrong(const std::string& name) {
    return Error(Code::malformed, "the setting \"" + name + "\" is not in its form");
}

// Hands the setting's value to `take`, which says whether it is in its form; what is not set stays
// as it is.
template <class Take>
Status read(mirror::Mirror& mirror, const std::string& name, Take take) {
    CF_LET(const auto text, mirror.setting(name));
    if (!text) return {};
    const auto document = json::Document::parse(*text);
    if (!document.ok() || !take(document.value().root())) return wrong(name);
    return {};
}

Status read_text(mirror::Mirror& mirror, const std::string& name, std::string& into) {
    return read(mirror, name, [&](const json::Value& value) {
        if (!value.text()) return false;
        into = *value.text();
        return true;
    });
}

Status read_number(mirror::Mirror& mirror, const std::string& name, std::int64_t most,
                   std::int64_t& into) {
    return read(mirror, name, [&](const json::Value& value) {
        const auto number = value.integer();
        if (!number || *number < 1 || *number > most) return false;
        into = *number;
        return true;
    });
}

bool take_days(const json::Value& value, std::int64_t& days) {
    const auto number = value.integer();
    if (!number || *number < 0 || *number > kMaxDays) return false;
    days = *number;
    return true;
}

bool take_policy(const json::Value& value, CouponPolicy& policy) {
    ledger::Members members(value);
    const std::string kind = members.text("policy");
    policy.bounded = kind == "bounded";
    if (!policy.bounded && kind != "strict") members.fail("policy");
    policy.face_minor = members.amount("face_minor");
    policy.terminal_minor = members.amount("terminal_minor");
    policy.member_minor = members.amount("member_minor");
    policy.hours = members.number("hours", 1, kMaxHours);
    return !members.error();
}

bool take_points_coupon(const json::Value& value, std::optional<PointsCoupon>& coupon) {
    ledger::Members members(value);
    coupon = PointsCoupon{
        members.number("points", 1, kMaxPoints), members.number("book", 1, kMaxBook),
        members.number("value_minor", 1, kMaxCouponValue), members.number("days", 1, kMaxDays)};
    return !members.error();
}

bool take_tiers(const json::Value& value, std::vector<std::int64_t>& tiers) {
    if (!value.is_array()) return false;
    tiers.clear();
    for (auto tier = value.first(); tier; tier = tier->next()) {
        const auto permille = tier->integer();
        if (!permille || *permille < 0 || *permille > loyalty::kMaxMultiplierPermille) return false;
        tiers.push_back(*permille);
    }
    return !tiers.empty() && tiers.size() <= loyalty::kMaxTiers;
}

bool take_names(const json::Value& value, std::set<std::string>& names) {
    if (!value.is_array()) return false;
    for (auto name = value.first(); name; name = name->next()) {
        if (!name->text()) return false;
        names.emplace(*name->text());
    }
    return true;
}

Status read_currency(mirror::Mirror& mirror, money::Currency& currency) {
    std::string code(currency.code());
    CF_TRY(read_text(mirror, "currency", code));
    const auto known = money::Currency::from_code(code);
    if (!known.ok()) return wrong("currency");
    currency = known.value();
    return {};
}

}  // namespace

Result<ShopSettings> read_settings(mirror::Mirror& mirror) {
    ShopSettings settings;
    const auto standard = loyalty::TierTable::standard();
    for (const loyalty::Tier& tier : standard.tiers())
        settings.tiers_permille.push_back(tier.multiplier_permille);
    CF_TRY(read_currency(mirror, settings.currency));
    CF_TRY(read_number(mirror, "cash_step_minor", kMaxCashStep, settings.cash_step_minor));
    CF_TRY(read_number(mirror, "auto_lock_s", kMaxLockSeconds, settings.auto_lock_s));
    CF_TRY(read(mirror, "keep_days",
                [&](const json::Value& value) { return take_days(value, settings.keep_days); }));
    CF_TRY(read(mirror, "coupon_policy",
                [&](const json::Value& value) { return take_policy(value, settings.policy); }));
    CF_TRY(read(mirror, "points_coupon", [&](const json::Value& value) {
        return take_points_coupon(value, settings.points_coupon);
    }));
    CF_TRY(read(mirror, "tiers_permille", [&](const json::Value& value) {
        return take_tiers(value, settings.tiers_permille);
    }));
    CF_TRY(read(mirror, "cashier_may",
                [&](const json::Value& value) { return take_names(value, settings.cashier_may); }));
    CF_TRY(read_text(mirror, "shop_name", settings.issuer.name));
    CF_TRY(read_text(mirror, "shop_address", settings.issuer.address));
    CF_TRY(read_text(mirror, "shop_tax_number", settings.issuer.tax_number));
    CF_TRY(read_text(mirror, "receipt_footer", settings.issuer.footer));
    CF_TRY(read_text(mirror, "receipt_link", settings.issuer.link));
    return settings;
}

}  // namespace counterfoil::checkout
