#include <gtest/gtest.h>

#include <poll.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <thread>

#include "daemon/aggregator/centre_folder.h"
#include "firmware/core/http/client.h"
#include "tests/support/broker.h"
#include "tests/support/fleet_stock.h"
#include "tools/load/terminal.h"

// The whole program, a real broker, terminals over mutual TLS.
namespace counterfoil::aggregator {
namespace {

using test::Fleet;

class AggregatorTest : public testing::TestWithParam<link::Protocol> {
  protected:
    static constexpr int kTerminals = 4;

    AggregatorTest() {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < kTerminals; ++i) names.push_back(Fleet::name(i));
        broker_.tool("terminal", names);
        broker_.start();
        provision();
        centre_key_ =
            crypto::load_chain(CentreFolder(data()).certificate()).value().front().public_key();
    }

    std::filesystem::path data() const { return folder_ / "centre"; }

    void provision() {
        std::vector<std::string> words{COUNTERFOIL_AGGREGATOR, "provision", "--data",
                                       data().string(),        "--store",   "1"};
        for (std::size_t i = 0; i < kTerminals; ++i) {
            const auto path = folder_ / (Fleet::name(i) + ".pem");
            CF_CHECK(crypto::save_chain(path, fleet_.ledgers()[i].certificates()).ok());
            words.push_back(path.string());
        }
        const test::Ran ran = test::run_program(words);
        ASSERT_EQ(ran.status, 0) << ran.output;
    }

    void start() {
        const bool newest = GetParam() == link::Protocol::mqtt5;
        program_.emplace(
            std::vector<std::string>{
                COUNTERFOIL_AGGREGATOR, "run", "--data", data().string(), "--broker-port",
                std::to_string(broker_.port()), "--authority", broker_.authority().string(),
                "--certificate", broker_.certificate("centre").string(), "--key",
                broker_.key("centre").string(), "--mqtt", newest ? "5" : "3.1.1"},
            folder_ / ("log" + std::to_string(starts_++)));
    }
    std::uint16_t port() {
        constexpr std::string_view kListening = "listening: http://127.0.0.1:";
        for (int i = 0; i < 1000; ++i) {
            const std::string said = program_->output();
            const std::size_t at = said.find(kListening);
            const std::size_t end = said.find('/', at + kListening.size());
            std::uint16_t port = 0;
            if (at != std::string::npos && end != std::string::npos) {
                std::from_chars(said.data() + at + kListening.size(), said.data() + end, port);
                return port;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ADD_FAILURE() << program_->output();
        return 0;
    }

    void connect_terminals() {
        for (std::size_t i = 0; i < kTerminals; ++i) {
            load::TerminalSettings settings;
            settings.link.port = broker_.port();
            settings.link.client_id = Fleet::name(i);
            settings.link.authority = broker_.authority();
            settings.link.certificate = broker_.certificate(Fleet::name(i));
            settings.link.key = broker_.key(Fleet::name(i));
            settings.link.protocol = GetParam();
            settings.link.backoff = {20, 200};
            settings.centre = centre_key_;
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

    void stop() {
        port();  // it works
        program_->signal(SIGTERM);
        EXPECT_EQ(program_->wait(), 0) << program_->output();
    }
    // What is kept is every event, once, and what it amounts to.
    void expect_all_kept_once() {
        const test::Ran ran = test::run_program(
            {COUNTERFOIL_AGGREGATOR, "rebuild", "--data", data().string(), "--check"});
        EXPECT_EQ(ran.status, 0) << ran.output;
        base::SystemClock clock;
        crypto::Random random;
        const auto centre = OpenCentre::open(CentreFolder(data()), "", clock, random).value();
        for (std::size_t i = 0; i < kTerminals; ++i) {
            const std::string name = Fleet::name(i);
            const auto figures =
                centre->database().query("SELECT events FROM terminal_figures WHERE terminal = $1",
                                         {std::string_view(name)});
            EXPECT_EQ(figures.value().integer(0, 0), fleet_.events(i)) << name;
        }
    }

    test::TemporaryFolder folder_;
    Fleet fleet_{kTerminals, 300, 20261121};
    test::Broker broker_;
    crypto::PublicKey centre_key_{};
    std::vector<std::unique_ptr<test::FleetStock>> stocks_;
    std::vector<std::unique_ptr<load::Terminal>> terminals_;
    std::optional<test::Program> program_;
    int starts_ = 0;
};

TEST_P(AggregatorTest, BringsEveryEventHome) {
    start();
    connect_terminals();
    ASSERT_TRUE(work_until([&] { return all_done(); })) << program_->output();
    http::Client client("127.0.0.1", port());
    const auto figures = client.get("/metrics");
    ASSERT_TRUE(figures.ok());
    EXPECT_NE(figures.value().body.find("counterfoil_events_kept_total 1200"), std::string::npos)
        << figures.value().body;
    const auto health = client.get("/health");
    EXPECT_NE(health.value().body.find("\"status\":\"ok\""), std::string::npos);
    stop();
    expect_all_kept_once();
}

// Killed at moments that a seed chooses: between a commit and its receipts, too.
TEST_P(AggregatorTest, KilledAtAnyMomentItLosesNothingAndCountsNothingTwice) {
    std::mt19937_64 random(GetParam() == link::Protocol::mqtt5 ? 5 : 3);
    start();
    connect_terminals();
    for (int kill = 0; kill < 8; ++kill) {
        const std::int64_t before = received();
        const std::int64_t more = static_cast<std::int64_t>(random() % 100);
        work_until([&] { return received() >= before + more || all_done(); }, 5000);
        program_->kill();
        if (kill % 4 == 3) {
            broker_.kill();
            broker_.start();
        }
        start();
    }
    ASSERT_TRUE(work_until([&] { return all_done(); })) << program_->output();
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
