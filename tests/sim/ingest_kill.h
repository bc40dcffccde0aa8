#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/sim/ingest_day.h"
#include "tests/support/killing_vfs.h"

namespace counterfoil::test {

// Where the process of the centre is killed: at a write to its disk; or when it has kept what came
// in and answers, at a signature or at a piece of an answer that goes out.
enum class KillPlace { disk, answer };

struct KillPlan {
    IngestWay way = IngestWay::take;
    KillPlace place = KillPlace::disk;
    KillMoment moment = KillMoment::before;
    // Of so many operations one is tried; which ones the seed says.
    std::int64_t every = 1;
    // A database of a PostgreSQL server's, whose rows are taken out first, or none: then it is a
    // file. A server's disk is not the centre's to be killed at.
    std::string postgres = {};
};

struct KillStory {
    std::optional<std::string> wrong;
    std::int64_t kills = 0;
};

// One seeded day of a centre whose process is killed, at one of its operations after the other,
// until it gets through the day. After each, another process must find the groups of batches whole
// or not at all, all of them that were promised, and must come to the rows of a straight run when
// everything is given again. It forks: no other thread may run.
KillStory run_ingest_kills(std::uint64_t seed, const KillPlan& plan);

}  // namespace counterfoil::test
