#include <algorithm>
#include <thread>

#include "tests/daemon/aggregator/ingest/centre.h"
#include "tests/support/postgres_server.h"

namespace counterfoil::ingest {
namespace {

using Deliveries = std::vector<std::pair<std::size_t, const std::string*>>;

// One of several programs that keep what comes, each with a connection of its own. What another one
// held up is given again.
class Worker {
  public:
    explicit Worker(const std::string& dsn) : database_(test::connect(dsn)) {
        CF_CHECK(terminals_.load(*database_).ok());
    }

    void take_all(const Deliveries& deliveries) {
        constexpr std::size_t kTogether = 16;
        for (std::size_t at = 0; at < deliveries.size(); at += kTogether) {
            std::vector<Candidate> candidates;
            for (std::size_t i = at; i < std::min(at + kTogether, deliveries.size()); ++i)
                candidates.push_back(examine(*deliveries[i].second,
                                             test::Fleet::name(deliveries[i].first), terminals_)
                                         .value());
            while (!keep(*database_, candidates, test::kMorning).ok()) ++again_;
            CF_CHECK(again_ < 1000);
        }
    }

  private:
    std::unique_ptr<store::Database> database_;
    Terminals terminals_;
    int again_ = 0;
};

// The same as on one SQLite file, to the row: what comes a hundred times, to two workers at once.
TEST(Workers, TwoOnPostgresKeepEachEventOnce) {
    constexpr int kTimes = 50;
    const test::Fleet fleet(50, 13, 20261121);
    const std::string dsn = test::PostgresServer::shared().make_database();
    const auto database = test::connect(dsn);
    ASSERT_TRUE(store::migrate(*database, store::migrations()).ok());
    ASSERT_TRUE(fleet.provision(*database).ok());
    std::mt19937_64 random(3);
    std::vector<std::vector<std::string>> cuts;
    for (std::size_t terminal = 0; terminal < fleet.ledgers().size(); ++terminal)
        cuts.push_back(fleet.cut(terminal, random));
    Deliveries deliveries;
    for (std::size_t terminal = 0; terminal < cuts.size(); ++terminal)
        for (const std::string& bytes : cuts[terminal])
            deliveries.insert(deliveries.end(), kTimes, {terminal, &bytes});

    std::vector<std::thread> threads;
    for (int worker = 0; worker < 2; ++worker) {
        std::ranges::shuffle(deliveries, random);
        threads.emplace_back([&dsn, mine = deliveries] { Worker(dsn).take_all(mine); });
    }
    for (std::thread& thread : threads) thread.join();

    Centre straight(fleet);
    for (std::size_t terminal = 0; terminal < fleet.ledgers().size(); ++terminal) {
        const std::string name = test::Fleet::name(terminal);
        EXPECT_EQ(find_cursor(*database, {name, 1}).value()->seq, fleet.events(terminal));
        straight.keep(fleet.batch(terminal, 1, fleet.events(terminal)), name);
    }
    EXPECT_EQ(differing_tables(*database, straight.database()).value(), std::vector<std::string>());
}

}  // namespace
}  // namespace counterfoil::ingest
