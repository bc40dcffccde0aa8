#include <gtest/gtest.h>

#include <set>

#include "firmware/core/loyalty/refusal.h"

namespace counterfoil::loyalty {
namespace {

std::vector<Refusal> all_refusals() {
    std::vector<Refusal> all;
    for (std::size_t i = 0; i < kRefusals; ++i) all.push_back(static_cast<Refusal>(i));
    return all;
}

TEST(RefusalTable, IsCompleteAndItsNamesAreSnakeCaseAndUnlike) {
    std::set<std::string_view> names;
    for (Refusal refusal : all_refusals()) {
        const std::string_view name = refusal_name(refusal);
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos);
        EXPECT_FALSE(name.empty());
    }
    EXPECT_EQ(refusal_name(Refusal::maximum_redemptions_exceeded), "maximum_redemptions_exceeded");
}

TEST(RefusalTable, EndsWithItsLastRefusal) {
    EXPECT_EQ(static_cast<std::size_t>(Refusal::maximum_redemptions_exceeded) + 1, kRefusals);
    EXPECT_DEATH((void)refusal_name(static_cast<Refusal>(kRefusals)), "check failed");
    EXPECT_DEATH((void)refusal_name(static_cast<Refusal>(-1)), "check failed");
}

TEST(RefusalTable, SpeaksBothLanguagesAndSaysWhatToDoNext) {
    for (Refusal refusal : all_refusals()) {
        for (const Wording& wording : {refusal_sentence(refusal), refusal_advice(refusal)}) {
            EXPECT_GE(wording.english.size(), 10u) << refusal_name(refusal);
            EXPECT_GE(wording.hungarian.size(), 10u) << refusal_name(refusal);
            EXPECT_NE(wording.english, wording.hungarian);
        }
        EXPECT_TRUE(refusal_advice(refusal).english.ends_with('.'));
        EXPECT_TRUE(refusal_advice(refusal).hungarian.ends_with('.'));
    }
}

TEST(RefusalTable, HintsAtAClientErrorAlways) {
    for (Refusal refusal : all_refusals()) {
        EXPECT_GE(refusal_http_status(refusal), 400) << refusal_name(refusal);
        EXPECT_LE(refusal_http_status(refusal), 499) << refusal_name(refusal);
    }
    EXPECT_EQ(refusal_http_status(Refusal::coupon_locked), 423);
    EXPECT_EQ(refusal_http_status(Refusal::points_insufficient), 400);
    EXPECT_EQ(refusal_http_status(Refusal::concurrent_redemption), 409);
}

TEST(RefusalTable, KeepsThePromisedMessages) {
    const auto english = [](Refusal refusal) { return refusal_sentence(refusal).english; };
    EXPECT_EQ(english(Refusal::coupon_locked), "Cannot redeem LOCKED coupon");
    EXPECT_EQ(english(Refusal::already_locked), "Already locked");
    EXPECT_EQ(english(Refusal::terminal_state), "Terminal state");
    EXPECT_EQ(english(Refusal::invalid_transition), "Invalid transition");
    EXPECT_EQ(english(Refusal::coupon_not_available), "Coupon not available");
    EXPECT_EQ(english(Refusal::concurrent_redemption), "Concurrent redemption detected");
}

TEST(RefusalSentence, CarriesItsNumbers) {
    const Sentence full = refusal_with_count(Refusal::maximum_assignments_exceeded, {5, 5});
    EXPECT_EQ(full.english, "Maximum assignments exceeded (5/5)");
    EXPECT_EQ(full.hungarian, "A hozzárendelések száma elérte a korlátot (5/5)");
}

TEST(RefusalSentence, NamesThePriceOfACoupon) {
    const Sentence poor = too_few_points_for_coupon(100);
    EXPECT_EQ(poor.english, "Insufficient points. You need 100 points to create a coupon.");
    EXPECT_EQ(poor.hungarian, "Nincs elég pont. Kupon készítéséhez 100 pont szükséges.");
}

}  // namespace
}  // namespace counterfoil::loyalty
