#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/sim/ingest_day.h"
#include "tests/support/postgres_proxy.h"

namespace counterfoil::test {

struct CutPlan {
    IngestWay way = IngestWay::take;
    CutMoment moment = CutMoment::before;
    bool commits_only = false;
    bool kills_server = false;  // with -9, and starts it again
    // Of so many messages to the server one is tried; which ones the seed says.
    std::int64_t every = 1;
};

struct CutStory {
    std::optional<std::string> wrong;
    std::int64_t cuts = 0;
};

// One seeded day of a centre on PostgreSQL whose connection is cut at one message to the server
// after the other, until it gets through the day. What was not answered is given again, by the same
// process or another one. After each cut the groups of batches must be there whole or not at all,
// all that was promised must be there, and in the end the rows of a straight run.
CutStory run_ingest_cuts(std::uint64_t seed, const CutPlan& plan);

}  // namespace counterfoil::test
