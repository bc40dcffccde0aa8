#include <gmock/gmock.h>

#include <poll.h>

#include <fstream>
#include <iostream>

#include "daemon/aggregator/busy_word.h"
#include "tests/daemon/aggregator/punctual_terminal.h"
#include "tests/daemon/aggregator/raw_client.h"
#include "tests/daemon/aggregator/running_centre.h"
#include "tests/support/hostile_payloads.h"

// A terminal whose certificate is good and that means ill, beside honest ones, at a real broker
// with the whole program behind.
namespace counterfoil::aggregator {
namespace {

using test::Fleet;
using test::zstd_bomb;
using testing::HasSubstr;

// What is hoped for is a second; a machine that others use, too, may take longer.
constexpr std::int64_t kMostLatencyUs = 5'000'000;
// Sanitizers keep what was freed.
constexpr std::int64_t kMostMemoryKib = COUNTERFOIL_SANITIZED ? 8 << 20 : 200 << 10;

std::int64_t memory_kib(pid_t process, const std::string& what) {
    std::ifstream in("/proc/" + std::to_string(process) + "/status");
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(what + ":")) {
            std::int64_t value = 0;
            const char* end = line.data() + line.size();
            std::from_chars(line.data() + line.find_first_of("0123456789"), end, value);
            return value;
        }
    return 0;
}

class HostileTest : public testing::Test {
  protected:
    explicit HostileTest(bool is_limited = true)
        : centre_(fleet_, link::Protocol::mqtt5, is_limited) {
        start();
    }
    static constexpr std::size_t kHonest = 2;
    static constexpr std::size_t kHostile = 2;  // its place in the fleet

    void start() {
        ::signal(SIGPIPE, SIG_IGN);
        centre_.start();
        for (std::size_t i = 0; i < kHonest; ++i)
            honest_.push_back(
                std::make_unique<PunctualTerminal>(fleet_, i, centre_.terminal(i), centre_.key()));
        CF_CHECK(sell(1));
        forget_latencies();
    }

    static std::string up(const std::string& terminal) { return "v1/main/up/0/" + terminal; }
    std::string batch(std::size_t place, std::int64_t from, std::int64_t to) const {
        return wire::write(wire::Batch{fleet_.batch(place, from, to)});
    }
    std::string hello(std::size_t place) const {
        wire::Hello hello;
        hello.terminal = Fleet::name(place);
        hello.cursor = {1, fleet_.events(place), fleet_.ledgers()[place].head()};
        hello.software = "hostile";
        return wire::write(hello);
    }
    static std::string bomb(std::optional<std::uint64_t> said) {
        constexpr std::size_t kBlocks = 16'000;  // 2 GB
        return wire::write(wire::Batch{zstd_bomb(kBlocks, said)});
    }

    bool work_until(const std::function<bool()>& done, std::int64_t patience_ms = 60'000) {
        const base::SystemClock clock;
        for (const std::int64_t end_ms = clock.steady_ms() + patience_ms;;) {
            for (const auto& terminal : honest_) terminal->work();
            if (done()) return true;
            if (clock.steady_ms() > end_ms) return false;
            ::poll(nullptr, 0, 1);
        }
    }
    // Every honest terminal, so many sales more.
    bool sell(std::int64_t sales) {
        std::vector<std::int64_t> wanted;
        for (const auto& terminal : honest_) {
            wanted.push_back(terminal->received() + sales);
            CF_CHECK(wanted.back() <= fleet_.events(0));
        }
        return work_until([&] {
            for (std::size_t i = 0; i < kHonest; ++i)
                if (honest_[i]->received() < wanted[i]) return false;
            return true;
        });
    }
    void forget_latencies() {
        for (const auto& terminal : honest_) terminal->take_latencies();
    }
    // Sells, and looks at how long that took, at what was refused and at how much memory it took.
    void expect_honest_served(const std::string& meanwhile) {
        constexpr std::int64_t kSales = 40;
        forget_latencies();
        ASSERT_TRUE(sell(kSales)) << centre_.output();
        Latencies all;
        for (const auto& terminal : honest_) all.add(terminal->take_latencies());
        const std::int64_t memory = memory_kib(centre_.program().process(), "VmHWM");
        std::cout << meanwhile << ": " << all.text() << "; at most " << memory << " KiB\n";
        RecordProperty(meanwhile + " max_us", std::to_string(all.max_us()));
        RecordProperty(meanwhile + " memory_kib", std::to_string(memory));
        EXPECT_LT(all.max_us(), kMostLatencyUs);
        EXPECT_LT(memory, kMostMemoryKib);
        for (const auto& terminal : honest_) {
            EXPECT_EQ(terminal->refused(), 0);
            EXPECT_TRUE(terminal->is_connected());
        }
    }

