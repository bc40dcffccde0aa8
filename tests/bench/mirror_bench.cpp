#include <sqlite3.h>

#include "firmware/core/sqlite/side_file.h"
#include "firmware/mirror/reader.h"
#include "firmware/mirror/schema.h"
#include "firmware/mirror/tables.h"
#include "tests/bench/figure.h"
#include "tests/support/test_till.h"

namespace counterfoil::bench {
namespace {

constexpr std::int64_t kRows = 1'000'000;
constexpr int kLookups = 10'000;

// A mixing of 64 bits that never makes one number out of two: keys come in no order, as real ones.
std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

template <std::size_t size>
void put_number(std::array<std::uint8_t, size>& bytes, std::size_t at, std::uint64_t number) {
    for (std::size_t i = 0; i < sizeof number; ++i)
        bytes.at(at + i) = static_cast<std::uint8_t>(number >> (8 * i));
}

mirror::Member member(std::int64_t index) {
    const std::uint64_t number = mix(static_cast<std::uint64_t>(index) + 1);
    mirror::Member member;
    put_number(member.id.bytes, 0, number);
    member.loyalty_id = "L" + std::to_string(number);
    member.name = "Kovácsné Szabó Magdolna";
    put_number(member.phone_hash.emplace(), 8, ~number);
    member.points = index % 5000;
    return member;
}

mirror::Coupon coupon(std::int64_t index) {
    const std::uint64_t number = mix(~static_cast<std::uint64_t>(index));
    mirror::Coupon coupon;
    put_number(coupon.serial, 0, number);
    coupon.code = "COUP-2026-" + std::to_string(number);
    coupon.book = 1;
    coupon.value = 1000;
    coupon.expires_s = 1;
    return coupon;
}

// A shop with as many members and coupons as the aim says, made once for all figures.
class FullMirror {
  public:
    FullMirror() {
        const auto claim = sqlite::WriterClaim::take(path(), nullptr);
        auto connection = mirror::open_database(path(), sqlite::Mode::create, nullptr);
        CF_CHECK(claim.ok() && connection.ok());
        CF_CHECK(connection.value().execute("PRAGMA cache_size = -262144").ok());
        auto tables = mirror::Tables::open(connection.value());
        auto transaction = sqlite::Transaction::begin(connection.value());
        CF_CHECK(tables.ok() && transaction.ok());
        for (std::int64_t i = 0; i < kRows; ++i)
            CF_CHECK(tables.value().insert(member(i), {}).value());
        for (std::int64_t i = 0; i < kRows; ++i)
            CF_CHECK(tables.value().insert(coupon(i), {}).value());
        CF_CHECK(tables.value().set_meta({1, 0, {}, {}}).ok());
        CF_CHECK(transaction.value().commit().ok());
    }

    std::filesystem::path path() const { return folder_ / "mirror.db"; }

  private:
    test::TemporaryFolder folder_;
};

const FullMirror& full_mirror() {
    static const FullMirror mirror;
    return mirror;
}

// The least that a lookup costs: one step to a row by its number, with nothing taken out of it.
class BareLookup {
  public:
    explicit BareLookup(const std::filesystem::path& path) {
        CF_CHECK(sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READONLY, nullptr) ==
                 SQLITE_OK);
        CF_CHECK(sqlite3_prepare_v2(database_, "SELECT points FROM member WHERE rowid = ?", -1,
                                    &select_, nullptr) == SQLITE_OK);
    }
    ~BareLookup() {
        sqlite3_finalize(select_);
        sqlite3_close(database_);
    }

    void find(std::int64_t row) {
        sqlite3_bind_int64(select_, 1, row + 1);
        CF_CHECK(sqlite3_step(select_) == SQLITE_ROW);
        sqlite3_reset(select_);
    }

  private:
    sqlite3* database_ = nullptr;
    sqlite3_stmt* select_ = nullptr;
};

enum Key : int { kCode, kSerial, kLoyaltyId, kPhoneHash };

bool find(mirror::Mirror& mirror, int key, const mirror::Member& member,
          const mirror::Coupon& coupon) {
    switch (key) {
        case kCode:
            return mirror.find_coupon_by_code(*coupon.code).value().has_value();
        case kSerial:
            return mirror.find_coupon_by_serial(coupon.serial).value().has_value();
        case kLoyaltyId:
            return mirror.find_member_by_loyalty_id(member.loyalty_id).value().has_value();
        default:
            return mirror.find_member_by_phone_hash(*member.phone_hash).value().has_value();
    }
}

// In turns, so that what disturbs the machine disturbs both.
void mirror_lookup_p99(benchmark::State& state) {
    auto mirror = mirror::Mirror::open(full_mirror().path());
    CF_CHECK(mirror.ok());
    BareLookup bare(full_mirror().path());
    std::mt19937_64 random(1);
    std::vector<double> ours;
    std::vector<double> floor;
    for (auto unused : state) {
        const auto index = static_cast<std::int64_t>(random() % kRows);
        const mirror::Member wanted_member = member(index);
        const mirror::Coupon wanted_coupon = coupon(index);
        ours.push_back(microseconds([&] {
            CF_CHECK(find(mirror.value(), static_cast<int>(state.range(0)), wanted_member,
                          wanted_coupon));
        }));
        floor.push_back(microseconds([&] { bare.find(index); }));
    }
    report(state, percentile(ours, 0.99), percentile(floor, 0.99),
           "us | bare SQLite lookup by row number in the same file | value at most 1000");
}
BENCHMARK(mirror_lookup_p99)
    ->ArgName("key")
    ->Arg(kCode)
    ->Arg(kSerial)
    ->Arg(kLoyaltyId)
    ->Arg(kPhoneHash)
    ->Iterations(kLookups);

}  // namespace
}  // namespace counterfoil::bench
