#include "firmware/mirror/update.h"

#include <gtest/gtest.h>

#include <list>

#include "firmware/mirror/schema.h"
#include "tests/firmware/mirror/mirror_support.h"

namespace counterfoil::mirror {
namespace {

using central::write_gone;

Product product(std::int64_t gtin, std::int64_t plu, std::int64_t price) {
    return {gtin, plu, "Sajtburger", "Burger", price, 500, SoldBy::piece};
}
constexpr std::int64_t kBurger = 5991234000018;
constexpr std::int64_t kChips = 5991234000025;

class Updated : public testing::Test {
  protected:
    void SetUp() override { loader_.emplace(Loader::open(shop_.database()).value()); }

    // Lines that live as long as the test.
    std::span<const std::string_view> lines(const std::vector<std::string>& texts) {
        kept_.push_back(texts);
        views_.emplace_back(kept_.back().begin(), kept_.back().end());
        return views_.back();
    }
    std::string line(const Row& row) { return write_line(row).value(); }

    base::Result<ClassState> take(const std::string& name, std::int64_t from, std::int64_t to,
                                  bool more, const std::vector<std::string>& texts,
                                  std::int64_t included_seq = 0, std::int64_t told_s = 0) {
        return loader_->apply({name, from, to, more, included_seq,
                               test::at_second(test::kNowSeconds + told_s), lines(texts)});
    }
    void make_usable() {
        ASSERT_TRUE(
            loader_->confirm(test::at_second(test::kNowSeconds), test::at_second(test::kNowSeconds))
                .ok());
    }
    Mirror mirror() { return Mirror::open(shop_.database()).value(); }
    void load_bundle(std::int64_t version, std::int64_t cursor, std::int64_t made_s) {
        loader_.reset();
        ASSERT_TRUE(shop_.load(shop_.bundle_text(sample_rows(), {version, cursor, made_s})).ok());
        loader_.emplace(Loader::open(shop_.database()).value());
    }

