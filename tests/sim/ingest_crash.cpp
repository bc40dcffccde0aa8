#include "tests/sim/ingest_crash.h"

#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "tests/sim/ingest_day.h"
#include "tests/support/simulated_disk.h"

namespace counterfoil::test {
namespace {

constexpr int kMaxRounds = 3;
constexpr const char* kFile = "centre.db";

class Story {
  public:
    explicit Story(std::uint64_t seed) : random_(seed), day_(seed) {}

    std::optional<std::string> run() {
        prepare();
        const std::int64_t rounds = pick(1, kMaxRounds);
        for (std::int64_t round = 0; round < rounds && !wrong_; ++round) {
            disk_.break_at(pick(1, 120), static_cast<DiskFault>(pick(0, 5)));
            give_until_it_breaks();
            if (!wrong_) start_again();
        }
        if (!wrong_) wrong_ = day_.give_all_again(*database_);
        // The last word of a story is a power cut that nobody was told of.
        held_ = day_.groups();
        if (!wrong_) start_again();
        return wrong_;
    }

  private:
    std::int64_t pick(std::int64_t from, std::int64_t to) {
        return from +
               static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(to - from + 1));
    }

    void fail(const std::string& what) {
        if (!wrong_) wrong_ = what;
    }

    void prepare() {
        auto database = store::SqliteDatabase::open(kFile, disk_.vfs());
        CF_CHECK(database.ok() && day_.prepare(*database.value()).ok());
        database.value().reset();
        open();
    }

    void close() {
        reception_.reset();
        database_.reset();
    }

    bool open() {
        close();
        auto database = store::SqliteDatabase::open(kFile, disk_.vfs());
        if (!database.ok()) fail("it does not open: " + database.error().line());
        if (!database.ok()) return false;
        database_ = std::move(database).value();
        // Half the stories move pages into the main file again and again.
        if (pick(1, 2) == 1 && !database_->execute("PRAGMA wal_autocheckpoint=12").ok())
            fail("it does not start");
        auto reception = ingest::Reception::open(day_.centre(*database_));
        if (!reception.ok()) fail("it does not start: " + reception.error().line());
        if (reception.ok()) reception_.emplace(std::move(reception).value());
        return reception.ok();
    }

    void give_until_it_breaks() {
        while (!wrong_ && held_ < day_.groups()) {
            // Now and then terminals send again what they have receipts for.
            const std::size_t group =
                pick(1, 4) == 1
                    ? static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(held_)))
                    : held_;
            if (!give(group)) return;
        }
    }

    // False when it must start again.
    bool give(std::size_t group) {
        // What failed before may still come to light, until something else is kept in its place.
        attempted_ = std::max(attempted_, group + 1);
        const auto promised = day_.take(*reception_, group);
        if (promised.ok()) {
            held_ = std::max(held_, group + 1);
            return true;
        }
        if (!disk_.broke()) fail("a whole disk failed: " + promised.error().line());
        if (disk_.is_dead() || pick(1, 2) == 1) return false;
        // The same connection goes on when the disk does.
        disk_.mend();
        find_held();
        return !wrong_;
    }

    // All of what was promised, and of what was under way all or nothing.
    void find_held() {
        if (day_.is_after(*database_, attempted_))
            held_ = attempted_;
        else if (!day_.is_after(*database_, held_))
            fail("it holds neither " + std::to_string(held_) + " groups nor " +
                 std::to_string(attempted_));
    }

    void start_again() {
        // Half the times it ends in peace, if the disk still lets it.
        if (pick(1, 2) == 1) disk_.stop();
        close();
        disk_.restart(static_cast<Survival>(pick(0, 3)), random_);
        if (open()) find_held();
        attempted_ = held_;
    }

    std::mt19937_64 random_;
    IngestDay day_;
    SimulatedDisk disk_;
    // How many groups the centre has said that it holds, and how many it was given.
    std::size_t held_ = 0;
    std::size_t attempted_ = 0;
    std::optional<std::string> wrong_;
    // Last, so that they are closed while there still is a disk.
    std::unique_ptr<store::Database> database_;
    std::optional<ingest::Reception> reception_;
};

}  // namespace

std::optional<std::string> run_ingest_crash(std::uint64_t seed) {
    return Story(seed).run();
}

}  // namespace counterfoil::test
