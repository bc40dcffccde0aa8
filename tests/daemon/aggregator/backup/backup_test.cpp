#include <poll.h>

#include <atomic>
#include <thread>

#include "firmware/core/crypto/digest.h"
#include "tests/daemon/aggregator/backup/backed_up_centre.h"
#include "tests/support/broker.h"

namespace counterfoil::backup {
namespace {

using base::Code;

// Until it is so, or for far longer than it should take.
template <class Condition>
bool wait_for(Condition condition) {
    constexpr int kPauses = 15'000;
    for (int i = 0; i < kPauses; ++i) {
        if (condition()) return true;
        ::poll(nullptr, 0, 2);
    }
    return false;
}

// So that a copy has many pages.
void fill(store::Database& database) {
    const std::string bytes(60'000, 'x');
    for (int i = 0; i < 60; ++i) {
        const std::string text = std::to_string(i);
        const crypto::Digest digest = crypto::sha256({base::as_bytes(text)});
        CF_CHECK(database
                     .run("INSERT INTO quarantine (digest, terminal, reason, at_ms, bytes) "
                          "VALUES ($1, 'T1', 'malformed', 0, $2)",
                          {base::ByteView(digest), base::as_bytes(bytes)})
                     .ok());
    }
}

class BackupOf : public BackupTest, public testing::WithParamInterface<Dialect> {
  protected:
    const std::filesystem::path file_ = folder_ / "a.backup";
};
INSTANTIATE_TEST_SUITE_P(, BackupOf, testing::Values(Dialect::sqlite, Dialect::postgres),
                         [](const auto& tried) {
                             return tried.param == Dialect::sqlite ? "Sqlite" : "Postgres";
                         });

// The copy does not go on before more was taken in: were one of them to wait for the other, it
// would never end.
TEST_P(BackupOf, AWorkingCentreIsOfOneMomentAndHoldsNobodyUp) {
    const Site site = new_site(GetParam());
    const auto centre = open_provisioned(site);
    fill(centre->database());
    send(*centre, 1, 7);
    std::atomic<std::int64_t> sent = 7;
    std::atomic<bool> ends = false;
    std::thread ingest([&] {
        for (std::int64_t from = 8; from <= kEvents && !ends; from = sent + 1) {
            const std::int64_t to = std::min(from + 1, kEvents);
            send(*centre, from, to);
            sent = to;
        }
    });
    std::atomic<int> waits = 0;
    const Progress waiting = [&](std::string_view, std::int64_t, std::int64_t) {
        const std::int64_t before = sent;
        if (waits < 3 && before + 4 < kEvents && wait_for([&] { return sent > before + 2; }))
            ++waits;
    };
    const auto done = backup::back_up(site.place(), file_, key_->key, clock_, waiting);
    ends = true;
    ingest.join();
    ASSERT_TRUE(done.ok()) << done.error().line();
    EXPECT_GE(waits, 1);
    const Site after = new_site(Dialect::sqlite);
    const auto restored = restore(file_, after);
    ASSERT_TRUE(restored.ok()) << restored.error().line();
    EXPECT_EQ(restored.value().events, done.value().events);
    const auto second = open(after);
    send(*second, 1, kEvents);
    send(*centre, 1, kEvents);
    expect_same(centre->database(), second->database(), false);
}

TEST_P(BackupOf, NothingIsOverwrittenAndNothingIsLeftBeside) {
    const Site site = new_site(GetParam());
    open_provisioned(site);
    ASSERT_TRUE(back_up(site, file_).ok());
    const auto again = back_up(site, file_);
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().code(), Code::already_exists);
    for (const char* end :
         {".partial", ".partial-wal", ".partial-shm", ".partial-claim", "-claim", "-wal", "-shm"})
        EXPECT_FALSE(std::filesystem::exists(file_.string() + end)) << end;
    const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
    EXPECT_EQ(std::filesystem::status(file_).permissions() & others, std::filesystem::perms::none);
}

// The same events from either store are the same backup, but for its form.
TEST_P(BackupOf, TellsWhatItHolds) {
    const Site site = new_site(GetParam());
    const auto centre = open_provisioned(site);
    send(*centre, 1, 20);
    const Contents contents = back_up(site, file_).value();
    EXPECT_EQ(contents.events, 60);
    EXPECT_EQ(contents.terminals, 3);
    EXPECT_EQ(contents.centre, centre->own().cursor());
    const std::unique_ptr<store::Database> copy = store::SqliteDatabase::read(file_).value();
    EXPECT_EQ(ingest::differing_tables(centre->database(), *copy).value(),
              std::vector<std::string>());
    const auto tables = tables_of(*copy).value();
    for (const Table& table : tables) {
        const std::string count = "SELECT count(*) FROM " + table.name;
        EXPECT_EQ(copy->query(count).value().integer(0, 0),
                  centre->database().query(count).value().integer(0, 0))
            << table.name;
    }
}

// Its log must be free for a moment then.
TEST_F(BackupTest, ACentreThatStartsMeanwhileIsNotHeldUp) {
    const Site site = new_site(Dialect::sqlite);
    {
        const auto centre = open_provisioned(site);
        fill(centre->database());
    }
    std::thread starting;
    std::atomic<bool> has_started = false;
    std::atomic<bool> is_over = false;
    int calls = 0;
    const Progress progress = [&](std::string_view, std::int64_t, std::int64_t) {
        ++calls;
        EXPECT_TRUE(calls <= 2 || wait_for([&] { return is_over.load(); }));
        if (calls != 2) return;
        const std::string claim = site.folder.database().string() + "-claim";
        const auto before = std::filesystem::last_write_time(claim);
        starting = std::thread([&] {
            crypto::Random random;
            has_started = aggregator::OpenCentre::open(site.folder, "", clock_, random).ok();
            is_over = true;
        });
        EXPECT_TRUE(wait_for([&] { return std::filesystem::last_write_time(claim) != before; }));
    };
    const auto done = backup::back_up(site.place(), folder_ / "a", key_->key, clock_, progress);
    starting.join();
    EXPECT_TRUE(done.ok()) << done.error().line();
    EXPECT_TRUE(has_started);
    EXPECT_TRUE(restore(folder_ / "a", new_site(Dialect::sqlite)).ok());
}

TEST_F(BackupTest, KilledAtAnyMomentLeavesAWholeOneOrNone) {
    const Site site = new_site(Dialect::sqlite);
    const auto centre = open_provisioned(site);
    fill(centre->database());
    send(*centre, 1, 20);
    const auto key = crypto::Verifier::create(key_->key.public_key()).value();
    std::mt19937_64 random(7);
    int kills = 0;
    const std::string data = site.folder.database().parent_path().string();
    for (int attempt = 0; attempt < 30; ++attempt) {
        const auto file = folder_ / ("killed" + std::to_string(attempt / 3));
        test::Program program({COUNTERFOIL_AGGREGATOR, "backup", file.string(), "--data", data},
                              folder_ / "log");
        ::poll(nullptr, 0, static_cast<int>(random() % 60));
        program.kill();
        if (!std::filesystem::exists(file))
            ++kills;
        else
            ASSERT_TRUE(check_seal(file, key).ok()) << attempt;
    }
    EXPECT_GT(kills, 0);
    const auto last = folder_ / "last";
    const auto ran =
        test::run_program({COUNTERFOIL_AGGREGATOR, "backup", last.string(), "--data", data});
    EXPECT_EQ(ran.status, 0) << ran.output;
    EXPECT_NE(ran.output.find("60 events, 3 terminals"), std::string::npos) << ran.output;
    EXPECT_NE(ran.output.find("key.pem"), std::string::npos) << ran.output;
    EXPECT_TRUE(restore(last, new_site(Dialect::sqlite)).ok());
}

}  // namespace
}  // namespace counterfoil::backup
