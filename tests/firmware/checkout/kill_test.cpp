#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/support/killing_vfs.h"
#include "tests/support/test_shop.h"

namespace counterfoil::checkout {
namespace {

using test::KillMoment;
using test::TestShop;

Basket wanted() {
    Basket basket = TestShop::basket({{101, 2}, {103, 1}});
    basket.coupons = {TestShop::code(1)};
    basket.member = BasketMember{TestShop::member(1), true, 1};
    basket.lines[1].off_permille = 100;
    basket.lines[1].approved_by = "anna";
    basket.lines[1].reason = "dented";
    return basket;
}

// How far the process came before it was killed: it says so through a pipe.
enum class Step : char { nothing = 0, parked = 1, sold = 2 };

struct Ended {
    Step step = Step::nothing;
    bool killed = false;
};

// A process that parks the basket, takes it up again, sells it, and is killed at its n-th write.
[[noreturn]] void park_and_sell(TestShop& shop, std::int64_t operation, KillMoment moment,
                                int out) {
    test::kill_at(0, moment);
    shop.restart(test::kKillingVfs);
    test::kill_at(operation, moment);
    CF_CHECK(shop.desk().park(wanted(), "red", shop.asked()).ok());
    CF_CHECK(::write(out, "+", 1) == 1);
    const auto basket = shop.desk().recall("red");
    CF_CHECK(basket.ok());
    CF_CHECK(shop.desk().sell(basket.value(), {{"cash", 10'000, ""}}, shop.asked("s-1")).ok());
    CF_CHECK(::write(out, "+", 1) == 1);
    ::_exit(0);
}

Ended run_killed(TestShop& shop, std::int64_t operation, KillMoment moment) {
    int ends[2];
    CF_CHECK(::pipe(ends) == 0);
    const pid_t child = ::fork();
    CF_CHECK(child >= 0);
    if (child == 0) park_and_sell(shop, operation, moment, ends[1]);
    ::close(ends[1]);
    char mark = 0;
    int steps = 0;
    while (::read(ends[0], &mark, 1) == 1) ++steps;
    ::close(ends[0]);
    int status = 0;
    CF_CHECK(::waitpid(child, &status, 0) == child);
    return {static_cast<Step>(steps), WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL};
}

class KillDuringSale : public testing::TestWithParam<KillMoment> {};

// Every write point of parking and of selling is tried, until both get through unharmed.
TEST_P(KillDuringSale, LeavesItWholeOrNotAtAllAndTheBasketUnlessItIsSold) {
    for (std::int64_t operation = 1;; ++operation) {
        TestShop shop;
        shop.sign_in("anna");
        ASSERT_TRUE(shop.desk().open_shift(20'000, shop.asked()).ok());
        const std::int64_t before = shop.journal().head().seq;
        shop.stop();
        const Ended ended = run_killed(shop, operation, GetParam());
        shop.restart();
        ASSERT_TRUE(shop.journal().check_all().ok()) << "write " << operation;
        const std::int64_t events = shop.journal().head().seq - before;
        // The sale, its redemption and the change of its price.
        ASSERT_TRUE(events == 0 || events == 3) << events << " at write " << operation;
        const bool sold = events == 3;
        const auto parked = shop.desk().parked().value();
        if (ended.step == Step::sold) {
            ASSERT_TRUE(sold) << "write " << operation;
        }
        if (sold) {
            ASSERT_TRUE(parked.empty()) << "write " << operation;
        } else if (ended.step != Step::nothing) {
            ASSERT_EQ(parked.size(), 1u) << "write " << operation;
        }
        // Whoever does not know asks again, with the same key.
        Basket again = parked.empty() ? wanted() : shop.desk().recall("red").value();
        const auto sale = shop.desk().sell(again, {{"cash", 10'000, ""}}, shop.asked("s-1"));
        ASSERT_TRUE(sale.ok()) << "write " << operation << ": " << sale.error().code();
        ASSERT_EQ(shop.journal().totals().value().sales, 1) << "write " << operation;
        ASSERT_EQ(shop.journal().totals().value().receipts, 1) << "write " << operation;
        if (ended.killed) continue;
        EXPECT_EQ(ended.step, Step::sold);
        EXPECT_GT(operation, 10) << "a sale has more write points than were tried";
        return;
    }
}

INSTANTIATE_TEST_SUITE_P(Killed, KillDuringSale,
                         testing::Values(KillMoment::before, KillMoment::halfway,
                                         KillMoment::after),
                         test::MomentName());

}  // namespace
}  // namespace counterfoil::checkout
