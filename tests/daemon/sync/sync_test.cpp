#include <gmock/gmock.h>

#include <fstream>

#include "daemon/aggregator/centre_folder.h"
#include "firmware/core/wire/from_centre.h"
#include "tests/daemon/link/link_support.h"
#include "tests/daemon/sync/till_site.h"
#include "tests/support/network_proxy.h"

// The daemon as a process between a real journal, a real broker and a real centre.
namespace counterfoil::sync {
namespace {

using test::NetworkProxy;
using wire::UplinkState;

class SyncTest : public testing::Test {
  protected:
    // Both sides count the same, and the centre keeps each event once.
    void expect_equal_totals(JournalTill& till, std::string_view name) {
        const base::SystemClock clock;
        crypto::Random random;
        const auto centre = aggregator::OpenCentre::open(
                                aggregator::CentreFolder(site_.path("centre")), "", clock, random)
                                .value();
        const auto kept = centre->database()
                              .query(
                                  "SELECT events, sales, sales_minor FROM terminal_figures "
                                  "WHERE terminal = $1 AND epoch = 1",
                                  {name})
                              .value();
        const journal::Totals totals = till.journal().totals().value();
        EXPECT_EQ(kept.integer(0, 0), till.journal().head().seq);
        EXPECT_EQ(kept.integer(0, 1), totals.sales);
        EXPECT_EQ(kept.integer(0, 2), totals.turnover_minor);
    }
    void stop_and_compare() {
        EXPECT_EQ(site_.sync().stop(), 0) << site_.sync().log();
        ASSERT_TRUE(site_.centre().stop().ok()) << site_.centre().log();
        expect_equal_totals(site_.till(), "T01");
    }
    std::vector<std::string> through(const NetworkProxy& proxy) {
        return {"--broker", "localhost:" + std::to_string(proxy.port())};
    }

