#include "tests/bench/bare_floor.h"
#include "tests/bench/figure.h"
#include "tests/support/test_shop.h"

namespace counterfoil::bench {
namespace {

constexpr int kRounds = 1500;

// Ten lines, a member and a coupon, from what was scanned to what is on the disk. Every coupon is
// used once, so there are as many as rounds.
class SaleOfTen {
  public:
    SaleOfTen() : shop_(rows()) {
        shop_.sign_in("anna");
        CF_CHECK(shop_.desk().open_shift(20'000, shop_.asked()).ok());
        for (int line = 0; line < 10; ++line) {
            checkout::BasketLine weighed;
            weighed.code = line % 2 == 0 ? "104" : std::to_string(test::TestShop::gtin(104));
            weighed.quantity_milli = 400 + line;
            basket_.lines.push_back(weighed);
        }
        basket_.member = checkout::BasketMember{test::TestShop::member(1), true, 1};
    }

    // The bytes of all that one sale records.
    std::vector<std::string> sell_one() {
        const std::int64_t before = shop_.journal().head().seq;
        basket_.coupons = {code(next_++)};
        const auto sold = shop_.desk().sell(basket_, {{"cash", 100'000, ""}}, shop_.asked());
        CF_CHECK(sold.ok());
        std::vector<std::string> events;
        for (std::int64_t seq = before + 1; seq <= shop_.journal().head().seq; ++seq)
            events.push_back(shop_.journal().find_event(seq).value()->bytes);
        return events;
    }
    double timed_sale() {
        basket_.coupons = {code(next_++)};
        return microseconds([&] {
            const auto sold = shop_.desk().sell(basket_, {{"cash", 100'000, ""}}, shop_.asked());
            CF_CHECK(sold.ok() && sold.value().body.lines.size() == 10);
        });
    }
    crypto::Signer& key() { return shop_.till.key; }

  private:
    static std::string code(int number) { return "BENCH-" + std::to_string(number); }
    static std::vector<mirror::Row> rows() {
        auto rows = test::TestShop::default_rows();
        for (int number = 0; number < kRounds + 1; ++number) {
            mirror::Coupon coupon = test::TestShop::coupon(1, 3);
            coupon.serial = {9, 9};
            coupon.serial[2] = static_cast<std::uint8_t>(number >> 8);
            coupon.serial[3] = static_cast<std::uint8_t>(number);
            coupon.code = code(number);
            rows.emplace_back(coupon);
        }
        return rows;
    }

    test::TestShop shop_;
    checkout::Basket basket_;
    int next_ = 0;
};

struct Times {
    std::vector<double> value;
    std::vector<double> floor;
};

// In turns, so that what disturbs the machine disturbs both. The floor is the sale's own events,
// signed and committed at once into a table that knows nothing of them.
Times measure() {
    SaleOfTen sales;
    const test::TemporaryFolder folder;
    BareFloor floor(folder / "floor.db", sales.key());
    const std::vector<std::string> events = sales.sell_one();
    CF_CHECK(events.size() == 2);
    Times times;
    while (times.value.size() < kRounds) {
        times.value.push_back(sales.timed_sale());
        times.floor.push_back(microseconds([&] { floor.record(events); }));
    }
    return times;
}

void durable_sale(benchmark::State& state) {
    Times times;
    for (auto unused : state) times = measure();
    const bool median = state.range(0) == 50;
    const double share = median ? 0.5 : 0.99;
    report(state, percentile(times.value, share), percentile(times.floor, share),
           std::string("us | bare durable commit of the same two signed events | ") +
               (median ? "at most 2.0" : "under 20000 us"));
}
BENCHMARK(durable_sale)->ArgName("p")->Arg(50)->Arg(99)->Iterations(1);

}  // namespace
}  // namespace counterfoil::bench
