#include "daemon/aggregator/services/handout.h"

#include <gtest/gtest.h>

#include <chrono>

#include "daemon/aggregator/ingest/class_versions.h"
#include "daemon/aggregator/services/coupons.h"
#include "daemon/aggregator/services/shop.h"
#include "daemon/sync/puller.h"
#include "firmware/core/base/coding.h"
#include "firmware/core/ledger/sale.h"
#include "firmware/core/ledger/spending.h"
#include "firmware/mirror/overlay.h"
#include "tests/daemon/aggregator/services/book_shop.h"

// What the centre holds, brought into a till's mirror as it would be over a network.
namespace counterfoil::services {
namespace {

using central::Product;
using central::SoldBy;

constexpr std::int64_t kBurger = 5991234000018;

// A terminal that the centre knows, whose events reach it when they are brought.
class Counter {
  public:
    Counter(BookShop& shop, const std::string& name) : shop_(shop), name_(name), made_(1, name) {
        const auto epoch = shop.act([&](Desk& desk) -> Outcome<std::int64_t> {
            CF_LET(const std::int64_t open, desk.provision(made_.certificates().front(), 1));
            return open;
        });
        CF_CHECK(epoch.value() == 1);
        loader_.emplace(mirror::Loader::open(folder_ / "mirror.db").value());
        open_puller();
    }

    std::int64_t seq() const { return static_cast<std::int64_t>(made_.events().size()); }
    void sell(const std::string& member, std::int64_t price) {
        ledger::Sale sale;
        sale.receipt = ++receipts_;
        turnover_ += price;
        sale.turnover_minor = turnover_;
        sale.lines.push_back({"5991234000018", "Sajtburger", 1000, false, price, price, 0, 500});
        sale.tenders.push_back({"cash", price, price, ""});
        sale.total_minor = price;
        if (!member.empty()) sale.member = ledger::SaleMember{member, 0, price / 100};
        made_.add("sale", ledger::write_body(sale).write().value());
    }
    void redeem(const std::string& serial) {
        ledger::Redemption redemption;
        redemption.coupon = serial;
        redemption.receipt = receipts_;
        redemption.book = 1;
        made_.add("coupon_redeemed", ledger::write_body(redemption).write().value());
    }
    // All that was not brought yet.
    void bring() {
        ingest::Terminals terminals;
        CF_CHECK(terminals.load(shop_.database()).ok());
        const auto& events = made_.events();
        const auto from = static_cast<std::size_t>(brought_);
        const crypto::Digest prev =
            from == 0 ? ledger::kNoEvent : ledger::event_hash(events[from - 1].bytes);
        const auto written =
            ledger::write_batch(name_, 1, brought_ + 1, prev, std::span(events).subspan(from));
        std::vector<ingest::Candidate> one;
        one.push_back(ingest::examine(written.bytes, name_, terminals).value());
        const auto kept = ingest::keep(shop_.database(), one, shop_.clock().now()).value();
        CF_CHECK(kept.front().kind == ingest::Kept::Kind::kept);
        brought_ = written.header.to;
    }

    // Hears of the versions and pulls until there is nothing more; how many deltas came.
    int pull(std::int64_t most = wire::kMaxDeltaRows, int deltas = 1000) {
        CF_CHECK(
            puller_
                ->hear(ingest::read_class_versions(shop_.database()).value(), shop_.clock().now())
                .ok());
        int count = 0;
        while (count < deltas) {
            auto asked = puller_->due();
            if (!asked) break;
            asked->max_rows = most;
            const Handed handed =
                hand_out(shop_.database(), Settings(), name_, *asked, shop_.clock().now()).value();
            EXPECT_EQ(handed.unfit, 0);
            // As it travels.
            wire::Delta delta = handed.delta;
            delta.rows.assign(handed.lines.begin(), handed.lines.end());
            const std::string message = wire::write(delta, key_.key).value();
            const auto read = wire::read_from_centre(message, verifier_).value();
            const auto taken = puller_->take(std::get<wire::Delta>(read));
            if (!taken.ok()) ADD_FAILURE() << taken.error().line();
            ++count;
        }
        return count;
    }
    // It is ended, and started again.
    void open_puller() {
        puller_.reset();
        loader_.reset();
        loader_.emplace(mirror::Loader::open(folder_ / "mirror.db").value());
        puller_.emplace(sync::Puller::open({*loader_, shop_.clock(), {name_, 1}}).value());
    }
    mirror::Mirror mirror() { return mirror::Mirror::open(folder_ / "mirror.db").value(); }
    mirror::Loader& loader() { return *loader_; }
    sync::Puller& puller() { return *puller_; }

