#include <gmock/gmock.h>

#include <poll.h>

#include <algorithm>

#include "tests/daemon/aggregator/running_centre.h"
#include "tests/support/fleet_stock.h"
#include "tools/load/terminal.h"

// The whole program, a real broker, terminals over mutual TLS.
namespace counterfoil::aggregator {
namespace {

using test::Fleet;

class AggregatorTest : public testing::TestWithParam<link::Protocol> {
  protected:
    static constexpr int kTerminals = 4;

    void connect_terminals() {
        for (std::size_t i = 0; i < kTerminals; ++i) {
            load::TerminalSettings settings;
            settings.link = centre_.terminal(i);
            settings.centre = centre_.key();
            settings.most_under_way = 80;
            settings.ask_again_ms = 700;
            stocks_.push_back(std::make_unique<test::FleetStock>(fleet_, i));
            terminals_.push_back(load::Terminal::open(*stocks_[i], settings).value());
            terminals_.back()->begin(std::chrono::steady_clock::now());
        }
    }
    bool work_until(const std::function<bool()>& done, std::int64_t patience_ms = 30'000) {
        const base::SystemClock clock;
        const std::int64_t end_ms = clock.steady_ms() + patience_ms;
        while (clock.steady_ms() < end_ms) {
            for (const auto& terminal : terminals_) terminal->work();
            if (done()) return true;
            ::poll(nullptr, 0, 2);
        }
        return false;
    }
    bool all_done() const {
        return std::ranges::all_of(terminals_, [](const auto& one) { return one->is_done(); });
    }
    std::int64_t received() const {
        std::int64_t received = 0;
        for (const auto& terminal : terminals_) received += terminal->figures().received;
        return received;
    }

    void stop() { EXPECT_EQ(centre_.stop(), 0) << centre_.output(); }
    // What is kept is every event, once, and what it amounts to.
    void expect_all_kept_once() {
        const test::Ran ran = test::run_program(
            {COUNTERFOIL_AGGREGATOR, "rebuild", "--data", centre_.data().string(), "--check"});
        EXPECT_EQ(ran.status, 0) << ran.output;
        base::SystemClock clock;
        crypto::Random random;
        const auto centre =
            OpenCentre::open(CentreFolder(centre_.data()), "", clock, random).value();
        for (std::size_t i = 0; i < kTerminals; ++i) {
            const std::string name = Fleet::name(i);
            const auto figures =
                centre->database().query("SELECT events FROM terminal_figures WHERE terminal = $1",
                                         {std::string_view(name)});
            EXPECT_EQ(figures.value().integer(0, 0), fleet_.events(i)) << name;
        }
    }

    std::uint64_t kept(const std::string& question) {
        base::SystemClock clock;
        crypto::Random random;
        const auto centre =
            OpenCentre::open(CentreFolder(centre_.data()), "", clock, random).value();
        return static_cast<std::uint64_t>(
            centre->database().query(question, {}).value().integer(0, 0));
    }

    // Also where signers fail.
    Fleet fleet_{kTerminals, 300, 20261121, Fleet::Signers::fail_at_times};
    RunningCentre centre_{fleet_, GetParam()};
    std::vector<std::unique_ptr<test::FleetStock>> stocks_;
    std::vector<std::unique_ptr<load::Terminal>> terminals_;
};

TEST_P(AggregatorTest, BringsEveryEventHome) {
    centre_.start();
    connect_terminals();
    ASSERT_TRUE(work_until([&] { return all_done(); })) << centre_.output();
    std::int64_t events = 0;
    for (std::size_t i = 0; i < kTerminals; ++i) events += fleet_.events(i);
    EXPECT_EQ(centre_.figure("events_kept_total"), static_cast<std::uint64_t>(events));
    EXPECT_EQ(centre_.figure("dropped_total"), 0u);
    EXPECT_EQ(centre_.figure("quarantined_total"), 0u);
    EXPECT_THAT(centre_.output(), testing::Not(testing::HasSubstr("terminal_judged")));
    EXPECT_EQ(centre_.page("/health"), "{\"status\":\"ok\"}");
    const std::uint64_t accrued = centre_.figure("bonus_accrued_total");
    const std::uint64_t scans = centre_.figure("qr_scans_total");
    stop();
    expect_all_kept_once();
    EXPECT_GT(accrued, 0u);
    EXPECT_EQ(accrued, kept("SELECT SUM(points) FROM purchase WHERE points > 0 AND member IS NOT "
                            "NULL"));
    EXPECT_EQ(scans, kept("SELECT COUNT(*) FROM coupon_use WHERE uses > 0"));
}

TEST_P(AggregatorTest, SharesItsCreditAmongTheTerminalsThatCome) {
    centre_.set_credit(4 * 300);
    centre_.start();
    connect_terminals();
    ASSERT_TRUE(work_until([&] { return all_done(); })) << centre_.output();
    for (const auto& terminal : terminals_) EXPECT_EQ(terminal->credit(), 300);
    stop();
}

// Killed at moments that a seed chooses: between a commit and its receipts, too.
TEST_P(AggregatorTest, KilledAtAnyMomentItLosesNothingAndCountsNothingTwice) {
    std::mt19937_64 random(GetParam() == link::Protocol::mqtt5 ? 5 : 3);
    centre_.start();
    connect_terminals();
    for (int kill = 0; kill < 8; ++kill) {
        const std::int64_t before = received();
        const std::int64_t more = static_cast<std::int64_t>(random() % 100);
        work_until([&] { return received() >= before + more || all_done(); }, 5000);
        centre_.kill();
        if (kill % 4 == 3) {
            centre_.broker().kill();
            centre_.broker().start();
        }
        centre_.start();
    }
    ASSERT_TRUE(work_until([&] { return all_done(); })) << centre_.output();
    stop();
    expect_all_kept_once();
}

std::string protocol_name(const testing::TestParamInfo<link::Protocol>& tried) {
    return tried.param == link::Protocol::mqtt5 ? "Mqtt5" : "Mqtt311";
}

INSTANTIATE_TEST_SUITE_P(, AggregatorTest,
                         testing::Values(link::Protocol::mqtt5, link::Protocol::mqtt311),
                         protocol_name);

}  // namespace
}  // namespace counterfoil::aggregator
