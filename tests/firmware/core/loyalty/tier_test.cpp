#include <gtest/gtest.h>

#include <limits>

#include "firmware/core/loyalty/tier.h"

namespace counterfoil::loyalty {
namespace {

std::vector<Tier> four_tiers() {
    return {{"gold", 2000, 500'000, "free coffee"},
            {"staff", 3000, std::nullopt, ""},
            {"bronze", 1000, 0, ""},
            {"friend", 1500, std::nullopt, ""},
            {"silver", 1200, 100'000, "early access"}};
}

std::vector<std::string> names(const TierTable& table) {
    std::vector<std::string> names;
    for (const Tier& tier : table.tiers()) names.push_back(tier.name);
    return names;
}

Refusal refusal_of(std::vector<Tier> tiers) {
    return TierTable::make(std::move(tiers)).error();
}

TEST(TierTable, HoldsTheThreeStandardTiers) {
    const TierTable table = TierTable::standard();
    EXPECT_EQ(names(table), (std::vector<std::string>{"normal", "loyal", "owner"}));
    EXPECT_EQ(table.by_name("normal").value().multiplier_permille, 1100);
    EXPECT_EQ(table.by_name("loyal").value().multiplier_permille, 1400);
    EXPECT_EQ(table.by_name("owner").value().multiplier_permille, 1700);
}

TEST(TierTable, GivesStandardTiersAboveNormalByHandOnly) {
    const std::int64_t most = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(TierTable::standard().for_spend(0).value().name, "normal");
    EXPECT_EQ(TierTable::standard().for_spend(most).value().name, "normal");
}

TEST(TierTable, IsSortedByThresholdWithThoseGivenByHandAtTheEnd) {
    EXPECT_EQ(names(TierTable::make(four_tiers()).value()),
              (std::vector<std::string>{"bronze", "silver", "gold", "friend", "staff"}));
}

TEST(TierTable, FindsTheHighestTierThatASpendReaches) {
    const TierTable table = TierTable::make(four_tiers()).value();
    const auto tier = [&](std::int64_t spend) { return table.for_spend(spend).value().name; };
    EXPECT_EQ(tier(0), "bronze");
    EXPECT_EQ(tier(99'999), "bronze");
    EXPECT_EQ(tier(100'000), "silver");
    EXPECT_EQ(tier(499'999), "silver");
    EXPECT_EQ(tier(500'000), "gold");
    EXPECT_EQ(tier(std::numeric_limits<std::int64_t>::max()), "gold");
    EXPECT_EQ(table.for_spend(500'000).value().benefits, "free coffee");
    EXPECT_EQ(table.for_spend(-1).error(), Refusal::amount_negative);
}

TEST(TierTable, KnowsItsTiersByNameOnly) {
    const TierTable table = TierTable::make(four_tiers()).value();
    EXPECT_EQ(table.by_name("staff").value().multiplier_permille, 3000);
    EXPECT_EQ(table.by_name("Staff").error(), Refusal::tier_unknown);
    EXPECT_EQ(table.by_name("").error(), Refusal::tier_unknown);
}

TEST(TierTable, IsBounded) {
    EXPECT_EQ(refusal_of({}), Refusal::tier_count_wrong);
    std::vector<Tier> many;
    for (std::size_t i = 0; i < kMaxTiers; ++i)
        many.push_back({"t" + std::to_string(i), 1000, static_cast<std::int64_t>(i), ""});
    EXPECT_TRUE(TierTable::make(many).ok());
    many.push_back({"one more", 1000, 1000, ""});
    EXPECT_EQ(refusal_of(many), Refusal::tier_count_wrong);
}

TEST(TierTable, RefusesTextsThatAreMissingOrTooLong) {
    EXPECT_EQ(refusal_of({{"", 1000, 0, ""}}), Refusal::tier_text_wrong);
    const std::string name(kMaxTierName, 'n');
    const std::string benefits(kMaxTierBenefits, 'b');
    EXPECT_TRUE(TierTable::make({{name, 1000, 0, benefits}}).ok());
    EXPECT_EQ(refusal_of({{name + "n", 1000, 0, ""}}), Refusal::tier_text_wrong);
    EXPECT_EQ(refusal_of({{"n", 1000, 0, benefits + "b"}}), Refusal::tier_text_wrong);
}

TEST(TierTable, RefusesNumbersOutOfTheirRange) {
    EXPECT_EQ(refusal_of({{"n", -1, 0, ""}}), Refusal::multiplier_out_of_range);
    EXPECT_EQ(refusal_of({{"n", kMaxMultiplierPermille + 1, 0, ""}}),
              Refusal::multiplier_out_of_range);
    EXPECT_TRUE(TierTable::make({{"n", kMaxMultiplierPermille, 0, ""}}).ok());
    EXPECT_EQ(refusal_of({{"n", 1000, -1, ""}}), Refusal::amount_negative);
}

TEST(TierTable, RefusesTwoTiersOfOneNameOrOneThreshold) {
    EXPECT_EQ(refusal_of({{"a", 1000, 0, ""}, {"b", 1000, 5, ""}, {"a", 1000, std::nullopt, ""}}),
              Refusal::tier_name_taken);
    EXPECT_EQ(refusal_of({{"a", 1000, 0, ""}, {"b", 1000, 5, ""}, {"c", 1100, 5, ""}}),
              Refusal::tier_threshold_taken);
    EXPECT_TRUE(
        TierTable::make(
            {{"a", 1000, 0, ""}, {"b", 1000, std::nullopt, ""}, {"c", 1000, std::nullopt, ""}})
            .ok());
}

TEST(TierTable, RefusesToLeaveABeginnerWithoutATier) {
    EXPECT_EQ(refusal_of({{"a", 1000, 1, ""}}), Refusal::tier_start_missing);
    EXPECT_EQ(refusal_of({{"a", 1000, std::nullopt, ""}}), Refusal::tier_start_missing);
}

}  // namespace
}  // namespace counterfoil::loyalty