  private:
    BookShop& shop_;
    std::string name_;
    test::MadeLedger made_;
    test::TemporaryFolder folder_;
    test::TestTill key_{5, "centre"};
    crypto::Verifier verifier_ = crypto::Verifier::create(key_.key.public_key()).value();
    std::optional<mirror::Loader> loader_;
    std::optional<sync::Puller> puller_;
    std::int64_t brought_ = 0;
    std::int64_t receipts_ = 0;
    std::int64_t turnover_ = 0;
};

class HandoutTest : public testing::TestWithParam<store::Dialect> {
  protected:
    std::string customer(const std::string& card, const std::string& phone = {}) {
        return shop_
            .act([&](Desk& desk) {
                NewAccount fresh;
                fresh.tier = "loyal";
                fresh.profile = {card, "Nagy Éva", card + "@example.com", phone, "", ""};
                return create_account(desk, Settings(), fresh);
            })
            .value()
            .id;
    }
    void put(const Product& product) {
        ASSERT_TRUE(shop_.act([&](Desk& desk) { return put_product(desk, product); }).ok());
    }
    void set(const std::string& name, const std::string& value) {
        ASSERT_TRUE(shop_.act([&](Desk& desk) { return put_setting(desk, {name, value}); }).ok());
    }
    static Product burger(std::int64_t price) {
        return {kBurger, 101, "Sajtburger", "Burger", price, 500, SoldBy::piece};
    }
    static std::string serial_of(const mirror::Coupon& coupon) {
        return base::to_hex(coupon.serial);
    }