    Shop shop_;
    std::optional<Loader> loader_;
    std::list<std::vector<std::string>> kept_;
    std::list<std::vector<std::string_view>> views_;
};

TEST_F(Updated, RowsArePutRemovedAndPutInEachOthersPlaces) {
    make_usable();
    ASSERT_TRUE(take("products", 0, 2, false,
                     {line(product(kBurger, 101, 1890)), line(product(kChips, 102, 690))})
                    .ok());
    // The price changes, and a number goes from one product to another.
    ASSERT_TRUE(
        take("products", 2, 5, false, {write_gone(kChips), line(product(kBurger, 102, 1990))})
            .ok());
    EXPECT_EQ(mirror().find_product_by_plu(102).value(), product(kBurger, 102, 1990));
    EXPECT_EQ(mirror().find_product_by_plu(101).value(), std::nullopt);
    EXPECT_EQ(mirror().find_product_by_gtin(kChips).value(), std::nullopt);
    EXPECT_EQ(loader_->state("products").value(),
              (ClassState{5, 1, true, 0, test::at_second(test::kNowSeconds)}));
}

TEST_F(Updated, EveryClassHasItsKeys) {
    make_usable();
    Member member = sample_member();
    member.lease.reset();
    Coupon coupon = sample_coupon();
    ASSERT_TRUE(take("settings", 0, 1, false, {line(salt_setting())}).ok());
    ASSERT_TRUE(take("books", 0, 1, false, {line(sample_book())}).ok());
    ASSERT_TRUE(take("staff", 0, 1, false, {line(sample_staff())}).ok());
    ASSERT_TRUE(take("members", 0, 1, false, {line(member)}, 7).ok());
    ASSERT_TRUE(take("coupons", 0, 1, false, {line(coupon)}, 7).ok());
    member.included_seq = 7;
    coupon.included_seq = 7;
    EXPECT_EQ(mirror().find_member_by_id(member.id).value(), member);
    EXPECT_EQ(mirror().find_coupon_by_code(*coupon.code).value(), coupon);
    EXPECT_EQ(mirror().find_book(42).value(), sample_book());
    ASSERT_TRUE(take("settings", 1, 2, false, {write_gone(std::string("phone_salt"))}).ok());
    ASSERT_TRUE(take("books", 1, 2, false, {write_gone(std::int64_t{42})}).ok());
    ASSERT_TRUE(take("staff", 1, 2, false, {write_gone(std::string("anna"))}).ok());
    ASSERT_TRUE(take("members", 1, 2, false, {write_gone(member.id)}, 8).ok());
    ASSERT_TRUE(take("coupons", 1, 2, false, {write_gone(coupon.serial)}, 8).ok());
    EXPECT_EQ(mirror().setting("phone_salt").value(), std::nullopt);
    EXPECT_EQ(mirror().find_book(42).value(), std::nullopt);
    EXPECT_EQ(mirror().find_staff("anna").value(), std::nullopt);
    EXPECT_EQ(mirror().find_member_by_id(member.id).value(), std::nullopt);
    EXPECT_EQ(mirror().find_coupon_by_serial(coupon.serial).value(), std::nullopt);
    EXPECT_EQ(mirror().meta().value().cursor, 8);
}

TEST_F(Updated, WhatDoesNotLeadOnChangesNothing) {
    make_usable();
    const std::string burger = line(product(kBurger, 101, 1890));
    ASSERT_TRUE(take("products", 0, 5, false, {burger}, 0, 10).ok());
    const ClassState before = loader_->state("products").value();
    const std::string dearer = line(product(kBurger, 101, 9999));
    const auto refusal = [&](std::int64_t from, std::int64_t to, bool more, std::int64_t told_s) {
        const auto taken = take("products", from, to, more, {dearer}, 0, told_s);
        return taken.ok() ? base::Code::overflow : taken.error().code();
    };
    EXPECT_EQ(refusal(6, 7, false, 11), base::Code::refused);  // a hole
    EXPECT_EQ(refusal(4, 6, false, 11), base::Code::refused);  // it was led on from there before
    EXPECT_EQ(refusal(5, 4, false, 11), base::Code::refused);  // back
    EXPECT_EQ(refusal(5, 5, true, 11), base::Code::refused);   // nowhere
    EXPECT_EQ(refusal(0, 4, false, 9), base::Code::refused);   // an older one, said once more
    EXPECT_EQ(take("pulse", 0, 4, false, {}).error().code(), base::Code::refused);
    // One wrong row is one too many, wherever it stands.
    for (const std::string& wrong :
         {line(sample_staff()), std::string("{}"), std::string("x"), write_gone(uuid_of(1)),
          write_gone(std::int64_t{0}), std::string(R"({"t":"gone","key":"05"})"),
          std::string(R"({"t":"gone","key":"5","more":1})")}) {
        const auto taken = take("products", 5, 6, false, {dearer, wrong}, 0, 11);
        ASSERT_FALSE(taken.ok()) << wrong;
        EXPECT_EQ(taken.error().code(), base::Code::malformed) << wrong;
    }
    EXPECT_EQ(loader_->state("products").value(), before);
    EXPECT_EQ(mirror().find_product_by_gtin(kBurger).value(), product(kBurger, 101, 1890));
    EXPECT_TRUE(take("products", 5, 5, false, {}, 0, 11).ok());
}

TEST_F(Updated, WhatWasThereStaysUntilAllHasCome) {
    load_bundle(1, 0, test::kNowSeconds);
    Staff cili = sample_staff("cili");
    ASSERT_TRUE(take("staff", 0, 3, true, {line(cili)}).ok());
    EXPECT_TRUE(mirror().find_staff("bela").value());
    EXPECT_TRUE(mirror().find_staff("cili").value());
    // It was ended there, and goes on.
    loader_.reset();
    loader_.emplace(Loader::open(shop_.database()).value());
    EXPECT_FALSE(loader_->state("staff").value().is_whole);
    ASSERT_TRUE(take("staff", 3, 4, true, {line(sample_staff("dora"))}).ok());
    EXPECT_TRUE(mirror().find_staff("bela").value());
    ASSERT_TRUE(take("staff", 4, 5, false, {line(sample_staff())}).ok());
    EXPECT_EQ(mirror().find_staff("bela").value(), std::nullopt);
    std::vector<std::string> ids;
    const std::vector<Staff> staff = mirror().all_staff().value();
    for (const Staff& person : staff) ids.push_back(person.id);
    EXPECT_EQ(ids, (std::vector<std::string>{"anna", "cili", "dora"}));
    // No other class has lost anything.
    EXPECT_TRUE(mirror().find_product_by_plu(101).value());
    // From nothing once more: what does not come again is gone at its end alone.
    ASSERT_TRUE(take("staff", 0, 9, true, {line(sample_staff())}).ok());
    EXPECT_EQ(mirror().all_staff().value().size(), 3u);
    ASSERT_TRUE(take("staff", 9, 9, false, {}).ok());
    EXPECT_EQ(mirror().all_staff().value().size(), 1u);
}

TEST_F(Updated, AMemberIsFoundByHisOwnPhoneAndCard) {
    load_bundle(1, 0, test::kNowSeconds);
    Member first = sample_member(3);
    first.phone_hash = sample_member().phone_hash;
    Member second = sample_member(4);
    second.phone_hash = first.phone_hash;
    // The bundle's member with this phone has another id, and gives way; of two of now, the first
    // one has it.
    ASSERT_TRUE(take("members", 0, 2, false, {line(first), line(second)}).ok());
    EXPECT_EQ(mirror().find_member_by_phone_hash(*first.phone_hash).value()->id, first.id);
    EXPECT_EQ(mirror().find_member_by_id(second.id).value()->phone_hash, std::nullopt);
    std::swap(first.loyalty_id, second.loyalty_id);
    ASSERT_TRUE(take("members", 2, 4, false, {line(first), line(second)}).ok());
    EXPECT_EQ(mirror().find_member_by_loyalty_id(first.loyalty_id).value()->id, first.id);
    EXPECT_EQ(mirror().find_member_by_loyalty_id(second.loyalty_id).value()->id, second.id);
}

TEST_F(Updated, ABundleAndDeltasMeet) {
    load_bundle(3, 0, test::kNowSeconds);
    ASSERT_TRUE(take("staff", 0, 5, false, {line(sample_staff("cili"))}).ok());
    ASSERT_TRUE(loader_->confirm(test::at_second(test::kNowSeconds + 60), test::at_second(1)).ok());
    EXPECT_EQ(mirror().meta().value().made_at, test::at_second(test::kNowSeconds + 60));
    EXPECT_EQ(mirror().meta().value().version, 3);
    // What is known does not become older.
    ASSERT_TRUE(loader_->confirm(test::at_second(test::kNowSeconds + 50), test::at_second(1)).ok());
    EXPECT_EQ(mirror().meta().value().made_at, test::at_second(test::kNowSeconds + 60));
    loader_.reset();
    EXPECT_EQ(shop_.refusal_of(shop_.bundle_text(sample_rows(), {4, 0, test::kNowSeconds + 59})),
              base::Code::refused);
    loader_.emplace(Loader::open(shop_.database()).value());
    EXPECT_TRUE(mirror().find_staff("cili").value());
    // A newer one takes the place of all there is; the classes begin anew.
    load_bundle(4, 0, test::kNowSeconds + 61);
    EXPECT_EQ(mirror().find_staff("cili").value(), std::nullopt);
    EXPECT_EQ(loader_->state("staff").value(), ClassState{});
    ASSERT_TRUE(take("staff", 0, 5, false, {line(sample_staff("cili"))}).ok());
    EXPECT_TRUE(mirror().find_staff("cili").value());
}

TEST_F(Updated, AMirrorIsThereOnceAllOfItWas) {
    ASSERT_TRUE(take("staff", 0, 5, false, {line(sample_staff())}).ok());
    EXPECT_EQ(Mirror::open(shop_.database()).error().code(), base::Code::not_found);
    make_usable();
    EXPECT_TRUE(mirror().find_staff("anna").value());
}

TEST_F(Updated, WhoBeginsAnotherLedgerIsNotTakenForTheOldOne) {
    load_bundle(1, 0, test::kNowSeconds);
    ASSERT_TRUE(loader_->follow({"T01", 1}).ok());
    ASSERT_TRUE(take("members", 0, 5, false, {line(sample_member())}, 40).ok());
    ASSERT_TRUE(loader_->follow({"T01", 1}).ok());
    EXPECT_EQ(mirror().find_member_by_id(uuid_of(1)).value()->included_seq, 40);
    ASSERT_TRUE(loader_->follow({"T01", 2}).ok());
    EXPECT_EQ(mirror().find_member_by_id(uuid_of(1)).value()->included_seq, 0);
    EXPECT_EQ(loader_->state("members").value().version, 5);
}

TEST_F(Updated, PointsAreRightBeforeWhileAndAfterADeltaComes) {
    load_bundle(1, 10, test::kNowSeconds);
    ASSERT_TRUE(loader_->follow({"T01", 1}).ok());
    Mirror content = mirror();
    Overlay overlay(content);
    const auto points = [&](std::uint8_t last) {
        return overlay.find_member_by_id(uuid_of(last)).value()->points;
    };
    const auto sell = [&](std::int64_t seq, std::uint8_t last, std::int64_t earned) {
        overlay.add(seq, PointsChange{uuid_of(last), earned, 0});
    };
    sell(11, 1, 7);
    sell(12, 2, 5);
    EXPECT_EQ(points(1), 1507);
    EXPECT_EQ(points(2), 1505);
    // The centre has seen event 11, and what others sold; event 13 comes while the delta is on its
    // way, in two parts.
    Member member = sample_member();
    member.points = 1500 + 7 + 100;
    sell(13, 1, 3);
    ASSERT_TRUE(take("members", 0, 5, true, {line(member)}, 11).ok());
    EXPECT_EQ(points(1), 1610);
    EXPECT_EQ(points(2), 1505);
    sell(14, 1, 20);
    EXPECT_EQ(points(1), 1630);
    // By the second part the centre knew of 13, too: of the first member, what came stays as it is,
    // for it was not changed up to there but by what is still counted here.
    Member second = sample_member(2);
    second.points = 1505;
    ASSERT_TRUE(take("members", 5, 6, true, {line(second)}, 12).ok());
    EXPECT_EQ(points(1), 1630);
    EXPECT_EQ(points(2), 1505);
    member.points = 1610;
    ASSERT_TRUE(take("members", 6, 7, false, {line(member)}, 13).ok());
    EXPECT_EQ(points(1), 1630);
    EXPECT_EQ(points(2), 1505);
    overlay.forget_up_to(mirror().meta().value().cursor);
    EXPECT_EQ(points(1), 1630);
    EXPECT_EQ(points(2), 1505);
    EXPECT_EQ(overlay.size(), 1u);
}

TEST_F(Updated, TheCursorWaitsForTheClassThatKnowsLeast) {
    load_bundle(1, 10, test::kNowSeconds);
    ASSERT_TRUE(take("members", 0, 5, false, {line(sample_member())}, 40).ok());
    EXPECT_EQ(mirror().meta().value().cursor, 10);
    EXPECT_EQ(mirror().find_member_by_id(uuid_of(1)).value()->included_seq, 40);
    ASSERT_TRUE(take("coupons", 0, 6, true, {line(sample_coupon())}, 41).ok());
    EXPECT_EQ(mirror().meta().value().cursor, 10);
    ASSERT_TRUE(take("coupons", 6, 7, false, {}, 42).ok());
    EXPECT_EQ(mirror().meta().value().cursor, 40);
    // What was not changed takes account of it all the same.
    EXPECT_EQ(mirror().find_coupon_by_serial(sample_coupon().serial).value()->included_seq, 41);
    ASSERT_TRUE(take("members", 5, 5, false, {}, 50).ok());
    ASSERT_TRUE(take("coupons", 7, 7, false, {}, 50).ok());
    EXPECT_EQ(mirror().find_coupon_by_serial(sample_coupon().serial).value()->included_seq, 50);
}

TEST_F(Updated, AMirrorThatNobodyBroughtUpToDateIsRead) {
    load_bundle(1, 10, test::kNowSeconds);
    loader_.reset();
    {
        auto older = sqlite::Connection::open(
                         {shop_.database(), sqlite::Mode::read_write, nullptr, kApplicationId})
                         .value();
        ASSERT_TRUE(older
                        .execute("ALTER TABLE member DROP COLUMN included_seq;"
                                 "ALTER TABLE coupon DROP COLUMN included_seq;"
                                 "PRAGMA user_version = 1")
                        .ok());
    }
    EXPECT_EQ(mirror().find_member_by_id(uuid_of(1)).value()->included_seq, 10);
    EXPECT_EQ(mirror().find_coupon_by_serial(sample_coupon().serial).value()->included_seq, 10);
}

}  // namespace
}  // namespace counterfoil::mirror
