#include "tests/daemon/aggregator/services/book_shop.h"
#include "tests/support/properties.h"

namespace counterfoil::services {
namespace {

using loyalty::CouponStatus;
using loyalty::Judged;

std::string upper(std::string_view name) {
    std::string all(name);
    std::ranges::transform(all, all.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    return all;
}

// What a coupon of the book would be by the rules alone, beside what the services made of it.
class Pair {
  public:
    Pair(BookShop& shop, const std::string& holder, std::string boss, std::int64_t uses)
        : shop_(shop), holder_(holder), boss_(std::move(boss)) {
        Book fresh = BookShop::plain();
        fresh.is_multiple = uses > 1;
        fresh.uses = uses;
        const std::string book = shop.book(fresh, 1);
        code_ = find_coupons(shop.database(), {book, "", {}}, {}, shop.clock().now())
                    .value()
                    .coupons.front()
                    .code;
        rule_.uses_left = uses;
    }

    void step() {
        constexpr std::int64_t kLongestMs = 2 * loyalty::kLockMs;
        const bool is_boss = test::one_in(2);
        const std::string& by = is_boss ? boss_ : holder_;
        const base::Uuid who = base::Uuid::parse(by).value();
        if (test::one_in(3)) shop_.clock().advance(test::draw<std::int64_t>(1, kLongestMs));
        switch (test::draw(0, 4)) {
            case 0: {
                const auto done =
                    shop_.act([&](Desk& desk) { return assign_code(desk, code_, holder_); });
                return compare(done, loyalty::assign(loyalty::settled(rule_, now()),
                                                     base::Uuid::parse(holder_).value()));
            }
            case 1: {
                const auto done = shop_.deed(lock_coupon, code_, by, is_boss);
                return compare(done, loyalty::lock(rule_, who, now()));
            }
            case 2: {
                const auto done = shop_.deed(unlock_coupon, code_, by, is_boss);
                return compare(done, loyalty::unlock(rule_, who, now()));
            }
            default: {
                const auto done = shop_.deed(redeem_coupon, code_, by, is_boss);
                return compare(done, loyalty::redeem(rule_, who, now()));
            }
        }
    }

  private:
    std::int64_t now() { return shop_.clock().now().unix_ms; }
    void compare(const Outcome<Coupon>& done, const Judged<CouponStatus>& judged) {
        RC_ASSERT(code_of(done) ==
                  (judged.ok() ? "" : upper(loyalty::refusal_name(judged.error()))));
        if (judged.ok()) rule_ = judged.value();
        RC_ASSERT(shop_.coupon(code_).status == loyalty::settled(rule_, now()));
    }

    BookShop& shop_;
    const std::string holder_;
    const std::string boss_;
    std::string code_;
    CouponStatus rule_;
};

TEST(CouponProperty, TheServiceDoesWhatTheRulesSayWhateverIsAsked) {
    BookShop shop(store::Dialect::sqlite);
    const std::string alice = shop.user("alice@example.com");
    const std::string boss = shop.user("boss@example.com", kAdminRole);
    test::expect_always([&] {
        Pair pair(shop, alice, boss, test::draw<std::int64_t>(1, 4));
        for (int steps = test::draw(1, 12); steps > 0; --steps) pair.step();
    });
    EXPECT_EQ(shop.differing(), std::vector<std::string>());
}

}  // namespace
}  // namespace counterfoil::services
