#include "firmware/mirror/reader.h"

#include <gtest/gtest.h>

#include "tests/firmware/mirror/mirror_support.h"

namespace counterfoil::mirror {
namespace {

class MirrorReading : public testing::Test {
  protected:
    void SetUp() override {
        const auto loaded = shop_.load_sample(5, 40);
        ASSERT_TRUE(loaded.ok()) << loaded.error().line();
        EXPECT_EQ(loaded.value().counts, (RowCounts{1, 1, 2, 2, 2, 2}));
        mirror_.emplace(Mirror::open(shop_.database()).value());
    }

    template <class Kind>
    Kind with_cursor(Kind row) {
        row.included_seq = 40;
        return row;
    }

    Shop shop_;
    std::optional<Mirror> mirror_;
};

TEST_F(MirrorReading, MembersAreFoundByEachOfTheirKeys) {
    const Member member = with_cursor(sample_member());
    EXPECT_EQ(mirror_->find_member_by_id(member.id).value(), member);
    EXPECT_EQ(mirror_->find_member_by_loyalty_id("L100001").value(), member);
    EXPECT_EQ(mirror_->find_member_by_phone_hash(*member.phone_hash).value(), member);
    EXPECT_EQ(mirror_->find_member_by_id(uuid_of(2)).value(), with_cursor(sample_member(2)));
    EXPECT_EQ(mirror_->find_member_by_id(uuid_of(9)).value(), std::nullopt);
    EXPECT_EQ(mirror_->find_member_by_loyalty_id("l100001").value(), std::nullopt);
    EXPECT_EQ(mirror_->find_member_by_loyalty_id("").value(), std::nullopt);
    EXPECT_EQ(mirror_->find_member_by_phone_hash({}).value(), std::nullopt);
}

TEST_F(MirrorReading, APhoneInAnyFormFindsItsMember) {
    for (const char* phone : {"+36 30 123 4567", "06-30/123-4567", "0036301234567"}) {
        const auto hash = mirror_->phone_hash(phone);
        ASSERT_TRUE(hash.ok()) << phone;
        EXPECT_EQ(mirror_->find_member_by_phone_hash(hash.value()).value()->id, uuid_of(1));
    }
    EXPECT_EQ(mirror_->phone_hash("abc").error().code(), base::Code::malformed);
}

TEST_F(MirrorReading, CouponsAreFoundBySerialAndByPrintedCode) {
    const Coupon coupon = with_cursor(sample_coupon());
    EXPECT_EQ(mirror_->find_coupon_by_serial(coupon.serial).value(), coupon);
    EXPECT_EQ(mirror_->find_coupon_by_code(*coupon.code).value(), coupon);
    EXPECT_EQ(mirror_->find_coupon_by_serial({7}).value(), std::nullopt);
    EXPECT_EQ(mirror_->find_coupon_by_code("COUP-2026-NONE").value(), std::nullopt);
    const auto bare = mirror_->find_coupon_by_serial({1}).value();
    ASSERT_TRUE(bare);
    EXPECT_EQ(bare->code, std::nullopt);
    EXPECT_EQ(bare->holder, std::nullopt);
    EXPECT_EQ(bare->lease, std::nullopt);
    EXPECT_TRUE(bare->stores.empty());
}

TEST_F(MirrorReading, ProductsAreFoundByNumberPluAndCategory) {
    EXPECT_EQ(mirror_->find_product_by_gtin(5991234000018).value(), sample_product());
    EXPECT_EQ(mirror_->find_product_by_plu(101).value(), sample_product());
    EXPECT_EQ(mirror_->find_product_by_gtin(1).value(), std::nullopt);
    EXPECT_EQ(mirror_->find_product_by_plu(102).value(), std::nullopt);
    const auto sides = mirror_->products_in("Köret").value();
    ASSERT_EQ(sides.size(), 1U);
    EXPECT_EQ(sides[0].sold_by, SoldBy::weight);
    EXPECT_TRUE(mirror_->products_in("Leves").value().empty());
    EXPECT_EQ(mirror_->categories().value(), (std::vector<std::string>{"Burger", "Köret"}));
}

TEST_F(MirrorReading, BooksStaffAndSettingsAreFound) {
    EXPECT_EQ(mirror_->find_book(42).value(), sample_book());
    EXPECT_EQ(mirror_->find_book(43).value(), std::nullopt);
    EXPECT_EQ(mirror_->find_staff("anna").value(), sample_staff());
    EXPECT_EQ(mirror_->find_staff("cili").value(), std::nullopt);
    EXPECT_EQ(mirror_->all_staff().value(),
              (std::vector{sample_staff(), sample_staff("bela", Role::cashier)}));
    EXPECT_EQ(mirror_->setting("phone_salt").value(), "\"" + kSalt + "\"");
    EXPECT_EQ(mirror_->setting("none").value(), std::nullopt);
    EXPECT_EQ(mirror_->meta().value(), (Meta{5, 40, test::at_second(test::kNowSeconds),
                                             test::at_second(test::kNowSeconds - 60)}));
}

TEST_F(MirrorReading, ALeaseIsThereOrIsNot) {
    EXPECT_EQ(mirror_->find_member_by_id(uuid_of(1)).value()->lease,
              (Lease{"T01", 4, 1200, test::kNowSeconds + 500}));
    EXPECT_EQ(mirror_->find_member_by_id(uuid_of(2)).value()->lease, std::nullopt);
    EXPECT_EQ(mirror_->find_coupon_by_code(*sample_coupon().code).value()->lease,
              (Lease{"T01", 4, 2, test::kNowSeconds + 500}));
}

TEST_F(MirrorReading, AMovedMirrorGoesOnReading) {
    Mirror moved = std::move(*mirror_);
    EXPECT_TRUE(moved.find_staff("anna").value());
}

TEST(MirrorOpening, NothingLoadedIsNotFound) {
    Shop shop;
    EXPECT_EQ(Mirror::open(shop.database()).error().code(), base::Code::not_found);
    ASSERT_TRUE(Loader::open(shop.database()).ok());
    EXPECT_EQ(Mirror::open(shop.database()).error().code(), base::Code::not_found);
}

TEST(MirrorOpening, AnotherDatabaseIsForeign) {
    test::TestTill till;
    const test::TemporaryFolder folder;
    const auto paths = journal::Paths::in(folder.path());
    ASSERT_TRUE(journal::Journal::create(paths, till.world(), till.certificates).ok());
    EXPECT_EQ(Mirror::open(paths.database).error().code(), base::Code::foreign_file);
    EXPECT_EQ(Loader::open(paths.database).error().code(), base::Code::foreign_file);
}

// What no loader writes, but a damaged file may hold.
TEST_F(MirrorReading, ADamagedRowIsCorruptAndLeavesNothingOpen) {
    {
        auto writer = sqlite::Connection::open(
                          {shop_.database(), sqlite::Mode::read_write, nullptr, 0x43466d69})
                          .value();
        ASSERT_TRUE(writer
                        .execute("UPDATE coupon SET state = 'eaten' WHERE code IS NOT NULL; "
                                 "UPDATE coupon SET stores = '{}' WHERE code IS NULL; "
                                 "UPDATE book SET scope = '{\"products\":[\"x\"],"
                                 "\"categories\":[]}'; UPDATE staff SET role = 'owner'; "
                                 "UPDATE product SET sold_by = ''")
                        .ok());
    }
    EXPECT_EQ(mirror_->find_coupon_by_serial({1}).error().code(), base::Code::corrupt);
    EXPECT_EQ(mirror_->find_coupon_by_code(*sample_coupon().code).error().code(),
              base::Code::corrupt);
    EXPECT_EQ(mirror_->find_book(42).error().code(), base::Code::corrupt);
    EXPECT_EQ(mirror_->all_staff().error().code(), base::Code::corrupt);
    EXPECT_EQ(mirror_->products_in("Burger").error().code(), base::Code::corrupt);
    ASSERT_TRUE(shop_.load_sample(6, 40).ok());
    EXPECT_TRUE(mirror_->find_book(42).value());
}

}  // namespace
}  // namespace counterfoil::mirror
