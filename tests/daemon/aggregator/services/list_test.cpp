#include <algorithm>

#include "daemon/aggregator/ingest/projection.h"
#include "daemon/aggregator/services/purchases.h"
#include "daemon/aggregator/services/terminal_evidence.h"
#include "tests/daemon/aggregator/services/book_shop.h"

// Lists that are too long to be counted, walked from part to part.
namespace counterfoil::services {
namespace {

using store::Value;

class ListTest : public BookTest {
  protected:
    struct Row {
        std::string terminal;
        std::int64_t epoch;
        std::int64_t seq;
        std::int64_t at_ms;
        std::string kind{"sale"};
    };
    void keep(const std::vector<Row>& rows) {
        constexpr std::size_t kWidth = 5;
        std::vector<Value> values;
        for (const Row& row : rows)
            for (const Value& value :
                 {Value(std::string_view(row.terminal)), Value(row.epoch), Value(row.seq),
                  Value(row.at_ms), Value(std::string_view(row.kind))})
                values.push_back(value);
        ASSERT_TRUE(
            shop_.database()
                .run_each(
                    "INSERT INTO purchase (terminal, epoch, seq, at_ms, kind, receipt, shift, "
                    "staff, currency, total_minor, points) "
                    "VALUES ($1, $2, $3, $4, $5, 0, '', '', 'HUF', 100, 1)",
                    kWidth, values)
                .ok());
    }
    static std::string name_of(const ListedPurchase& listed) {
        return listed.terminal + "@" + std::to_string(listed.purchase.at_ms) + listed.purchase.kind;
    }
    // All parts one behind the other, and how many there were.
    std::vector<std::string> walked(const PurchaseFilter& filter, SliceAsk ask,
                                    std::size_t* parts = nullptr) {
        std::vector<std::string> names;
        constexpr std::size_t kMostParts = 1000;
        for (std::size_t part = 1; part < kMostParts; ++part) {
            const auto slice = list_all_purchases(shop_.database(), filter, ask).value();
            EXPECT_LE(slice.items.size(), static_cast<std::size_t>(ask.limit));
            for (const auto& listed : slice.items) names.push_back(name_of(listed));
            if (parts != nullptr) *parts = part;
            if (slice.next.empty()) return names;
            ask.after = slice.next;
        }
        ADD_FAILURE() << "it goes round and round";
        return {};
    }
    std::vector<Row> mixed() {
        std::vector<Row> rows;
        // Several in one moment, at several terminals, in two epochs.
        for (std::int64_t i = 0; i < 60; ++i)
            rows.push_back({i % 3 == 0 ? "T01" : "T02", 1 + i / 40, 1 + i, 1000 + i / 7,
                            i % 5 == 0 ? "refund" : "sale"});
        return rows;
    }
    // What it must be, by another way.
    static std::vector<std::string> expected(std::vector<Row> rows,
                                             const std::function<bool(const Row&)>& is_wanted) {
        std::ranges::sort(rows, [](const Row& left, const Row& right) {
            return std::tie(left.at_ms, left.terminal, left.epoch, left.seq) >
                   std::tie(right.at_ms, right.terminal, right.epoch, right.seq);
        });
        std::vector<std::string> names;
        for (const Row& row : rows)
            if (is_wanted(row))
                names.push_back(row.terminal + "@" + std::to_string(row.at_ms) + row.kind);
        return names;
    }
};
INSTANTIATE_TEST_SUITE_P(On, ListTest,
                         testing::Values(store::Dialect::sqlite, store::Dialect::postgres),
                         store::DialectName());

TEST_P(ListTest, PurchasesAreWalkedWithoutAGapOrADouble) {
    const std::vector<Row> rows = mixed();
    keep(rows);
    const auto all = expected(rows, [](const Row&) { return true; });
    for (const std::int64_t limit : {1, 7, 59, 60, 61})
        EXPECT_EQ(walked({}, {"", limit, {}, {}}), all) << limit;
    EXPECT_EQ(walked({}, {"", 4, 1002, 1005}),
              expected(rows, [](const Row& row) { return row.at_ms >= 1002 && row.at_ms < 1005; }));
    EXPECT_EQ(walked({"", "refund"}, {"", 4, {}, {}}),
              expected(rows, [](const Row& row) { return row.kind == "refund"; }));
    EXPECT_EQ(walked({"T01", ""}, {"", 4, {}, {}}),
              expected(rows, [](const Row& row) { return row.terminal == "T01"; }));
    EXPECT_EQ(walked({"T02", "sale"}, {"", 4, 1003, 1007}), expected(rows, [](const Row& row) {
                  return row.terminal == "T02" && row.kind == "sale" && row.at_ms >= 1003 &&
                         row.at_ms < 1007;
              }));
    EXPECT_TRUE(walked({"T09", ""}, {"", 4, {}, {}}).empty());
}

TEST_P(ListTest, WhatIsRareIsFoundInBoundedParts) {
    std::vector<Row> rows;
    for (std::int64_t i = 0; i < 2 * kMostExamined + 10; ++i)
        rows.push_back({"T01", 1, 1 + i, 1000 + i, i % kMostExamined == 5 ? "void" : "sale"});
    keep(rows);
    const auto voids = expected(rows, [](const Row& row) { return row.kind == "void"; });
    ASSERT_EQ(voids.size(), 3U);
    for (const std::string terminal : {"", "T01"}) {
        std::size_t parts = 0;
        EXPECT_EQ(walked({terminal, "void"}, {"", 100, {}, {}}, &parts), voids);
        EXPECT_EQ(parts, 3U);
    }
}

TEST_P(ListTest, ThereIsATotalWhereItCostsNothing) {
    ASSERT_TRUE(shop_
                    .act([&](Desk& desk) {
                        return record_purchase(desk, Settings(), {alice_, 500, "R-1"});
                    })
                    .ok());
    const auto all = list_all_purchases(shop_.database(), {}, {}).value();
    ASSERT_EQ(all.items.size(), 1U);
    EXPECT_EQ(all.total, 1);
    EXPECT_EQ(all.items.front().account, alice_);
    EXPECT_EQ(all.items.front().purchase.receipt_number, "R-1");
    EXPECT_EQ(list_all_purchases(shop_.database(), {"centre", ""}, {}).value().total, 1);
    EXPECT_EQ(list_all_purchases(shop_.database(), {"T01", ""}, {}).value().total, 0);
    EXPECT_FALSE(list_all_purchases(shop_.database(), {"", "sale"}, {}).value().total);
    EXPECT_FALSE(list_all_purchases(shop_.database(), {}, {"", 1, 5, {}}).value().total);
}

TEST_P(ListTest, APlaceThatIsNoneIsRefused) {
    for (const std::string place : {"x", "1", "1.2", "1.2.3", "-1.2.3.T", "1.2.x.T", "..."})
        EXPECT_EQ(code_of(list_all_purchases(shop_.database(), {}, {place, 1, {}, {}})),
                  "VALIDATION_ERROR")
            << place;
}

TEST_P(ListTest, CouponsAreWalkedWithoutAGapOrADouble) {
    const std::string book = shop_.book(BookShop::plain(), 20);
    shop_.clock().advance(1000);
    const std::string other = shop_.book(BookShop::plain(), 13);
    std::set<std::string> redeemed;
    for (int i = 0; i < 4; ++i) {
        const Coupon coupon = shop_.assign(i % 2 == 0 ? book : other, alice_).value();
        ASSERT_TRUE(shop_.deed(redeem_coupon, coupon.code, alice_).ok());
        redeemed.insert(coupon.code);
    }
    const auto walk = [&](std::optional<bool> wanted, SliceAsk ask) {
        std::vector<Coupon> all;
        while (all.size() < 1000) {
            auto slice =
                list_all_coupons(shop_.database(), wanted, ask, shop_.clock().now()).value();
            for (Coupon& coupon : slice.items) all.push_back(std::move(coupon));
            if (slice.next.empty()) break;
            ask.after = slice.next;
        }
        return all;
    };
    for (const std::int64_t limit : {1, 6, 33, 100}) {
        const auto all = walk({}, {"", limit, {}, {}});
        std::set<std::string> codes;
        for (const Coupon& coupon : all) codes.insert(coupon.code);
        EXPECT_EQ(all.size(), 33U);
        EXPECT_EQ(codes.size(), 33U);
        EXPECT_TRUE(std::ranges::is_sorted(all, std::greater(), &Coupon::created_ms));
        EXPECT_EQ(all.front().book, other);
    }
    std::set<std::string> found;
    for (const Coupon& coupon : walk(true, {"", 3, {}, {}})) found.insert(coupon.code);
    EXPECT_EQ(found, redeemed);
    EXPECT_EQ(walk(false, {"", 3, {}, {}}).size(), 29U);
    const std::int64_t second_ms = walk({}, {"", 1, {}, {}}).front().created_ms;
    EXPECT_EQ(walk({}, {"", 5, second_ms, {}}).size(), 13U);
    EXPECT_EQ(walk({}, {"", 5, {}, second_ms}).size(), 20U);
    const auto slice = list_all_coupons(shop_.database(), {}, {}, shop_.clock().now()).value();
    EXPECT_EQ(slice.total, 33);
}

// What a list or a count says of a coupon is what the coupon itself says, wherever it was spent.
TEST_P(ListTest, WhatTillsHaveSpentIsRedeemedInEachList) {
    const std::string book = shop_.book(BookShop::plain(), 4);
    const Coupon mine = shop_.assign(book, alice_).value();
    const auto now = [&] { return shop_.clock().now(); };
    std::vector<Coupon> all =
        find_coupons(shop_.database(), {book, "", {}}, {}, now()).value().coupons;
    const auto free = std::ranges::find_if(all, [](const Coupon& coupon) {
        return coupon.status.state == loyalty::CouponState::available;
    });
    for (const Coupon& spent : {mine, *free}) {
        spend_at_till(shop_.database(), {spent.place, spent.id});
        EXPECT_TRUE(shop_.coupon(spent.code).is_redeemed());
    }
    using enum loyalty::CouponState;
    const auto in_state = [&](loyalty::CouponState state) {
        return find_coupons(shop_.database(), {book, "", state}, {}, now()).value().total;
    };
    EXPECT_EQ(in_state(redeemed), 2);
    EXPECT_EQ(in_state(assigned), 0);
    EXPECT_EQ(in_state(available), 2);
    const StateCounts counts = shop_.counts(book);
    EXPECT_EQ(counts[static_cast<std::size_t>(redeemed)], 2);
    EXPECT_EQ(counts[static_cast<std::size_t>(available)], 2);
    EXPECT_EQ(list_coupons(shop_.database(), alice_, true, {}, now()).value().total, 1);
    EXPECT_EQ(list_coupons(shop_.database(), alice_, false, {}, now()).value().total, 0);
    EXPECT_EQ(list_all_coupons(shop_.database(), true, {}, now()).value().items.size(), 2U);
    EXPECT_EQ(list_all_coupons(shop_.database(), false, {}, now()).value().items.size(), 2U);
    // Nobody is given what is spent, by lot or in a share.
    EXPECT_NE(shop_.assign(book, alice_).value().code, free->code);
    EXPECT_NE(shop_.assign(book, alice_).value().code, free->code);
    EXPECT_FALSE(shop_.assign(book, alice_).ok());
}

TEST_P(ListTest, ACustomersCouponsArePickedBeforeTheyAreCut) {
    const std::string book = shop_.book(BookShop::plain(), 5);
    const Coupon first = shop_.assign(book, alice_).value();
    ASSERT_TRUE(shop_.deed(redeem_coupon, first.code, alice_).ok());
    shop_.clock().advance(1000);
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(shop_.assign(book, alice_).ok());
    const auto page = [&](std::optional<bool> wanted, Part part) {
        return list_coupons(shop_.database(), alice_, wanted, part, shop_.clock().now()).value();
    };
    for (const std::int64_t skip : {0, 1, 2, 3, 4})
        EXPECT_EQ(page({}, {skip, 1}).coupons.size(), 1U);
    EXPECT_EQ(page({}, {0, 2}).total, 5);
    EXPECT_EQ(page(false, {3, 10}).coupons.size(), 1U);
    const CouponPage redeemed = page(true, {0, 1});
    EXPECT_EQ(redeemed.total, 1);
    ASSERT_EQ(redeemed.coupons.size(), 1U);
    EXPECT_EQ(redeemed.coupons.front().code, first.code);
}

TEST_P(ListTest, WhatWasKeptOfATerminalIsListedAndGivenOut) {
    const base::Bytes head(32, 0xAB);
    const base::Bytes digest(32, 0xCD);
    const std::string_view bytes("as it came");
    ASSERT_TRUE(shop_.database()
                    .run("INSERT INTO fork (terminal, epoch, seq, head, at_ms, bytes) "
                         "VALUES ($1, 2, 7, $2, 1000, $3)",
                         {std::string_view("T01"), base::ByteView(head), base::as_bytes(bytes)})
                    .ok());
    ASSERT_TRUE(shop_.database()
                    .run("INSERT INTO quarantine (digest, terminal, reason, at_ms, bytes) "
                         "VALUES ($1, $2, 'poison', 2000, $3)",
                         {base::ByteView(digest), std::string_view("T01"), base::as_bytes(bytes)})
                    .ok());
    const auto forks = list_forks(shop_.database(), "T01", {}).value();
    ASSERT_EQ(forks.total, 1);
    EXPECT_EQ(forks.items.front().seq, 7);
    EXPECT_EQ(forks.items.front().size, 10);
    const auto fork = find_fork(shop_.database(), "T01", forks.items.front().digest).value();
    EXPECT_EQ(base::as_text(fork.bytes), bytes);
    const auto held = list_quarantined(shop_.database(), "T01", {}).value();
    ASSERT_EQ(held.total, 1);
    EXPECT_EQ(held.items.front().reason, "poison");
    const std::string name = held.items.front().digest;
    EXPECT_EQ(base::as_text(find_quarantined(shop_.database(), "T01", name).value().bytes), bytes);
    EXPECT_EQ(code_of(find_quarantined(shop_.database(), "T02", name)), "EVIDENCE_NOT_FOUND");
    EXPECT_EQ(code_of(find_fork(shop_.database(), "T01", "")), "EVIDENCE_NOT_FOUND");
    EXPECT_EQ(code_of(find_fork(shop_.database(), "T01", "no hex")), "EVIDENCE_NOT_FOUND");
    EXPECT_EQ(list_forks(shop_.database(), "T02", {}).value().total, 0);
}

}  // namespace
}  // namespace counterfoil::services