    TillSite site_;
};

TEST_F(SyncTest, BringsAJournalHomeAndWhatIsSoldMeanwhile) {
    site_.till().sell(1000, 100);
    site_.start_centre();
    site_.sync().start();
    ASSERT_TRUE(site_.sync().has_receipt(1001)) << site_.sync().log();
    // No till program rings: it looks by itself.
    const std::int64_t last = site_.till().sell(3);
    ASSERT_TRUE(site_.sync().has_receipt(last)) << site_.sync().log();
    stop_and_compare();
}

// What was sold in three days without a network comes home in seconds, and meanwhile another till
// sells as always. The figures are for people.
TEST_F(SyncTest, ThreeDaysComeHomeInSecondsWhileAnotherTillSells) {
    constexpr int kEvents = 20'000;
    constexpr std::int64_t kThreeDaysMs = 72LL * 60 * 60 * 1000;
    for (int sold = 0; sold < kEvents; sold += 200) {
        site_.till().sell(200, 200);
        site_.till().clock().advance(kThreeDaysMs / (kEvents / 200));
    }
    site_.start_centre();
    Bell other_bell(site_.other().folder());
    site_.other_sync().start();
    ASSERT_TRUE(other_bell.hears_receipt(1)) << site_.other_sync().log();
    Bell bell(site_.till().folder());
    const std::int64_t start_ms = link::now_ms();
    site_.sync().start();
    std::vector<std::int64_t> live_ms;
    std::int64_t drained_ms = 0;
    while (live_ms.size() < 100 || drained_ms == 0) {
        const std::int64_t sold_ms = link::now_ms();
        const std::int64_t seq = site_.other().sell(1);
        other_bell.ring(seq);
        ASSERT_TRUE(other_bell.hears_receipt(seq)) << site_.other_sync().log();
        live_ms.push_back(link::now_ms() - sold_ms);
        const bool is_home =
            bell.hears([&](const wire::Standing& told) { return told.receipted > kEvents; }, 10);
        if (drained_ms == 0 && is_home) drained_ms = link::now_ms() - start_ms;
        ASSERT_LT(link::now_ms() - start_ms, 120'000) << site_.sync().log();
    }
    std::ranges::sort(live_ms);
    const std::int64_t p99_ms = live_ms[live_ms.size() * 99 / 100];
    const double resident_mb = site_.sync().usage().resident_mb;
    std::printf("drained in %lld ms, live p99 %lld ms, median %lld ms, %.1f MB\n",
                static_cast<long long>(drained_ms), static_cast<long long>(p99_ms),
                static_cast<long long>(live_ms[live_ms.size() / 2]), resident_mb);
    constexpr int kSlower = COUNTERFOIL_SANITIZED ? 10 : 1;
    EXPECT_LT(drained_ms, 5000 * kSlower);
    EXPECT_LT(p99_ms, 1000 * kSlower);
    if (!COUNTERFOIL_SANITIZED) {
        EXPECT_LT(resident_mb, 16.0);
    }
    EXPECT_EQ(site_.other_sync().stop(), 0);
    stop_and_compare();
    expect_equal_totals(site_.other(), "T02");
}

TEST_F(SyncTest, WhoeverIsKilledNothingIsLostOrDoubled) {
    std::mt19937_64 random(20261121);
    site_.till().sell(4000, 200);
    site_.start_centre();
    site_.sync().start();
    for (int kill = 0; kill < 6; ++kill) {
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 700));
        site_.till().sell(5);
        site_.sync().kill();
        if (kill % 3 == 1) {
            site_.centre().kill();
            site_.start_centre();
        }
        if (kill % 3 == 2) {
            // It keeps nothing, so it comes back empty.
            site_.broker().kill();
            ASSERT_TRUE(site_.broker().start().ok());
        }
        site_.sync().start();
    }
    const std::int64_t last = site_.till().sell(5);
    ASSERT_TRUE(site_.sync().has_receipt(last)) << site_.sync().log();
    stop_and_compare();
}

TEST_F(SyncTest, ABadNetworkLosesNothing) {
    NetworkProxy proxy(site_.broker().port(), 7);
    proxy.cut_after(60'000);
    proxy.delay(3);
    proxy.throttle(400'000);
    site_.till().sell(3000, 200);
    site_.start_centre();
    site_.sync().start(through(proxy));
    eventually([&] { return proxy.cuts() >= 4; }, 30'000);
    EXPECT_GE(proxy.cuts(), 4U);
    proxy.cut_after(0);
    proxy.cut();
    const std::int64_t last = site_.till().sell(1);
    ASSERT_TRUE(site_.sync().has_receipt(last)) << site_.sync().log();
    stop_and_compare();
}

// A till's own network, and a broker behind it that can be made hard to reach.
class NetworkTest : public SyncTest {
  protected:
    NetworkTest() { std::filesystem::create_directories(site_.path("net/eth0")); }
    void plug(const char* state) { std::ofstream(site_.path("net/eth0/operstate")) << state; }
    void start() {
        plug("up");
        site_.start_centre();
        auto words = through(proxy_);
        words.insert(words.end(), {"--network", site_.path("net").string()});
        site_.sync().start(words);
    }
    void comes(UplinkState state, std::int64_t patience_ms) {
        const bool came = bell_.hears(
            [&](const wire::Standing& standing) { return standing.state == state; }, patience_ms);
        EXPECT_TRUE(came) << wire::state_name(state)
                          << " does not come: " << wire::state_name(bell_.standing().state) << "\n"
                          << site_.sync().log();
    }

    static constexpr std::int64_t kBackMs = 30'000;
    NetworkProxy proxy_{site_.broker().port()};
    Bell bell_{site_.till().folder()};
};

// Each within five seconds of the cut, and told to the till.
TEST_F(NetworkTest, IsToldApartFromWhatElseIsMissing) {
    constexpr std::int64_t kTellMs = 5000;
    start();
    comes(UplinkState::online, kBackMs);
    plug("down");
    comes(UplinkState::no_link, kTellMs);
    plug("up");
    comes(UplinkState::online, kBackMs);
    proxy_.set(NetworkProxy::Mode::refusing);
    proxy_.cut();
    comes(UplinkState::no_broker, kTellMs);
    proxy_.set(NetworkProxy::Mode::open);
    comes(UplinkState::online, kBackMs);
    // Half open: it looks as if it were there.
    proxy_.set(NetworkProxy::Mode::stalling);
    comes(UplinkState::no_broker, kTellMs);
    proxy_.set(NetworkProxy::Mode::open);
    comes(UplinkState::online, kBackMs);
    site_.centre().kill();
    comes(UplinkState::no_centre, kTellMs);
    site_.start_centre();
    comes(UplinkState::online, kBackMs);
}

// An attempt that was begun without it would be waited for for twenty seconds.
TEST_F(NetworkTest, IsUsedSoonWhenItIsBack) {
    start();
    comes(UplinkState::online, kBackMs);
    plug("down");
    proxy_.set(NetworkProxy::Mode::deaf);
    proxy_.cut();
    const std::uint64_t before = proxy_.swallowed();
    comes(UplinkState::no_link, kBackMs);
    ASSERT_TRUE(eventually([&] { return proxy_.swallowed() > before; }));
    proxy_.set(NetworkProxy::Mode::open);
    plug("up");
    comes(UplinkState::online, 14'000);
}

// It is there as ever, and what the broker says goes nowhere.
TEST_F(NetworkTest, ALinkThatIsHalfOpenIsLeftForAnother) {
    start();
    comes(UplinkState::online, kBackMs);
    const std::uint64_t before = proxy_.connections();
    const base::SystemClock clock;
    const std::int64_t cut_ms = clock.steady_ms();
    proxy_.set(NetworkProxy::Mode::deaf);
    EXPECT_TRUE(eventually([&] { return proxy_.connections() > before; }));
    const std::int64_t took_ms = clock.steady_ms() - cut_ms;
    RecordProperty("took_ms", static_cast<int>(took_ms));
    // Of these up to one second is the wait before a first attempt.
    EXPECT_LT(took_ms, 6000) << site_.sync().log();
    proxy_.set(NetworkProxy::Mode::open);
    comes(UplinkState::online, kBackMs);
}

// Who has the centre's place at the broker, and not its key.
TEST_F(SyncTest, BelievesNothingThatTheCentreDidNotSign) {
    const std::int64_t last = site_.till().sell(10, 10);
    test::SeededEntropy entropy(3);
    crypto::SigningKey other = crypto::SigningKey::generate(entropy);
    link::Settings settings;
    settings.port = site_.broker().port();
    settings.client_id = "centre";
    settings.authority = site_.broker().authority();
    settings.certificate = site_.broker().certificate("centre");
    settings.key = site_.broker().key("centre");
    {
        link::Peer forger(settings);
        ASSERT_TRUE(link::connect({&forger}));
        site_.sync().start();
        const auto head = site_.till().journal().head();
        const ledger::Receipt receipt{"T01", 1, last, head.hash, {1}, 100, {}};
        const std::string forged =
            wire::wrap_receipt(ledger::write_receipt(receipt, other).value());
        ASSERT_TRUE(link::until({&forger}, [&] {
            link::publish(forger, "v1/main/dn/T01", forged);
            return site_.sync().log().find("message_not_believed") != std::string::npos;
        }));
    }
    EXPECT_EQ(site_.sync().receipted(), 0);
    site_.start_centre();
    ASSERT_TRUE(site_.sync().has_receipt(last)) << site_.sync().log();
    stop_and_compare();
}

// A welcome says that all is held, and nothing is left to be sent: without the centre's word nobody
// else would believe it.
TEST_F(SyncTest, AReceiptThatWasLostIsAskedForAgain) {
    const std::int64_t last = site_.till().sell(300, 100);
    site_.start_centre();
    site_.sync().start();
    ASSERT_TRUE(site_.sync().has_receipt(last)) << site_.sync().log();
    ASSERT_EQ(site_.sync().stop(), 0);
    std::filesystem::remove(site_.till().folder().receipt());
    site_.sync().start();
    EXPECT_TRUE(site_.sync().has_receipt(last, 20'000)) << site_.sync().log();
    stop_and_compare();
}

// Whoever sets a till up may have written half of what it is to work with.
TEST_F(SyncTest, ReadsItsSettingsWhenNobodyElseMayChangeThem) {
    const SyncFolder& folder = site_.till().folder();
    std::ofstream(folder.settings()) << "{";
    {
        const auto held = claim(folder);
        ASSERT_TRUE(held.ok());
        site_.sync().start();
        EXPECT_TRUE(site_.sync().says("second_writer")) << site_.sync().log();
    }
    ASSERT_TRUE(eventually([&] { return site_.sync().has_ended(); }));
    site_.sync().start();
    EXPECT_TRUE(site_.sync().says("malformed")) << site_.sync().log();
}

// An older copy of the folder goes on by itself: the centre has more of this ledger.
TEST_F(SyncTest, ACopyIsRefusedAndTheHonestTillGoesOn) {
    site_.till().sell(5);
    site_.till().close();
    std::filesystem::copy(site_.path("till"), site_.path("copy"),
                          std::filesystem::copy_options::recursive);
    site_.till().open();
    const std::int64_t last = site_.till().sell(20, 20);
    site_.start_centre();
    site_.sync().start();
    ASSERT_TRUE(site_.sync().has_receipt(last)) << site_.sync().log();
    ASSERT_EQ(site_.sync().stop(), 0);
    test::Program copy({COUNTERFOIL_SYNC, "--data", site_.path("copy").string()},
                       site_.path("copy.log"));
    EXPECT_TRUE(eventually([&] {
        return copy.output().find("\"refused\",\"reason\":\"wrong_incarnation") !=
               std::string::npos;
    })) << copy.output();
    copy.kill();
    site_.sync().start();
    const std::int64_t more = site_.till().sell(3);
    ASSERT_TRUE(site_.sync().has_receipt(more)) << site_.sync().log();
    stop_and_compare();
}

}  // namespace
}  // namespace counterfoil::sync
