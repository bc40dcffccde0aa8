#include <gmock/gmock.h>

#include <poll.h>

#include "daemon/aggregator/ingest/head_file.h"
#include "firmware/core/crypto/random.h"
#include "tests/daemon/aggregator/running_centre.h"
#include "tests/support/fleet_stock.h"
#include "tests/support/postgres_server.h"
#include "tools/load/terminal.h"

// What other programs do to a centre's PostgreSQL database while it works.
namespace counterfoil::aggregator {
namespace {

using test::Fleet;

class BesideTest : public testing::Test {
  protected:
    ~BesideTest() override {
        terminal_.reset();
        if (centre_) centre_->kill();
        centre_.reset();
        test::PostgresServer::shared().drop_database(dsn_);
    }

    void start(std::size_t known) {
        centre_.emplace(fleet_, link::Protocol::mqtt5, true, dsn_, known);
        centre_->start();
    }
    void connect(std::size_t place) {
        terminal_.reset();
        stock_.emplace(fleet_, place);
        load::TerminalSettings settings;
        settings.link = centre_->terminal(place);
        settings.centre = centre_->key();
        settings.most_under_way = 80;
        settings.ask_again_ms = 100;
        terminal_ = load::Terminal::open(*stock_, settings).value();
        terminal_->begin(std::chrono::steady_clock::now());
    }
    bool work_until(const std::function<bool()>& done) {
        const base::SystemClock clock;
        constexpr std::int64_t kPatienceMs = 60'000;
        const std::int64_t end_ms = clock.steady_ms() + kPatienceMs;
        while (clock.steady_ms() < end_ms) {
            if (terminal_) terminal_->work();
            if (done()) return true;
            ::poll(nullptr, 0, 2);
        }
        return false;
    }
    bool is_refused_for(const std::string& reason) {
        return centre_->figure("refused_" + reason + "_total") > 0;
    }
    // Those of terminals.
    std::int64_t marked_events() const {
        const auto mark = ingest::HeadFile(CentreFolder(centre_->data()).head()).read();
        return mark.ok() && mark.value() ? mark.value()->events - mark.value()->own.seq : 0;
    }

    const Fleet fleet_{2, 100, 20261121};
    const std::string dsn_ = test::PostgresServer::shared().make_database();
    std::optional<RunningCentre> centre_;
    std::optional<test::FleetStock> stock_;
    std::unique_ptr<load::Terminal> terminal_;
};

TEST_F(BesideTest, WhoIsProvisionedOrRevokedMeanwhileIsSoAtOnce) {
    const base::SystemClock clock;
    start(1);
    connect(1);
    ASSERT_TRUE(work_until([&] { return is_refused_for("unknown_terminal"); }));
    centre_->provision(1, 2);
    std::int64_t since_ms = clock.steady_ms();
    ASSERT_TRUE(work_until([&] { return terminal_->is_done(); })) << centre_->output();
    std::cout << "taken " << clock.steady_ms() - since_ms << " ms after it was provisioned\n";
    EXPECT_EQ(centre_->figure("events_kept_total"), 100u);
    // What is kept is marked beside the store, while it works.
    EXPECT_TRUE(work_until([&] { return marked_events() == 100; })) << marked_events();

    crypto::Random random;
    auto beside = OpenCentre::open(CentreFolder(centre_->data()), dsn_, clock, random).value();
    ASSERT_TRUE(beside->own().revoke("T2", "stolen", "admin").ok());
    since_ms = clock.steady_ms();
    ASSERT_TRUE(work_until([&] {
        connect(1);
        return work_until(
                   [&] { return terminal_->figures().refusals > 0 || terminal_->is_done(); }) &&
               is_refused_for("revoked");
    }));
    std::cout << "refused " << clock.steady_ms() - since_ms << " ms after it was revoked\n";
}

TEST_F(BesideTest, ASecondCentreOnItsDatabaseIsRefused) {
    start(2);
    ASSERT_NE(centre_->port(), 0);
    const test::Ran second = test::run_program(centre_->words());
    EXPECT_EQ(second.status, 3);
    EXPECT_THAT(second.output, testing::HasSubstr("second_writer"));
    EXPECT_THAT(second.output, testing::HasSubstr("another centre is at work"));
    centre_->kill();
    // Its connection goes with it, though not at once.
    const auto beside = test::connect(dsn_);
    ASSERT_TRUE(work_until([&] {
        const auto others = beside->query(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = "
            "current_database() AND pid <> pg_backend_pid()");
        return others.value().integer(0, 0) == 0;
    }));
    centre_->start();
    EXPECT_NE(centre_->port(), 0);
}

TEST_F(BesideTest, StoppedItSaysAtLastHowFarItsStoreHasCome) {
    start(2);
    connect(0);
    ASSERT_TRUE(work_until([&] { return terminal_->is_done(); }));
    EXPECT_EQ(centre_->stop(), 0);
    EXPECT_EQ(marked_events(), 100);
}

}  // namespace
}  // namespace counterfoil::aggregator
