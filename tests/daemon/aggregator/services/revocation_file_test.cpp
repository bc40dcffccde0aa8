#include "daemon/aggregator/services/revocation_file.h"

#include <gtest/gtest.h>

#include "daemon/aggregator/store/migrations.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "firmware/core/base/file.h"
#include "tests/support/test_till.h"

namespace counterfoil::services {
namespace {

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
constexpr std::int64_t kGoodMs = 90 * kDayMs;

class RevocationFileTest : public testing::Test {
  protected:
    RevocationFileTest() {
        CF_CHECK(store::migrate(*database_, store::migrations()).ok());
        CF_CHECK(Authority::open(files_, clock_).ok());
    }
    RevocationFile open() { return RevocationFile::open(files_, path_, kGoodMs).value(); }
    // "made: 2026-...", which never goes back.
    std::string first_line() {
        const std::string text = base::read_file(path_, 1 << 20).value();
        return text.substr(0, text.find('\n'));
    }

    test::TemporaryFolder folder_;
    std::filesystem::path path_ = folder_ / "revoked.pem";
    Authority::Files files_{folder_ / "key.pem", folder_ / "certificate.pem"};
    base::SettableClock clock_{test::kMorning};
    std::unique_ptr<store::Database> database_ =
        store::SqliteDatabase::open(folder_ / "centre.db").value();
};

TEST_F(RevocationFileTest, IsWrittenAnewAfterAThirdOfItsLife) {
    RevocationFile file = open();
    EXPECT_TRUE(file.is_old(clock_.now()));
    ASSERT_TRUE(file.write(*database_, clock_.now(), true).ok());
    EXPECT_FALSE(file.is_old({test::kMorning.unix_ms + kGoodMs / 3 - 1}));
    EXPECT_TRUE(file.is_old({test::kMorning.unix_ms + kGoodMs / 3}));
}

TEST_F(RevocationFileTest, GoesOnWhereTheClockWasSetBackByYears) {
    const base::WallTime future{test::kMorning.unix_ms + 3650 * kDayMs};
    RevocationFile file = open();
    ASSERT_TRUE(file.write(*database_, future, true).ok());
    const std::string before = first_line();
    EXPECT_TRUE(file.is_old(test::kMorning));
    ASSERT_TRUE(file.write(*database_, test::kMorning, true).ok());
    EXPECT_FALSE(file.is_old(test::kMorning));
    EXPECT_GT(first_line(), before) << "the number only rises";
    ASSERT_TRUE(open().write(*database_, test::kMorning, true).ok()) << "after a restart, too";
}

}  // namespace
}  // namespace counterfoil::services
