#include "firmware/till/owed.h"

#include <gtest/gtest.h>

#include "tests/support/test_till.h"

namespace counterfoil::till {
namespace {

using ledger::EventType;

std::optional<Owed> owed_by(EventType type, const std::string& body) {
    ledger::Envelope envelope;
    envelope.terminal = "T01";
    envelope.seq = 7;
    envelope.at = counterfoil::test::kMorning;
    envelope.mono_ms = 1234;
    envelope.type = type;
    return read_owed(ledger::write_event(envelope, body).value()).value();
}

TEST(Owed, PaperIsOwedByWhatACustomerOrTheShopTakesHome) {
    const std::string sale = R"({"receipt":3,"tenders":[{"kind":"card"},{"kind":"cash"}]})";
    for (const EventType type : {EventType::sale, EventType::refund, EventType::void_sale}) {
        const auto owed = owed_by(type, sale);
        ASSERT_TRUE(owed);
        EXPECT_EQ(*owed, (Owed{7, type, 3, 0, true, 1234}));
        EXPECT_TRUE(owed->is_paper());
        EXPECT_FALSE(owed_by(type, R"({"receipt":3,"tenders":[{"kind":"card"}]})")->opens_drawer);
    }
    EXPECT_EQ(*owed_by(EventType::reprint, R"({"receipt":3,"copy":2})"),
              (Owed{7, EventType::reprint, 3, 2, false, 1234}));
    for (const EventType type :
         {EventType::z_report, EventType::training_sale, EventType::points_spent})
        EXPECT_EQ(*owed_by(type, sale), (Owed{7, type, 0, 0, false, 1234}));
}

TEST(Owed, MoneyThatIsMovedWithoutASaleOpensTheDrawerAlone) {
    for (const EventType type :
         {EventType::drawer_opened, EventType::cash_in, EventType::cash_out}) {
        const auto owed = owed_by(type, "{}");
        ASSERT_TRUE(owed);
        EXPECT_TRUE(owed->opens_drawer);
        EXPECT_FALSE(owed->is_paper());
    }
}

TEST(Owed, NothingIsOwedByTheRestAndByWhatIsNewer) {
    for (const EventType type :
         {EventType::genesis, EventType::boot, EventType::shift_opened, EventType::shift_closed,
          EventType::coupon_redeemed, EventType::price_override, EventType::clock_stepped})
        EXPECT_FALSE(owed_by(type, "{}"));
    std::string newer = ledger::write_event({"T01", 1, 7, {}, {}, {}, 0, "", "", EventType::sale},
                                            R"({"receipt":3})")
                            .value();
    newer.replace(newer.find("\"v\":1"), 5, "\"v\":2");
    EXPECT_FALSE(read_owed(newer).value());
    EXPECT_FALSE(read_owed("nonsense").ok());
}

TEST(Owed, ABodyThatIsNotAsItMustBeIsOwedAllTheSame) {
    EXPECT_EQ(owed_by(EventType::sale, "{}")->receipt, 0);
    EXPECT_EQ(owed_by(EventType::sale, R"({"receipt":"x","tenders":3})")->receipt, 0);
}

}  // namespace
}  // namespace counterfoil::till
