#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <set>

#include "tests/firmware/till/print_support.h"
#include "tests/support/killing_vfs.h"

namespace counterfoil::till {
namespace {

using counterfoil::test::KillMoment;
using test::PrintingShop;

// The paper lies behind so long a hole that a bound on the length of files, at which the kernel
// ends the process, is met by the paper alone.
constexpr std::int64_t kHole = std::int64_t{1} << 30;

devices::PrinterSettings file_settings() {
    devices::PrinterSettings settings;
    settings.proof = devices::Proof::handed_over;
    settings.asks = false;
    return settings;
}

devices::Channel paper_channel(const std::filesystem::path& path) {
    return devices::Channel(devices::file_opener(path));
}

// Where a process is killed: at an operation on a database, or when the paper is so long.
struct Death {
    std::int64_t operation = 0;
    KillMoment moment = KillMoment::before;
    std::int64_t paper_bytes = -1;
};

// A day of one receipt at a time, each sold and printed by a process that may be killed.
class KillDuringPrint : public testing::Test {
  protected:
    KillDuringPrint() {
        std::ofstream(paper()).flush();
        std::filesystem::resize_file(paper(), static_cast<std::uintmax_t>(kHole));
        till_.start(paper_channel(paper()), file_settings());
        started_ = till_.shop.journal().head().seq;
        stop();
    }

    std::filesystem::path paper() const { return till_.shop.folder / "paper"; }
    std::int64_t paper_bytes() const {
        return static_cast<std::int64_t>(std::filesystem::file_size(paper())) - kHole;
    }
    void stop() {
        till_.queue.reset();
        till_.printer.reset();
        till_.shop.stop();
    }

    // True when it got through unharmed.
    bool sell_and_print(const Death& death) {
        const pid_t child = ::fork();
        CF_CHECK(child >= 0);
        if (child == 0) run(death);
        int status = 0;
        CF_CHECK(::waitpid(child, &status, 0) == child);
        const bool unharmed = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        CF_CHECK(unharmed || signal == SIGKILL || signal == SIGXFSZ);
        return unharmed;
    }

    [[noreturn]] void run(const Death& death) {
        if (death.paper_bytes >= 0) {
            const auto most = static_cast<rlim_t>(kHole + paper_bytes() + death.paper_bytes);
            const rlimit files{most, most};
            const rlimit cores{0, 0};
            CF_CHECK(::setrlimit(RLIMIT_FSIZE, &files) == 0);
            CF_CHECK(::setrlimit(RLIMIT_CORE, &cores) == 0);
            std::signal(SIGXFSZ, SIG_DFL);
        }
        counterfoil::test::kill_at(0, death.moment);
        till_.shop.restart(counterfoil::test::kKillingVfs);
        counterfoil::test::kill_at(death.operation, death.moment);
        till_.start(paper_channel(paper()), file_settings());
        till_.sell();
        CF_CHECK(till_.until_all_done());
        ::_exit(0);
    }

    // All that was ever printed, paper by paper, whole or not.
    std::vector<std::string> papers() const {
        std::ifstream in(paper(), std::ios::binary);
        in.seekg(kHole);
        const std::string all{std::istreambuf_iterator<char>(in), {}};
        std::vector<std::string> papers;
        for (std::size_t at = 0; at < all.size();) {
            const std::size_t end = std::min(all.find("\x1b@", at + 1), all.size());
            papers.push_back(all.substr(at, end - at));
            at = end;
        }
        return papers;
    }

