#include "tests/daemon/aggregator/services/book_shop.h"

// How many coupons of a book are in which state, however they came into it.
namespace counterfoil::services {
namespace {

using loyalty::CouponState;

class StatesTest : public BookTest {
  protected:
    StatesTest() {
        Book book = BookShop::plain();
        book.is_multiple = true;
        book.uses = 2;
        book.expires_ms = shop_.clock().now().unix_ms + kExpiresMs;
        book_ = shop_.book(book, 12);
        std::vector<Coupon> mine;
        for (int i = 0; i < 6; ++i) mine.push_back(shop_.assign(book_, alice_).value());
        for (const std::size_t locked : {std::size_t{0}, std::size_t{1}})
            CF_CHECK(shop_.deed(lock_coupon, mine[locked].code, alice_).ok());
        for (int use = 0; use < 2; ++use)
            CF_CHECK(shop_.deed(redeem_coupon, mine[2].code, alice_).ok());
        CF_CHECK(shop_.deed(redeem_coupon, mine[3].code, alice_).ok());
        const Coupon free = available();
        spent_ = {{1, mine[1].id, 2},  {2, mine[3].id, 1}, {3, mine[4].id, 2}, {4, mine[5].id, 2},
                  {5, mine[5].id, -1}, {6, free.id, 1},    {7, free.id, 1},    {8, mine[2].id, 1}};
        for (const SpentAtTill& spent : spent_) spend_at_till(shop_.database(), spent);
    }
    Coupon available() {
        return find_coupons(shop_.database(), {book_, "", CouponState::available}, {}, now())
            .value()
            .coupons.front();
    }
    base::WallTime now() { return shop_.clock().now(); }
    std::vector<Coupon> all() {
        return find_coupons(shop_.database(), {book_, "", {}}, {}, now()).value().coupons;
    }
    // What each coupon says of itself.
    StateCounts counted() {
        StateCounts counts{};
        for (const Coupon& coupon : all())
            ++counts[static_cast<std::size_t>(shop_.coupon(coupon.code).status.state)];
        return counts;
    }
    void expect_same(const StateCounts& wanted) {
        EXPECT_EQ(shop_.counts(book_), wanted);
        EXPECT_EQ(counted(), wanted);
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const auto page =
                find_coupons(shop_.database(), {book_, "", static_cast<CouponState>(i)}, {}, now())
                    .value();
            EXPECT_EQ(page.total, wanted[i]);
            EXPECT_EQ(static_cast<std::int64_t>(page.coupons.size()), wanted[i]);
            for (const Coupon& coupon : page.coupons)
                EXPECT_EQ(coupon.status.state, static_cast<CouponState>(i));
        }
    }
    static StateCounts counts(std::initializer_list<std::pair<CouponState, std::int64_t>> some) {
        StateCounts all{};
        for (const auto& [state, coupons] : some) all[static_cast<std::size_t>(state)] = coupons;
        return all;
    }
    // The store as the version before kept it.
    void go_back() {
        ASSERT_TRUE(shop_.database()
                        .execute("DROP INDEX coupon_told; DROP TABLE book_state;"
                                 "ALTER TABLE coupon DROP COLUMN at_tills;"
                                 "CREATE INDEX coupon_state ON coupon (book, state, place) "
                                 "WHERE book IS NOT NULL; UPDATE schema_version SET version = 7")
                        .ok());
    }
    // What differs from a store that heard of the tills first.
    std::vector<std::string> differing_from_tills_first() {
        const test::TemporaryFolder beside;
        const auto fresh = store::SqliteDatabase::open(beside / "fresh.db").value();
        CF_CHECK(store::migrate(*fresh, store::migrations()).ok());
        for (const SpentAtTill& spent : spent_) spend_at_till(*fresh, spent);
        CF_CHECK(ingest::project_all(shop_.database(), *fresh).ok());
        return ingest::differing_tables(shop_.database(), *fresh).value();
    }

    static constexpr std::int64_t kExpiresMs = 20 * 60'000;
    std::string book_;
    std::vector<SpentAtTill> spent_;
};
INSTANTIATE_TEST_SUITE_P(Stores, StatesTest,
                         testing::Values(store::Dialect::sqlite, store::Dialect::postgres),
                         store::DialectName());

TEST_P(StatesTest, AreCountedAsEachCouponSays) {
    using enum CouponState;
    expect_same(counts({{available, 5}, {assigned, 1}, {locked, 1}, {redeemed, 5}}));
    shop_.clock().advance(loyalty::kLockMs);
    expect_same(counts({{available, 5}, {assigned, 2}, {redeemed, 5}}));
    shop_.clock().advance(kExpiresMs);
    expect_same(counts({{expired, 7}, {redeemed, 5}}));
}

TEST_P(StatesTest, AreListedInParts) {
    const auto page = [&](std::optional<CouponState> state, Part part) {
        return find_coupons(shop_.database(), {book_, "", state}, part, now()).value();
    };
    EXPECT_EQ(page({}, {0, 5}).total, 12);
    EXPECT_EQ(page({}, {10, 5}).coupons.size(), 2U);
    EXPECT_EQ(page({}, {10, 5}).coupons.front().place, 11);
    EXPECT_EQ(page(CouponState::redeemed, {4, 5}).coupons.size(), 1U);
    EXPECT_EQ(page(CouponState::redeemed, {5, 5}).total, 5);
    EXPECT_TRUE(page(CouponState::redeemed, {5, 5}).coupons.empty());
}

TEST_P(StatesTest, AreTheSameWhereTillsWereHeardFirst) {
    EXPECT_EQ(differing_from_tills_first(), std::vector<std::string>());
}

TEST_P(StatesTest, AreTakenOverFromTheVersionBefore) {
    using enum CouponState;
    go_back();
    ASSERT_TRUE(store::migrate(shop_.database(), store::migrations()).ok());
    expect_same(counts({{available, 5}, {assigned, 1}, {locked, 1}, {redeemed, 5}}));
    EXPECT_EQ(differing_from_tills_first(), std::vector<std::string>());
}

// What was damaged is found by whoever makes them anew.
TEST_P(StatesTest, AreComparedWithWhatLedgersSay) {
    ASSERT_TRUE(shop_.database().execute("UPDATE book_state SET coupons = coupons + 1").ok());
    EXPECT_EQ(differing_from_tills_first(), std::vector<std::string>{"book_state"});
    ASSERT_TRUE(shop_.database().execute("UPDATE coupon SET at_tills = 0").ok());
    EXPECT_EQ(differing_from_tills_first(), (std::vector<std::string>{"book_state", "coupon"}));
}

}  // namespace
}  // namespace counterfoil::services
