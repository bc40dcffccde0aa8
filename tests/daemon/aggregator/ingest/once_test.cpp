#include <algorithm>

#include "tests/daemon/aggregator/ingest/centre.h"

namespace counterfoil::ingest {
namespace {

struct Delivery {
    std::size_t terminal;
    const std::string* bytes;
};

// Each ledger cut in two ways, every batch a hundred times, all shuffled; what was refused because
// something before it was missing is sent again by its terminal, as terminals do.
TEST(Once, EveryEventCountsOnceHoweverOftenAndInWhatOrderItComes) {
    constexpr int kTimes = 50;  // in each of the two ways
    constexpr std::size_t kTogether = 16;
    const test::Fleet fleet(50, 13, 20261121);
    std::mt19937_64 random(3);
    std::vector<std::vector<std::string>> cuts;
    for (std::size_t terminal = 0; terminal < fleet.ledgers().size(); ++terminal)
        for (int way = 0; way < 2; ++way) cuts.push_back(fleet.cut(terminal, random));
    std::vector<Delivery> deliveries;
    for (std::size_t i = 0; i < cuts.size(); ++i)
        for (const std::string& bytes : cuts[i])
            for (int time = 0; time < kTimes; ++time) deliveries.push_back({i / 2, &bytes});
    std::ranges::shuffle(deliveries, random);

    Centre centre(fleet);
    for (std::size_t at = 0; at < deliveries.size(); at += kTogether) {
        std::vector<Candidate> candidates;
        for (std::size_t i = at; i < std::min(at + kTogether, deliveries.size()); ++i)
            candidates.push_back(
                centre.examine(*deliveries[i].bytes, test::Fleet::name(deliveries[i].terminal))
                    .value());
        const auto all = keep(centre.database(), candidates, test::kMorning).value();
        for (const Kept& kept : all)
            ASSERT_TRUE(kept.kind == Kept::Kind::kept || kept.kind == Kept::Kind::again ||
                        kept.kind == Kept::Kind::gap);
    }

    Centre straight(fleet);
    for (std::size_t terminal = 0; terminal < fleet.ledgers().size(); ++terminal) {
        const std::string name = test::Fleet::name(terminal);
        EXPECT_EQ(centre.held(name), fleet.events(terminal));
        straight.keep(fleet.batch(terminal, 1, fleet.events(terminal)), name);
    }
    EXPECT_EQ(differing_tables(centre.database(), straight.database()).value(),
              std::vector<std::string>());
    EXPECT_GT(straight.count("SELECT count(*) FROM purchase"), 100);
    EXPECT_GT(straight.count("SELECT count(*) FROM coupon_use"), 20);
    EXPECT_EQ(straight.count("SELECT count(*) FROM flag"), 0);
    EXPECT_EQ(straight.count("SELECT count(*) FROM member"), 5);
}

TEST(Rebuild, GivesTheSameRowsAndSeesWhereTheyAreNot) {
    const test::Fleet fleet(5, 60, 11);
    Centre centre(fleet);
    std::mt19937_64 random(1);
    for (std::size_t terminal = 0; terminal < 5; ++terminal)
        for (const std::string& bytes : fleet.cut(terminal, random))
            centre.keep(bytes, test::Fleet::name(terminal));
    Centre again;
    ASSERT_TRUE(project_all(centre.database(), again.database()).ok());
    ASSERT_TRUE(fleet.provision(again.database()).ok());
    EXPECT_EQ(differing_tables(centre.database(), again.database()).value(),
              std::vector<std::string>());
    ASSERT_TRUE(centre.database().run("UPDATE member SET points = points + 1").ok());
    ASSERT_TRUE(centre.database().run("DELETE FROM purchase WHERE receipt = 3").ok());
    EXPECT_EQ(differing_tables(centre.database(), again.database()).value(),
              (std::vector<std::string>{"member", "purchase"}));
}

}  // namespace
}  // namespace counterfoil::ingest