    // A till that is started after the kill, and has not printed yet.
    void check(const std::string& story) {
        till_.shop.restart();
        till_.start(std::nullopt);
        till_.turn();
        ASSERT_TRUE(till_.shop.journal().check_all().ok()) << story;
        std::set<std::int64_t> waiting;
        for (const Owed& owed : till_.queue->waiting()) waiting.insert(owed.seq);
        const std::vector<std::int64_t> offered = till_.offered();
        const std::vector<std::string> all = papers();
        std::size_t begun = 0;
        for (const Owed& owed : all_owed()) {
            const auto [originals, whole] = count(owed, all);
            ASSERT_LE(originals, 1) << story << ": receipt " << owed.receipt;
            const bool is_offered = std::ranges::count(offered, owed.seq) == 1;
            const bool is_waiting = waiting.contains(owed.seq);
            ASSERT_FALSE(is_waiting && (is_offered || originals > 0)) << story;
            ASSERT_TRUE(whole == 1 || is_offered || is_waiting)
                << story << ": the paper of receipt " << owed.receipt << " is lost";
            begun += is_waiting ? 0 : 1;
        }
        // Also of those that were cut off before their number: each has an event of its own.
        ASSERT_LE(all.size(), begun) << story << ": there is paper without an event";
        stop();
    }

    std::vector<Owed> all_owed() {
        std::vector<Owed> all;
        for (std::int64_t seq = started_ + 1; seq <= till_.shop.journal().head().seq; ++seq) {
            const auto event = till_.shop.journal().find_event(seq).value();
            CF_CHECK(event.has_value());
            const auto owed = read_owed(event->bytes).value();
            if (owed) all.push_back(*owed);
        }
        return all;
    }

    // How many papers are the event's as far as they go, and how many are whole.
    std::pair<int, int> count(Owed owed, const std::vector<std::string>& papers) {
        int originals = 0;
        int whole = 0;
        const std::string title = "Receipt " + std::to_string(owed.receipt) + "\n";
        for (const std::string& paper : papers) {
            originals += paper.find(title) != std::string::npos ? 1 : 0;
            // What waited for a later start of the till opens no drawer.
            for (const bool opens_drawer : {true, false}) {
                owed.opens_drawer = opens_drawer;
                const auto bytes = Papers(till_.shop.desk(), test::english())(owed);
                CF_CHECK(bytes.ok());
                whole += paper == base::as_text(bytes.value()) ? 1 : 0;
            }
        }
        return {originals, whole};
    }

    PrintingShop till_;
    std::int64_t started_ = 0;
};

TEST_F(KillDuringPrint, AtAnyByteOfThePaperLeavesAtMostOneOriginal) {
    ASSERT_TRUE(sell_and_print({}));
    check("unharmed");
    const std::int64_t size = paper_bytes();
    ASSERT_GT(size, 500);
    int killed = 0;
    for (std::int64_t bytes = 0; bytes < size + 20; bytes += 37) {
        killed += sell_and_print({0, KillMoment::before, bytes}) ? 0 : 1;
        check("after byte " + std::to_string(bytes));
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(killed, size / 37 - 1);
}

class KillAtWrite : public KillDuringPrint, public testing::WithParamInterface<KillMoment> {};

// Every write point of the sale, of beginning its paper and of settling it, from a till where
// nothing is owed and from one that was killed there before.
TEST_P(KillAtWrite, LeavesAtMostOneOriginal) {
    for (std::int64_t operation = 1;; ++operation) {
        const std::string story = "at write " + std::to_string(operation);
        const bool unharmed = sell_and_print({operation, GetParam(), -1});
        check(story);
        if (HasFatalFailure()) return;
        if (unharmed) {
            EXPECT_GT(operation, 12) << "there are more write points than were tried";
            return;
        }
        sell_and_print({operation, GetParam(), -1});
        check(story + ", twice");
        if (HasFatalFailure()) return;
        ASSERT_TRUE(sell_and_print({}));
        check(story + ", and then unharmed");
        if (HasFatalFailure()) return;
    }
}

INSTANTIATE_TEST_SUITE_P(Killed, KillAtWrite,
                         testing::Values(KillMoment::before, KillMoment::halfway,
                                         KillMoment::after));

}  // namespace
}  // namespace counterfoil::till
