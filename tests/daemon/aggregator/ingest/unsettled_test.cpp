#include "daemon/aggregator/ingest/reception.h"
#include "firmware/core/wire/from_centre.h"
#include "tests/daemon/aggregator/ingest/centre.h"
#include "tests/support/postgres_proxy.h"

namespace counterfoil::ingest {
namespace {

using test::CutMoment;

// What is given again, because nobody knows whether it was kept, is told and counted as if it had
// gone well at once. Cut before the server heard of the commit, and after it had done it.
class Unsettled : public testing::TestWithParam<CutMoment> {
  protected:
    Unsettled() {
        const auto straight = test::connect(dsn_);
        CF_CHECK(store::migrate(*straight, store::migrations()).ok());
        CF_CHECK(fleet_.provision(*straight).ok());
        database_ = test::connect(proxy_.through(dsn_));
        reception_.emplace(Reception::open({*database_, key_.key, clock_}).value());
    }
    ~Unsettled() override {
        reception_.reset();
        database_.reset();
        test::PostgresServer::shared().drop_database(dsn_);
    }
    // As it was after that event.
    wire::Cursor cursor(std::int64_t seq) const {
        const auto& events = fleet_.ledgers()[0].events();
        return {1, seq, ledger::event_hash(events[static_cast<std::size_t>(seq - 1)].bytes)};
    }

    const test::Fleet fleet_{2, 20, 7};
    const std::string dsn_ = test::PostgresServer::shared().make_database();
    test::PostgresProxy proxy_{dsn_};
    test::TestTill key_{99, "centre"};
    base::SettableClock clock_{test::kMorning};
    std::unique_ptr<store::Database> database_;
    std::optional<Reception> reception_;
};
INSTANTIATE_TEST_SUITE_P(Cut, Unsettled, testing::Values(CutMoment::before, CutMoment::after),
                         [](const auto& tried) {
                             return tried.param == CutMoment::before ? "Before" : "After";
                         });

TEST_P(Unsettled, MessagesAreToldAndCountedOnce) {
    wire::Hello hello;
    hello.terminal = "T1";
    hello.cursor = cursor(8);
    hello.incarnation = fleet_.ledgers()[0].incarnation();
    wire::Heartbeat beat;
    beat.terminal = "T1";
    beat.cursor = cursor(12);
    beat.at = test::kMorning;
    const std::string asked = wire::write(hello);
    const std::string alive = wire::write(beat);
    const std::string one = wire::write(wire::Batch{fleet_.batch(0, 1, 12)});
    const std::string two = wire::write(wire::Batch{fleet_.batch(0, 13, 20)});
    const std::string other = wire::write(wire::Batch{fleet_.batch(1, 1, 20)});
    const std::vector<Incoming> all{{"T1", asked}, {"T1", alive}, {"T1", one},
                                    {"T1", two},   {"T1", two},   {"T2", other}};
    proxy_.set({1, GetParam(), true, {}});
    ASSERT_FALSE(reception_->take(all).ok());
    ASSERT_TRUE(proxy_.was_cut());
    EXPECT_EQ(reception_->figures().events_kept, 0u);
    const auto answers = reception_->take(all);
    ASSERT_TRUE(answers.ok()) << answers.error().line();
    const Figures& figures = reception_->figures();
    EXPECT_EQ(figures.heads_behind, 0u);
    EXPECT_EQ(figures.events_kept, 40u);
    EXPECT_EQ(figures.batches_kept, 3u);
    EXPECT_EQ(figures.batches_again, 1u);
    EXPECT_EQ(figures.receipts, 2u);
    EXPECT_EQ(wire::open_envelope(answers.value().front().payload).value().kind,
              wire::Kind::welcome);
    // From here on it is settled.
    ASSERT_TRUE(reception_->take(all).ok());
    EXPECT_EQ(figures.heads_behind, 2u);
    EXPECT_EQ(figures.events_kept, 40u);
    EXPECT_EQ(figures.batches_again, 5u);
}

}  // namespace
}  // namespace counterfoil::ingest