    static std::string chunk_of(const std::string& topic, const std::vector<std::string>& payloads,
                                int qos) {
        std::string chunk;
        while (chunk.size() < 65'536)
            for (const std::string& payload : payloads) chunk += mqtt::publish(topic, payload, qos);
        return chunk;
    }
    // One terminal writes these over and over, and the figure of that name goes up.
    void flood(const std::string& what, const std::vector<std::string>& payloads, int qos,
               const std::string& figure) {
        SCOPED_TRACE(what);
        const std::uint64_t before = centre_.figure(figure);
        const std::uint64_t quarantined = centre_.figure("quarantined_total");
        RawClient client(centre_.broker(), Fleet::name(kHostile),
                         mqtt::subscribe("v1/main/dn/" + Fleet::name(kHostile)),
                         chunk_of(up(Fleet::name(kHostile)), payloads, qos));
        ASSERT_TRUE(work_until([&] { return centre_.figure(figure) > before; }));
        expect_honest_served(what);
        std::cout << what << ": thrown out " << client.ends() << " times, written "
                  << (client.written_bytes() >> 10) << " KiB, dropped "
                  << centre_.figure("dropped_total") << " (at the link "
                  << centre_.figure("dropped_at_link_total") << "), quarantined "
                  << centre_.figure("quarantined_total") - quarantined << "\n";
    }

    // The same on a topic of another's, of which nothing comes to the centre.
    void flood_denied(const std::string& what, const std::vector<std::string>& payloads, int qos) {
        SCOPED_TRACE(what);
        const std::uint64_t refused = centre_.figure("refused_wrong_terminal_total");
        RawClient client(centre_.broker(), Fleet::name(kHostile), "",
                         chunk_of(up(Fleet::name(0)), payloads, qos));
        ASSERT_TRUE(work_until([&] { return client.ends() > 0; }));
        expect_honest_served(what);
        std::cout << what << ": thrown out " << client.ends() << " times, written "
                  << (client.written_bytes() >> 10) << " KiB\n";
        EXPECT_EQ(centre_.figure("refused_wrong_terminal_total"), refused);
    }

    Fleet fleet_{3, 1200, 20261121};
    RunningCentre centre_;
    std::vector<std::unique_ptr<PunctualTerminal>> honest_;
};

TEST_F(HostileTest, WhateverItFloodsWithOthersAreServedInTime) {
    expect_honest_served("nothing");
    flood("empty messages", {""}, 0, "refused_malformed_total");
    flood("empty messages, at least once", {""}, 1, "refused_malformed_total");
    std::vector<std::string> garbage;
    for (int i = 0; i < 200; ++i) garbage.push_back(std::to_string(i) + std::string(300, '\xff'));
    flood("garbage", garbage, 0, "refused_malformed_total");
    flood("more than a message may have", {"counterfoil/batch/1\n" + std::string(200'000, 'x')}, 1,
          "refused_too_large_total");
    flood("a claim of 2 GB", {bomb(2'097'152'000)}, 0, "refused_too_large_total");
    flood("2 GB without a claim", {bomb({})}, 0, "refused_malformed_total");
    flood("2 GB said to be little", {bomb(1000)}, 1, "refused_malformed_total");
    flood("another's batch", {batch(0, 1, 200)}, 0, "refused_wrong_terminal_total");
    flood("its own batch", {batch(kHostile, 1, 200)}, 1, "batches_again_total");
    flood("hellos", {hello(kHostile)}, 0, "hellos_total");
    flood_denied("what it may not write", {batch(0, 1, 200)}, 0);
    EXPECT_THAT(centre_.broker().log(), HasSubstr("counterfoil limits: T3 sends more than it may"));
    EXPECT_THAT(centre_.broker().log(), Not(HasSubstr("counterfoil limits: T1")));
    EXPECT_EQ(centre_.stop(), 0);
    // Whoever has to be seen to is named, and no flood makes more of it.
    const std::string log = centre_.output();
    const std::string judged = R"("event":"terminal_judged","terminal":"T)";
    for (const char* reason : {"quarantined", "clone"}) {
        const std::string said = judged + R"(3","reason":")" + reason + '"';
        EXPECT_THAT(log, HasSubstr(said));
        EXPECT_EQ(log.find(said), log.rfind(said));
    }
    EXPECT_THAT(log, Not(HasSubstr(judged + "1")));
}

TEST_F(HostileTest, WhatIsTooLargeForTheBrokerIsTheEndOfItsConnection) {
    RawClient client(centre_.broker(), "T3", mqtt::publish(up("T3"), std::string(300'000, 'x'), 1));
    EXPECT_TRUE(work_until([&] { return client.ends() > 2; }));
    expect_honest_served("a broken connection");
    EXPECT_EQ(centre_.figure("refused_too_large_total"), 0u);
}

TEST_F(HostileTest, ReachesNothingThatIsNotItsOwn) {
    std::string once;
    for (const char* filter : {"#", "+/#", "v1/main/dn/+", "v1/main/dn/T1", "v1/main/up/#",
                               "$share/a/v1/main/up/+/+", "$SYS/#", "v1/main/man/+"})
        once += mqtt::subscribe(filter);
    for (int i = 0; i < 1000; ++i) once += mqtt::subscribe("v1/main/" + std::to_string(i) + "/+/#");
    const std::string forged = batch(0, 1, 200);
    for (const std::string& topic : {up("T1"), up("T2"), std::string("v1/main/dn/T1"),
                                     std::string("v1/main/st/T1"), std::string("v1/main/man/trust"),
                                     std::string("v1/other/up/0/T1"), std::string("v1/main/up/T3")})
        for (const bool retained : {false, true}) once += mqtt::publish(topic, forged, 1, retained);
    once += mqtt::publish("v1/main/up/7/T3", "kept", 1, true);
    // The last word, so that it is known when all was said.
    once += mqtt::publish(up("T3"), "the end", 1);
    const std::uint64_t kept = centre_.figure("events_kept_total");
    RawClient client(centre_.broker(), "T3", once);
    ASSERT_TRUE(work_until([&] { return centre_.figure("refused_malformed_total") == 1; }));
    expect_honest_served("writing and reading everywhere");
    EXPECT_EQ(client.ends(), 0);
    // Nothing was kept but what the honest ones have sold meanwhile, once all receipts are there.
    const auto sold = [this] {
        std::uint64_t sum = 0;
        for (const auto& terminal : honest_)
            sum += static_cast<std::uint64_t>(terminal->received());
        return sum;
    };
    EXPECT_TRUE(work_until([&] { return centre_.figure("events_kept_total") == sold(); }));
    EXPECT_GE(sold(), kept);
    EXPECT_EQ(centre_.figure("refused_wrong_terminal_total"), 0u);
    EXPECT_EQ(centre_.figure("misaddressed_total"), 0u);
    EXPECT_THAT(client.output(), Not(HasSubstr("counterfoil/receipt")));
    EXPECT_THAT(centre_.broker().log(), HasSubstr("counterfoil limits: T3 sends more than it may"));
    // The broker keeps nothing for those who come later.
    ASSERT_EQ(centre_.stop(), 0);
    centre_.start();
    ASSERT_TRUE(sell(1));
    EXPECT_EQ(centre_.figure("retained_total"), 0u);
}

// At a broker that takes what comes.
class UnlimitedTest : public HostileTest {
  protected:
    UnlimitedTest() : HostileTest(false) {}
    static constexpr std::uint64_t kEnough = 10;  // messages that were dropped
};

TEST_F(UnlimitedTest, WhatTheCentreHasNoRoomForIsCountedAndItsTerminalNamedOnceAMinute) {
    const std::string large = "counterfoil/batch/1\n" + std::string(200'000, 'x');
    RawClient client(centre_.broker(), "T3", "", mqtt::publish(up("T3"), large, 0));
    ASSERT_TRUE(work_until([&] { return centre_.figure("dropped_total") > kEnough; }));
    EXPECT_GT(centre_.figure("dropped_bytes_total"), kEnough * large.size());
    EXPECT_LT(memory_kib(centre_.program().process(), "VmHWM"), kMostMemoryKib);
    const std::string log = centre_.output();
    const std::string said = R"("event":"terminal_floods","terminal":"T3")";
    EXPECT_THAT(log, HasSubstr(said));
    EXPECT_EQ(log.find(said), log.rfind(said));
}

TEST_F(UnlimitedTest, WhoIsDroppedIsToldToComeLaterAndNotForEachMessage) {
    const base::SystemClock clock;
    const std::int64_t start_ms = clock.steady_ms();
    const std::string large = "counterfoil/batch/1\n" + std::string(200'000, 'x');
    // Whether the word reaches it through what it floods with itself is the broker's affair.
    const RawClient client(centre_.broker(), "T3", mqtt::subscribe("v1/main/dn/T3", 0),
                           mqtt::publish(up("T3"), large, 0));
    ASSERT_TRUE(work_until([&] {
        return centre_.figure("told_busy_total") > 1 && centre_.figure("dropped_total") > kEnough;
    }));
    const std::uint64_t told = centre_.figure("told_busy_total");
    const auto passed_ms = static_cast<std::uint64_t>(clock.steady_ms() - start_ms);
    EXPECT_LE(told, 1 + passed_ms / BusyWord::kRetryAfterMs);
}

TEST_F(UnlimitedTest, WhatItTellsTheBrokerToKeepIsNotTakenAgainAndAgain) {
    const std::string other_shard = "v1/main/up/5/T3";
    const std::string once = mqtt::publish(other_shard, batch(kHostile, 1, 5), 1, true) +
                             mqtt::publish("v1/main/up/9999/T3", "no shard", 1, true);
    RawClient client(centre_.broker(), "T3", once);
    ASSERT_TRUE(work_until([&] { return centre_.figure("misaddressed_total") == 1; }));
    EXPECT_EQ(centre_.figure("retained_total"), 0u) << "it came as it was sent";
    ASSERT_EQ(centre_.stop(), 0);
    centre_.start();
    ASSERT_TRUE(work_until([&] {
        return centre_.figure("retained_total") == 1 && centre_.figure("misaddressed_total") == 1;
    }));
    EXPECT_EQ(centre_.figure("batches_again_total"), 0u);
    ASSERT_TRUE(sell(1));
    expect_honest_served("what was retained");
}

}  // namespace
}  // namespace counterfoil::aggregator
