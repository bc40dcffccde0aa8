#include "firmware/core/loyalty/tier.h"

#include <algorithm>
#include <tuple>

namespace counterfoil::loyalty {
namespace {

bool comes_before(const Tier& a, const Tier& b) {
    const auto key = [](const Tier& tier) {
        const bool by_hand = !tier.threshold_minor;
        const std::int64_t step = tier.threshold_minor.value_or(tier.multiplier_permille);
        return std::tuple(by_hand, step, std::string_view(tier.name));
    };
    return key(a) < key(b);
}

base::Result<void, Refusal> check_tier(const Tier& tier) {
    if (tier.name.empty() || tier.name.size() > kMaxTierName ||
        tier.benefits.size() > kMaxTierBenefits)
        return Refusal::tier_text_wrong;
    if (tier.multiplier_permille < 0 || tier.multiplier_permille > kMaxMultiplierPermille)
        return Refusal::multiplier_out_of_range;
    if (tier.threshold_minor.value_or(0) < 0) return Refusal::amount_negative;
    return {};
}

bool has_name_twice(const std::vector<Tier>& tiers) {
    std::vector<std::string_view> names;
    for (const Tier& tier : tiers) names.push_back(tier.name);
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) != names.end();
}

bool starts_together(const Tier& a, const Tier& b) {
    return a.threshold_minor && a.threshold_minor == b.threshold_minor;
}

}  // namespace

Judged<TierTable> TierTable::make(std::vector<Tier> tiers) {
    if (tiers.empty() || tiers.size() > kMaxTiers) return Refusal::tier_count_wrong;
    for (const Tier& tier : tiers) CF_TRY(check_tier(tier));
    if (has_name_twice(tiers)) return Refusal::tier_name_taken;
    std::sort(tiers.begin(), tiers.end(), comes_before);
    if (std::adjacent_find(tiers.begin(), tiers.end(), starts_together) != tiers.end())
        return Refusal::tier_threshold_taken;
    if (tiers.front().threshold_minor != 0) return Refusal::tier_start_missing;
    return TierTable(std::move(tiers));
}

TierTable TierTable::standard() {
    auto table = make({{"normal", 1100, 0, ""},
                       {"loyal", 1400, std::nullopt, ""},
                       {"owner", 1700, std::nullopt, ""}});
    CF_CHECK(table.ok());
    return std::move(table).value();
}

Judged<Tier> TierTable::for_spend(std::int64_t spend_minor) const {
    CF_CHECK(!tiers_.empty() && tiers_.front().threshold_minor == 0);
    if (spend_minor < 0) return Refusal::amount_negative;
    const Tier* reached = &tiers_.front();
    for (const Tier& tier : tiers_)
        if (tier.threshold_minor && *tier.threshold_minor <= spend_minor) reached = &tier;
    return *reached;
}

Judged<Tier> TierTable::by_name(std::string_view name) const {
    for (const Tier& tier : tiers_)
        if (tier.name == name) return tier;
    return Refusal::tier_unknown;
}

}  // namespace counterfoil::loyalty
