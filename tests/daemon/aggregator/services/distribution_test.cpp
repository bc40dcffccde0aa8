#include "tests/daemon/aggregator/services/book_shop.h"

namespace counterfoil::services {
namespace {

class DistributionTest : public BookTest {
  protected:
    Outcome<Distribution> deal(const Order& order) {
        return shop_.act([&](Desk& desk) { return distribute(desk, order); });
    }
    Order order(const std::string& book, std::int64_t coupons, Dealing dealing,
                const std::string& seed = {}) {
        return {pool_, book, coupons, dealing, seed, false};
    }
    static std::vector<std::size_t> counts(const Distribution& made) {
        std::vector<std::size_t> all;
        for (const Dealt& dealt : made.users) all.push_back(dealt.places.size());
        return all;
    }
    static std::vector<std::vector<std::int64_t>> places(const Distribution& made) {
        std::vector<std::vector<std::int64_t>> all;
        for (const Dealt& dealt : made.users) all.push_back(dealt.places);
        return all;
    }
    std::int64_t available(const std::string& book) { return shop_.counts(book).front(); }

    const std::string carol_ = shop_.user("carol@example.com");
    const std::string pool_ = shop_.pool({alice_, bob_, carol_});
};

INSTANTIATE_TEST_SUITE_P(Stores, DistributionTest,
                         testing::Values(store::Dialect::sqlite, store::Dialect::postgres),
                         store::DialectName());

TEST_P(DistributionTest, EqualIsEqualAndTheRestGoesByLot) {
    const std::string book = shop_.book(BookShop::plain(), 50);
    auto dealt = counts(deal(order(book, 11, Dealing::equal)).value());
    std::ranges::sort(dealt);
    EXPECT_EQ(dealt, (std::vector<std::size_t>{3, 4, 4}));
    EXPECT_EQ(available(book), 39);
    std::set<std::vector<std::size_t>> lots;
    for (int seed = 0; seed < 30; ++seed) {
        Order preview = order(book, 1, Dealing::equal, std::to_string(seed));
        preview.is_preview = true;
        lots.insert(counts(deal(preview).value()));
    }
    EXPECT_EQ(lots.size(), 3U) << "anybody can be the lucky one";
    EXPECT_EQ(shop_.differing(), std::vector<std::string>());
}

TEST_P(DistributionTest, TheSameSeedDealsTheSameAndAPreviewNothing) {
    const std::string book = shop_.book(BookShop::plain(), 300);
    for (const Dealing dealing : {Dealing::random, Dealing::equal}) {
        Order asked = order(book, 50, dealing, "a seed");
        asked.is_preview = true;
        const std::int64_t events = shop_.events();
        const std::int64_t before = available(book);
        const Distribution preview = deal(asked).value();
        EXPECT_EQ(shop_.events(), events);
        EXPECT_EQ(available(book), before);
        EXPECT_TRUE(preview.id.empty());
        asked.seed = "another";
        EXPECT_NE(places(deal(asked).value()), places(preview));
        asked.seed = "a seed";
        asked.is_preview = false;
        const Distribution made = deal(asked).value();
        EXPECT_EQ(places(made), places(preview));
        EXPECT_EQ(available(book), before - 50);
        for (const Dealt& dealt : made.users) {
            const auto has = find_coupons(shop_.database(), {"", dealt.user.account, {}}, {0, 1000},
                                          shop_.clock().now())
                                 .value();
            std::set<std::int64_t> held;
            for (const Coupon& coupon : has.coupons) held.insert(coupon.place);
            for (const std::int64_t place : dealt.places) EXPECT_TRUE(held.contains(place));
        }
    }
    const Distribution made = deal(order(book, 5, Dealing::random)).value();
    const Distribution again = deal(order(book, 5, Dealing::random)).value();
    EXPECT_NE(made.seed, again.seed) << "where none is given, one is made";
}

// By the first hashes of "counterfoil/draw/1\na seed\n" and a number, reckoned elsewhere.
TEST(Draw, ASeedDrawsTheSameOnEveryMachine) {
    Draw draw("a seed");
    std::vector<std::uint64_t> drawn;
    for (int i = 0; i < 6; ++i) drawn.push_back(draw.below(1000));
    EXPECT_EQ(drawn, (std::vector<std::uint64_t>{237, 217, 814, 77, 617, 566}));
}

TEST_P(DistributionTest, NobodyGetsMoreThanHisLimit) {
    Book fresh = BookShop::plain();
    fresh.max_assignments = 5;
    const std::string book = shop_.book(fresh, 50);
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(shop_.assign(book, bob_).ok());
    const auto refused = deal(order(book, 9, Dealing::equal));
    ASSERT_EQ(code_of(refused), "MAXIMUM_ASSIGNMENTS_EXCEEDED");
    EXPECT_EQ(refused.error().sentence.english, "Maximum assignments exceeded (4/5)");
    EXPECT_EQ(code_of(deal(order(book, 12, Dealing::random))), "MAXIMUM_ASSIGNMENTS_EXCEEDED");
    EXPECT_EQ(available(book), 46);
    ASSERT_EQ(code_of(deal(order(book, 11, Dealing::random))), "");
    for (const std::string& user : {alice_, bob_, carol_})
        EXPECT_EQ(code_of(shop_.assign(book, user)), "MAXIMUM_ASSIGNMENTS_EXCEEDED");
}

TEST_P(DistributionTest, WhereThereIsTooLittleNobodyGetsAnything) {
    const std::string book = shop_.book(BookShop::plain(), 5);
    const auto few = deal(order(book, 6, Dealing::random));
    ASSERT_EQ(code_of(few), "TOO_FEW_COUPONS");
    EXPECT_EQ(few.error().sentence.english, "The book has too few available coupons (5/6)");
    EXPECT_EQ(available(book), 5);
    const std::string empty = shop_.pool({});
    EXPECT_EQ(code_of(deal({empty, book, 1, Dealing::equal, "", false})), "POOL_EMPTY");
    EXPECT_EQ(code_of(deal({"x", book, 1, Dealing::equal, "", false})), "POOL_NOT_FOUND");
    EXPECT_EQ(code_of(deal(order("x", 1, Dealing::equal))), "BOOK_NOT_FOUND");
}

// The store gives way between the first of its events and the last.
TEST_P(DistributionTest, WhatFailsInItsMiddleIsUndoneToItsBeginning) {
    constexpr std::int64_t kCoupons = 10'000;
    const std::string book = shop_.book(BookShop::plain(), kCoupons);
    const std::int64_t events = shop_.events();
    const std::string trouble = carol_ > alice_ ? carol_ : alice_;  // who is late in the order
    ASSERT_TRUE(shop_.database()
                    .execute("CREATE UNIQUE INDEX trouble ON coupon (holder) WHERE holder = '" +
                             trouble + "'")
                    .ok());
    const auto failed = deal(order(book, kCoupons, Dealing::equal));
    ASSERT_FALSE(failed.ok());
    EXPECT_TRUE(failed.error().cause);
    EXPECT_EQ(shop_.events(), events);
    EXPECT_EQ(available(book), kCoupons);
    ASSERT_TRUE(shop_.database().execute("DROP INDEX trouble").ok());
    ASSERT_EQ(code_of(deal(order(book, kCoupons, Dealing::equal))), "");
    EXPECT_GT(shop_.events(), events + 3) << "it took several events";
    EXPECT_EQ(available(book), 0);
    EXPECT_EQ(shop_.differing(), std::vector<std::string>());
}

TEST_P(DistributionTest, WhoeverIsForgottenIsInNoPoolAnyMore) {
    EXPECT_EQ(code_of(shop_.act([&](Desk& desk) { return add_to_pool(desk, pool_, bob_); })),
              "ALREADY_IN_POOL");
    ASSERT_TRUE(shop_.act([&](Desk& desk) { return remove_from_pool(desk, pool_, bob_); }).ok());
    EXPECT_EQ(code_of(shop_.act([&](Desk& desk) { return remove_from_pool(desk, pool_, bob_); })),
              "NOT_IN_POOL");
    ASSERT_TRUE(shop_.act([&](Desk& desk) { return remove_account(desk, carol_); }).ok());
    EXPECT_EQ(find_pool(shop_.database(), pool_).value().users, 1);
    EXPECT_EQ(shop_.differing(), std::vector<std::string>());
}

}  // namespace
}  // namespace counterfoil::services
