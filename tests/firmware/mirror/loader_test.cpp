#include "firmware/mirror/loader.h"

#include <gtest/gtest.h>

#include "tests/firmware/mirror/mirror_support.h"

namespace counterfoil::mirror {
namespace {

// The whole content, to be compared before and after.
std::string content_of(const std::filesystem::path& database) {
    auto mirror = Mirror::open(database).value();
    const Meta meta = mirror.meta().value();
    std::string text = std::to_string(meta.version) + " " + std::to_string(meta.cursor);
    const auto all_staff = mirror.all_staff().value();
    for (const Staff& staff : all_staff) text += " " + staff.id;
    for (std::uint8_t i = 1; i < 5; ++i) {
        const auto member = mirror.find_member_by_id(uuid_of(i)).value();
        const auto coupon = mirror.find_coupon_by_serial(sample_coupon(i).serial).value();
        text += " " + std::to_string(member ? member->points : -1);
        text += " " + std::to_string(coupon ? coupon->uses_left : -1);
    }
    return text;
}

TEST(Loading, ANewContentTakesTheOldOnesPlace) {
    Shop shop;
    ASSERT_TRUE(shop.load_sample(1).ok());
    const auto loaded =
        shop.load(shop.bundle_text({sample_staff("cili"), sample_member(3)}, {2, 0, 1}));
    ASSERT_TRUE(loaded.ok()) << loaded.error().line();
    EXPECT_EQ(loaded.value().counts, (RowCounts{0, 0, 0, 1, 1, 0}));
    EXPECT_EQ(loaded.value().meta.made_at, test::at_second(1));
    auto mirror = Mirror::open(shop.database()).value();
    EXPECT_EQ(mirror.all_staff().value().size(), 1U);
    EXPECT_FALSE(mirror.find_member_by_id(uuid_of(1)).value());
    EXPECT_FALSE(mirror.find_coupon_by_serial(sample_coupon().serial).value());
    EXPECT_EQ(mirror.phone_hash(kAnnasPhone).error().code(), base::Code::not_found);
}

TEST(Loading, AnOpenReaderSeesTheOldOrTheNewContentAndNothingBetween) {
    Shop shop;
    ASSERT_TRUE(shop.load_sample(1).ok());
    auto mirror = Mirror::open(shop.database()).value();
    ASSERT_TRUE(mirror.find_member_by_id(uuid_of(1)).value());
    {
        // A writer in the middle of a load: everything is cleared, and not committed.
        auto connection = sqlite::Connection::open(
                              {shop.database(), sqlite::Mode::read_write, nullptr, 0x43466d69})
                              .value();
        auto tables = Tables::open(connection).value();
        auto transaction = sqlite::Transaction::begin(connection).value();
        ASSERT_TRUE(tables.clear().ok());
        ASSERT_TRUE(tables.insert(sample_staff("cili"), {}).value());
        EXPECT_TRUE(mirror.find_member_by_id(uuid_of(1)).value());
        EXPECT_FALSE(mirror.find_staff("cili").value());
        EXPECT_TRUE(mirror.find_book(42).value());
    }
    EXPECT_TRUE(mirror.find_member_by_id(uuid_of(1)).value());
    ASSERT_TRUE(shop.load(shop.bundle_text({sample_staff("cili")}, {2, 7, 1})).ok());
    EXPECT_FALSE(mirror.find_member_by_id(uuid_of(1)).value());
    EXPECT_TRUE(mirror.find_staff("cili").value());
    const Meta meta = mirror.meta().value();
    EXPECT_EQ(meta, (Meta{2, 7, test::at_second(test::kNowSeconds), test::at_second(1)}));
}

TEST(Loading, OlderVersionsAndCursorsAreRefused) {
    Shop shop;
    ASSERT_TRUE(shop.load_sample(5, 40).ok());
    const std::string before = content_of(shop.database());
    EXPECT_EQ(shop.load_sample(4, 40).error().code(), base::Code::refused);
    EXPECT_EQ(shop.load_sample(6, 39).error().code(), base::Code::refused);
    EXPECT_EQ(content_of(shop.database()), before);
    EXPECT_TRUE(shop.load_sample(5, 40).ok());
    EXPECT_TRUE(shop.load_sample(6, 41).ok());
}

TEST(Loading, OthersMayNotReadTheFile) {
    Shop shop;
    ASSERT_TRUE(shop.load_sample().ok());
    auto mirror = Mirror::open(shop.database()).value();
    for (const auto& file : std::filesystem::directory_iterator(shop.folder.path())) {
        const std::string name = file.path().filename().string();
        if (!name.starts_with("mirror.db") || name.ends_with("-claim")) continue;
        EXPECT_EQ(file.status().permissions() & std::filesystem::perms::others_all,
                  std::filesystem::perms::none)
            << name;
    }
}

TEST(Loading, ASecondWriterIsRefused) {
    Shop shop;
    const auto loader = Loader::open(shop.database());
    ASSERT_TRUE(loader.ok());
    EXPECT_EQ(Loader::open(shop.database()).error().code(), base::Code::second_writer);
}

TEST(Loading, OneLoaderLoadsAgainAfterARefusal) {
    Shop shop;
    auto loader = Loader::open(shop.database()).value();
    const auto now = test::at_second(test::kNowSeconds);
    const std::string good = shop.bundle_text(sample_rows(), {1, 0, 1});
    const std::string twice = shop.bundle_text({sample_staff(), sample_staff()}, {1, 0, 1});
    EXPECT_FALSE(loader.load(shop.file(twice), shop.ring, now).ok());
    EXPECT_TRUE(loader.load(shop.file(good), shop.ring, now).ok());
    EXPECT_EQ(loader.meta().value().version, 1);
}

TEST(Loading, DuplicatesAreRefusedWithTheirLine) {
    Member same_loyalty_id = sample_member(2);
    same_loyalty_id.loyalty_id = sample_member(1).loyalty_id;
    Member same_phone = sample_member(2);
    same_phone.phone_hash = sample_member(1).phone_hash;
    Coupon same_code = sample_coupon(2);
    same_code.code = sample_coupon(1).code;
    Product same_plu = sample_product();
    same_plu.gtin = 5991234000025;
    const Book book = sample_book();
    const std::vector<std::vector<Row>> cases{
        {salt_setting(), salt_setting()},         {book, book},
        {sample_product(), sample_product()},     {sample_product(), same_plu},
        {sample_staff(), sample_staff()},         {sample_member(), sample_member()},
        {sample_member(), same_loyalty_id},       {sample_member(), same_phone},
        {book, sample_coupon(), sample_coupon()}, {book, sample_coupon(), same_code}};
    Shop shop;
    ASSERT_TRUE(shop.load_sample(1).ok());
    const std::string before = content_of(shop.database());
    for (const auto& rows : cases) {
        EXPECT_EQ(shop.refusal_of(shop.bundle_text(rows, {2, 0, 1})), base::Code::malformed);
        // The header is line 1, and the last row is the one too many.
        const std::string line = "line " + std::to_string(rows.size() + 1) + ": an earlier ";
        EXPECT_NE(shop.last_message.find(line), std::string::npos) << shop.last_message;
    }
    EXPECT_EQ(content_of(shop.database()), before);
}

TEST(Loading, ACouponOfNoBookIsRefused) {
    Shop shop;
    Coupon coupon = sample_coupon();
    coupon.book = 43;
    EXPECT_EQ(shop.refusal_of(shop.bundle_text({sample_book(), coupon}, {1, 0, 1})),
              base::Code::malformed);
    EXPECT_NE(shop.last_message.find("line 3: the coupon is of book 43"), std::string::npos);
}

// Whatever happens to the file's bits, it is refused and what was loaded stays.
TEST(Loading, EveryDamageIsRefusedAndTheOldContentStays) {
    Shop shop;
    ASSERT_TRUE(shop.load_sample(1).ok());
    const std::string before = content_of(shop.database());
    const std::string good = shop.bundle_text(sample_rows(), {2, 0, test::kNowSeconds});
    const auto seed = static_cast<std::uint64_t>(std::random_device{}());
    RecordProperty("seed", std::to_string(seed));
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    for (int i = 0; i < 300; ++i) {
        std::string bad = good;
        const std::size_t at = random() % bad.size();
        const int bit = static_cast<int>(random() % 8);
        bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
        EXPECT_FALSE(shop.load(bad).ok()) << "byte " << at << ", bit " << bit;
    }
    for (std::size_t size = 0; size < good.size(); size += 1 + random() % 40)
        EXPECT_FALSE(shop.load(good.substr(0, size)).ok()) << size;
    EXPECT_EQ(content_of(shop.database()), before);
    EXPECT_TRUE(shop.load(good).ok());
}

TEST(Loading, OnlyAKeyForBundlesInItsTimeIsBelieved) {
    Shop shop;
    const auto stranger = crypto::SigningKey::generate(shop.entropy);
    auto copy = crypto::SigningKey::generate(shop.entropy);
    const BundleHeader header{1, 0, 1};
    EXPECT_EQ(shop.refusal_of(shop.bundle_text(sample_rows(), header, &copy)),
              base::Code::bad_signature);
    EXPECT_NE(shop.last_message.find("key_unknown"), std::string::npos);
    EXPECT_EQ(shop.refusal_of(shop.bundle_text(sample_rows(), header, &shop.coupons)),
              base::Code::bad_signature);
    EXPECT_NE(shop.last_message.find("wrong_purpose"), std::string::npos);
    const auto late = shop.load(shop.bundle_text(sample_rows(), header),
                                test::at_second(test::kNowSeconds + 1000));
    EXPECT_EQ(late.error().code(), base::Code::bad_signature);
    EXPECT_NE(late.error().message().find("key_expired"), std::string::npos);
    EXPECT_EQ(Mirror::open(shop.database()).error().code(), base::Code::not_found);
}

TEST(Loading, AMissingFileIsNotFound) {
    Shop shop;
    auto loader = Loader::open(shop.database()).value();
    EXPECT_EQ(loader.load(shop.folder / "none", shop.ring, {}).error().code(),
              base::Code::not_found);
    EXPECT_FALSE(loader.load(shop.folder.path(), shop.ring, {}).ok());
}

}  // namespace
}  // namespace counterfoil::mirror
