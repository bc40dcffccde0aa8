#include <charconv>
#include <iostream>
#include <string_view>

#include "tests/sim/ingest_crash.h"
#include "tests/sim/ingest_cut.h"
#include "tests/sim/ingest_kill.h"

namespace counterfoil::test {
namespace {

constexpr std::uint64_t kCrashesPerDay = 10;
constexpr std::int64_t kSomeWrites = 5;
constexpr std::int64_t kSomeMessages = 151;
constexpr std::int64_t kSomeAnswers = 7;
constexpr std::uint64_t kServerDies = 10;  // in one day of so many

struct Total {
    std::uint64_t days = 0;
    std::uint64_t crashes = 0;
    std::int64_t kills = 0;
    std::int64_t kills_on_postgres = 0;
    std::int64_t cuts = 0;
    std::uint64_t failed = 0;
};

void count(std::uint64_t seed, const std::optional<std::string>& wrong, Total& total) {
    if (!wrong) return;
    std::cout << "seed " << seed << " failed: " << *wrong << "\n" << std::flush;
    ++total.failed;
}

// A process that is killed, and disks that break.
void live_through(std::uint64_t seed, Total& total) {
    ++total.days;
    const IngestWay way = seed % 2 == 0 ? IngestWay::keep : IngestWay::take;
    for (const KillMoment moment : {KillMoment::before, KillMoment::halfway, KillMoment::after})
        for (const KillPlan& plan : {KillPlan{way, KillPlace::disk, moment, kSomeWrites},
                                     KillPlan{IngestWay::take, KillPlace::answer, moment, 1}}) {
            const KillStory story = run_ingest_kills(seed, plan);
            total.kills += story.kills;
            count(seed, story.wrong, total);
        }
    for (std::uint64_t i = 0; i < kCrashesPerDay; ++i) {
        ++total.crashes;
        const std::uint64_t crash = seed * kCrashesPerDay + i;
        count(crash, run_ingest_crash(crash), total);
    }
}

// The same on PostgreSQL, where what breaks is the connection, or the server itself.
void live_through_on_postgres(std::uint64_t seed, const std::string& dsn, Total& total) {
    const IngestWay way = seed % 2 == 0 ? IngestWay::keep : IngestWay::take;
    for (const CutMoment moment : {CutMoment::before, CutMoment::halfway, CutMoment::after})
        for (const CutPlan& plan :
             {CutPlan{way, moment, true, seed % kServerDies == 0, 2},
              CutPlan{IngestWay::take, moment, false, false, kSomeMessages}}) {
            const CutStory story = run_ingest_cuts(seed, plan);
            total.cuts += story.cuts;
            count(seed, story.wrong, total);
        }
    for (const KillMoment moment : {KillMoment::before, KillMoment::halfway, KillMoment::after}) {
        const KillStory story =
            run_ingest_kills(seed, {IngestWay::take, KillPlace::answer, moment, kSomeAnswers, dsn});
        total.kills_on_postgres += story.kills;
        count(seed, story.wrong, total);
    }
}

std::uint64_t number(std::string_view text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace
}  // namespace counterfoil::test

// Days of a centre that is killed wherever it writes or answers, or whose disk or server breaks:
// ingest_soak FIRST_SEED DAYS.
int main(int argc, char** argv) {
    using namespace counterfoil::test;
    if (argc != 3) {
        std::cerr << "usage: ingest_soak FIRST_SEED DAYS\n";
        return 2;
    }
    const std::uint64_t first = number(argv[1]);
    Total total;
    for (std::uint64_t seed = first; seed < first + number(argv[2]); ++seed)
        live_through(seed, total);
    const std::string dsn = PostgresServer::shared().make_database();
    for (std::uint64_t seed = first; seed < first + number(argv[2]); ++seed)
        live_through_on_postgres(seed, dsn, total);
    std::cout << "centre: " << total.days << " days from seed " << first << "; on SQLite killed "
              << total.kills << " times, " << total.crashes
              << " crash stories; on PostgreSQL killed " << total.kills_on_postgres
              << " times, cut off " << total.cuts << " times; " << total.failed << " failed\n";
    return total.failed == 0 ? 0 : 1;
}