    BookShop shop_{GetParam()};
    Counter first_{shop_, "T01"};
    Counter second_{shop_, "T02"};
};

TEST_P(HandoutTest, WhatTheCentreHoldsIsAtEveryCounter) {
    EXPECT_EQ(first_.pull(), 0);
    put(burger(1890));
    set("shop_name", "\"Burger\"");
    const auto hire = [&] {
        ASSERT_TRUE(shop_
                        .act([&](Desk& desk) {
                            return put_staff(desk, {"anna", "Kovács Anna", "manager"},
                                             "$2b$12$" + std::string(53, 'a'));
                        })
                        .ok());
    };
    hire();
    const std::string id = customer("L1", "+36 30 123 4567");
    EXPECT_EQ(first_.pull(), 4);
    mirror::Mirror mirror = first_.mirror();
    EXPECT_EQ(mirror.find_product_by_plu(101).value(), burger(1890));
    EXPECT_EQ(mirror.setting("shop_name").value(), "\"Burger\"");
    EXPECT_EQ(mirror.find_staff("anna").value()->name, "Kovács Anna");
    const auto member = mirror.find_member_by_loyalty_id("L1").value();
    ASSERT_TRUE(member);
    EXPECT_EQ(member->id.text(), id);
    EXPECT_EQ(member->name, "Nagy Éva");
    EXPECT_EQ(member->tier, 1);
    EXPECT_EQ(member->points, 0);
    const auto by_phone =
        mirror.find_member_by_phone_hash(mirror.phone_hash("06301234567").value()).value();
    ASSERT_TRUE(by_phone);
    EXPECT_EQ(by_phone->id, member->id);
    EXPECT_GT(mirror.meta().value().made_at, base::WallTime{});

    // A price changes; who left is gone, and so is what is sold no more and who was forgotten.
    put(burger(1990));
    EXPECT_EQ(first_.pull(), 1);
    EXPECT_EQ(mirror.find_product_by_plu(101).value()->unit_price_minor, 1990);
    ASSERT_TRUE(shop_.act([&](Desk& desk) { return remove_product(desk, kBurger); }).ok());
    ASSERT_TRUE(shop_.act([&](Desk& desk) { return remove_staff(desk, "anna"); }).ok());
    ASSERT_TRUE(shop_.act([&](Desk& desk) { return remove_setting(desk, "shop_name"); }).ok());
    ASSERT_TRUE(shop_.act([&](Desk& desk) { return remove_account(desk, id); }).ok());
    EXPECT_EQ(first_.pull(), 4);
    EXPECT_EQ(mirror.find_product_by_gtin(kBurger).value(), std::nullopt);
    EXPECT_EQ(mirror.find_staff("anna").value(), std::nullopt);
    EXPECT_EQ(mirror.setting("shop_name").value(), std::nullopt);
    EXPECT_EQ(mirror.find_member_by_loyalty_id("L1").value(), std::nullopt);
    EXPECT_EQ(first_.pull(), 0);
    // Whoever comes later hears nothing of them.
    second_.pull();
    EXPECT_EQ(second_.puller().figures().rows, 1u);  // the salt
    EXPECT_EQ(shop_.differing(), std::vector<std::string>{});
    // Who comes back is known again, and would be if all events were told anew.
    hire();
    EXPECT_EQ(first_.pull(), 1);
    EXPECT_EQ(mirror.find_staff("anna").value()->name, "Kovács Anna");
    EXPECT_EQ(shop_.differing(), std::vector<std::string>{});
}

TEST_P(HandoutTest, PointsAreTheSameAtAllCountersToTheUnit) {
    const std::string id = customer("L1");
    const base::Uuid uuid = base::Uuid::parse(id).value();
    first_.pull();
    mirror::Mirror mirror = first_.mirror();
    mirror::Overlay overlay(mirror);
    const auto points = [&] { return overlay.find_member_by_id(uuid).value()->points; };
    const auto sell_here = [&](std::int64_t price) {
        first_.sell(id, price);
        overlay.add(first_.seq(), mirror::PointsChange{uuid, price / 100, 0});
    };
    sell_here(700);
    EXPECT_EQ(points(), 7);
    first_.bring();
    // The other counter's purchase is known to the centre, and this one's second is not.
    second_.sell(id, 10'000);
    second_.bring();
    sell_here(300);
    EXPECT_EQ(points(), 10);
    EXPECT_EQ(first_.pull(), 1);
    EXPECT_EQ(points(), 110);
    EXPECT_EQ(mirror.find_member_by_id(uuid).value()->points, 107);
    first_.bring();
    EXPECT_EQ(points(), 110);
    EXPECT_EQ(first_.pull(), 1);
    EXPECT_EQ(points(), 110);
    EXPECT_EQ(mirror.find_member_by_id(uuid).value()->points, 110);
    EXPECT_EQ(mirror.meta().value().cursor, first_.seq());
    second_.pull();
    EXPECT_EQ(second_.mirror().find_member_by_id(uuid).value()->points, 110);
    // Of strangers nobody is told.
    second_.sell("01934f00-0000-7000-8001-000000000099", 5000);
    second_.bring();
    EXPECT_EQ(first_.pull(), 0);
}

TEST_P(HandoutTest, ACouponIsKnownUntilItIsUsedAnywhere) {
    const std::string id = customer("L1");
    ASSERT_TRUE(shop_
                    .act([&](Desk& desk) {
                        AccountChange change;
                        change.points = 500;
                        return change_account(desk, Settings(), id, change);
                    })
                    .ok());
    const auto issue = [&] {
        return shop_.act([&](Desk& desk) { return buy_coupon(desk, Settings(), id); })
            .value()
            .coupon.code;
    };
    const std::string here = issue();
    const std::string online = issue();
    const std::string book = shop_.book(BookShop::plain(), 3);
    const Coupon given = shop_.assign(book, id).value();
    first_.pull();
    mirror::Mirror mirror = first_.mirror();
    const auto coupon = mirror.find_coupon_by_code(here).value();
    ASSERT_TRUE(coupon);
    EXPECT_EQ(coupon->book, 1u);
    EXPECT_TRUE(mirror.find_book(1).value());
    EXPECT_EQ(coupon->kind, token::CouponKind::fixed);
    EXPECT_EQ(coupon->value, 1000u);
    EXPECT_EQ(coupon->uses_left, 1);
    EXPECT_EQ(coupon->holder->text(), id);
    EXPECT_EQ(coupon->state, mirror::CouponState::assigned);
    const auto of_book = mirror.find_coupon_by_code(given.code).value();
    ASSERT_TRUE(of_book);
    EXPECT_EQ(of_book->book, 2u);
    EXPECT_EQ(mirror.find_book(2).value()->name, "Summer");

    // At another counter, which the centre hears of later; and at the centre.
    second_.sell(id, 5000);
    second_.redeem(serial_of(*coupon));
    second_.bring();
    shop_.clock().advance(10);
    ASSERT_TRUE(shop_.deed(redeem_coupon, online, id).ok());
    EXPECT_FALSE(shop_.deed(redeem_coupon, here, id).ok());
    EXPECT_FALSE(shop_.deed(lock_coupon, here, id).ok());
    first_.pull();
    EXPECT_EQ(mirror.find_coupon_by_code(here).value(), std::nullopt);
    EXPECT_EQ(mirror.find_coupon_by_code(online).value(), std::nullopt);
    EXPECT_TRUE(mirror.find_coupon_by_code(given.code).value());
    EXPECT_EQ(shop_.differing(), std::vector<std::string>{});
}

TEST_P(HandoutTest, ItMayBeCutAtAnyMessage) {
    set("shop_name", "\"Burger\"");
    for (int i = 0; i < 9; ++i) customer("L" + std::to_string(i));
    for (int i = 0; i < 40; ++i) {
        first_.pull(2, 1);
        // Meanwhile somebody of them buys something.
        if (i % 5 == 0) {
            second_.sell(customer("M" + std::to_string(i)), 700);
            second_.bring();
        }
        first_.open_puller();
    }
    first_.pull();
    second_.pull();
    for (const std::string card : {"L0", "L8", "M0", "M35"})
        EXPECT_EQ(first_.mirror().find_member_by_loyalty_id(card).value()->points,
                  second_.mirror().find_member_by_loyalty_id(card).value()->points)
            << card;
    EXPECT_EQ(first_.mirror().find_member_by_loyalty_id("M35").value()->points, 7);
}

TEST_P(HandoutTest, ARestoredCentreIsTakenAnew) {
    customer("L1");
    first_.pull();
    const std::int64_t before = first_.loader().state("members").value().version;
    ASSERT_TRUE(ingest::begin_versions(shop_.database(), shop_.clock().now()).ok());
    const auto versions = ingest::read_class_versions(shop_.database()).value();
    EXPECT_GT(versions.at("members"), before);
    EXPECT_EQ(first_.pull(), 1);
    EXPECT_EQ(first_.loader().state("members").value().round, 2);
    EXPECT_TRUE(first_.mirror().find_member_by_loyalty_id("L1").value());
    EXPECT_EQ(first_.pull(), 0);
    customer("L2");
    EXPECT_EQ(first_.pull(), 1);
    EXPECT_EQ(first_.loader().state("members").value().round, 2);
    EXPECT_TRUE(first_.mirror().find_member_by_loyalty_id("L2").value());
}

TEST_P(HandoutTest, ASettingThatNoTillWouldTakeIsRefused) {
    const auto refusal = [&](const std::string& name, const std::string& value) {
        return code_of(shop_.act([&](Desk& desk) { return put_setting(desk, {name, value}); }));
    };
    EXPECT_EQ(refusal("colour", "\"red\""), "SETTING_NOT_FOUND");
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
             {"currency", "\"XX\""},
             {"currency", "HUF"},
             {"cash_step_minor", "0"},
             {"cash_step_minor", "\"5\""},
             {"coupon_policy", R"({"policy":"open","face_minor":0,"terminal_minor":0,)"
                               R"("member_minor":0,"hours":72})"},
             {"coupon_policy", R"({"policy":"strict"})"},
             {"points_coupon", R"({"points":0,"book":1,"value_minor":1000,"days":90})"},
             {"tiers_permille", "[]"},
             {"tiers_permille", "[-1]"},
             {"auto_lock_s", "86401"},
             {"keep_days", "-1"},
             {"keep_days", "3661"},
             {"cashier_may", R"(["steal"])"},
             {"shop_name", "5"},
             {"phone_salt", "\"00\""}})
        EXPECT_EQ(refusal(name, value), "SETTING_INVALID") << name << " " << value;
    EXPECT_EQ(refusal("coupon_policy", R"({"policy":"bounded","face_minor":1000,)"
                                       R"("terminal_minor":5000,"member_minor":2000,"hours":72})"),
              "");
    EXPECT_EQ(refusal("cashier_may", R"(["report"])"), "");
    EXPECT_EQ(refusal("keep_days", "0"), "");
    EXPECT_EQ(refusal("keep_days", "365"), "");
}

TEST_P(HandoutTest, AProductsNumbersAreItsOwn) {
    put(burger(1890));
    Product other = burger(100);
    other.gtin = 5991234000025;
    EXPECT_EQ(code_of(shop_.act([&](Desk& desk) { return put_product(desk, other); })),
              "PLU_TAKEN");
    other.gtin = 5991234000026;
    other.plu.reset();
    EXPECT_EQ(code_of(shop_.act([&](Desk& desk) { return put_product(desk, other); })),
              "VALIDATION_ERROR");
    ASSERT_TRUE(shop_.act([&](Desk& desk) { return remove_product(desk, kBurger); }).ok());
    other.gtin = 5991234000025;
    other.plu = 101;
    put(other);
    put({kBurger, {}, "Sajtburger", "Burger", 2000, 500, SoldBy::piece});
    EXPECT_EQ(shop_.differing(), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(Stores, HandoutTest,
                         testing::Values(store::Dialect::sqlite, store::Dialect::postgres));

// A fresh till takes a hundred thousand members, as one that comes with a shop does.
TEST(HandoutSize, AHundredThousandMembersComeInSeconds) {
    constexpr int kMembers = 100'000;
    BookShop shop(store::Dialect::sqlite);
    Counter counter(shop, "T01");
    store::Database& database = shop.database();
    ASSERT_TRUE(database.begin().ok());
    ingest::ClassVersions versions(database);
    for (int i = 1; i <= kMembers; ++i) {
        base::Uuid id = base::Uuid::parse("01934f00-0000-7000-8001-000000000000").value();
        for (std::size_t byte = 0; byte < 4; ++byte)
            id.bytes[15 - byte] = static_cast<std::uint8_t>(i >> (8 * byte));
        const std::string text = id.text();
        const std::string card = "L" + std::to_string(i);
        const std::int64_t version = versions.next("members").value();
        ASSERT_TRUE(database
                        .run("INSERT INTO account (id, number, business, role, tier, generation, "
                             "removed, created_ms, updated_ms) "
                             "VALUES ($1, $2, 1, 'customer', 'normal', 1, 0, 0, 0)",
                             {std::string_view(text), std::int64_t{i}})
                        .ok());
        ASSERT_TRUE(database
                        .run("INSERT INTO profile (account, loyalty_id, name, email, email_key, "
                             "phone, pin_hash, password_hash) "
                             "VALUES ($1, $2, 'Nagy Éva', '', '', '', '', '')",
                             {std::string_view(text), std::string_view(card)})
                        .ok());
        ASSERT_TRUE(database
                        .run("INSERT INTO member (id, points, spent_minor, visits, is_account, "
                             "version) VALUES ($1, 5, 0, 0, 1, $2)",
                             {std::string_view(text), version})
                        .ok());
    }
    ASSERT_TRUE(versions.write().ok());
    ASSERT_TRUE(database.commit().ok());
    const auto began = std::chrono::steady_clock::now();
    const int deltas = counter.pull();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::cout << kMembers << " members in " << deltas << " deltas, " << took.count() << " s\n";
    EXPECT_EQ(counter.puller().figures().rows, std::uint64_t{kMembers});
    EXPECT_TRUE(counter.mirror().find_member_by_loyalty_id("L100000").value());
    EXPECT_TRUE(counter.puller().is_up_to_date());
}

}  // namespace
}  // namespace counterfoil::services
