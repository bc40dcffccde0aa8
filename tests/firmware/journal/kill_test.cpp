#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "firmware/journal/journal.h"
#include "tests/support/killing_vfs.h"
#include "tests/support/test_till.h"

namespace counterfoil::journal {
namespace {

using test::KillMoment;
using test::kKillingVfs;

Paths killing_paths(const std::filesystem::path& folder) {
    Paths paths = Paths::in(folder);
    paths.vfs = kKillingVfs;
    return paths;
}

// A process of its own that opens the ledger, is killed at the n-th write of an append, and before
// that says through a pipe how many events its appends confirmed.
class KilledTill {
  public:
    KilledTill(const std::filesystem::path& folder, test::TestTill& till, std::int64_t operation,
               KillMoment moment) {
        int ends[2];
        CF_CHECK(::pipe(ends) == 0);
        const pid_t child = ::fork();
        CF_CHECK(child >= 0);
        if (child == 0) run_and_die(folder, till, operation, moment, ends[1]);
        ::close(ends[1]);
        char mark = 0;
        while (::read(ends[0], &mark, 1) == 1) ++confirmed_;
        ::close(ends[0]);
        int status = 0;
        CF_CHECK(::waitpid(child, &status, 0) == child);
        killed_ = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    }

    int confirmed() const { return confirmed_; }
    bool killed() const { return killed_; }

  private:
    [[noreturn]] static void run_and_die(const std::filesystem::path& folder, test::TestTill& till,
                                         std::int64_t operation, KillMoment moment, int out) {
        test::kill_at(0, moment);
        auto ledger = Journal::open(killing_paths(folder), till.world());
        CF_CHECK(ledger.ok());
        test::kill_at(operation, moment);
        for (int i = 0; i < 2; ++i) {
            auto totals = ledger.value().totals();
            CF_CHECK(ledger.value().append(test::one(test::sale_draft(totals.value(), 990))).ok());
            CF_CHECK(::write(out, "+", 1) == 1);
        }
        ::_exit(0);
    }

    int confirmed_ = 0;
    bool killed_ = false;
};

class KillDuringAppend : public testing::TestWithParam<KillMoment> {};

// Every write point is tried until the two appends get through unharmed.
TEST_P(KillDuringAppend, LeavesTheEventWholeOrNotAtAll) {
    test::TestTill till;
    test::kill_at(0, KillMoment::before);
    for (std::int64_t operation = 1;; ++operation) {
        const test::TemporaryFolder folder;
        const Paths paths = killing_paths(folder.path());
        ASSERT_TRUE(Journal::create(paths, till.world(), till.certificates).ok());
        const KilledTill run(folder.path(), till, operation, GetParam());
        auto ledger = Journal::open(paths, till.world());
        ASSERT_TRUE(ledger.ok()) << "write " << operation << ": " << ledger.error().line();
        const auto whole = ledger.value().check_all();
        ASSERT_TRUE(whole.ok()) << "write " << operation << ": " << whole.error().line();
        const std::int64_t sales = ledger.value().head().seq - 1;
        ASSERT_GE(sales, run.confirmed()) << "a confirmed sale is gone at write " << operation;
        ASSERT_LE(sales, run.confirmed() + 1) << "write " << operation;
        if (run.killed()) continue;
        EXPECT_EQ(run.confirmed(), 2);
        EXPECT_GT(operation, 10) << "an append has more write points than were tried";
        return;
    }
}

INSTANTIATE_TEST_SUITE_P(Killed, KillDuringAppend,
                         testing::Values(KillMoment::before, KillMoment::halfway,
                                         KillMoment::after),
                         test::MomentName());

}  // namespace
}  // namespace counterfoil::journal
