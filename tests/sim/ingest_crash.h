#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace counterfoil::test {

// One seeded story of a centre whose disk breaks while it takes in a day's batches: at a random
// write the power goes, the process is killed, or the disk fails or fills up; it goes on or starts
// again, up to three times. Returns what was wrong: a receipt for what is gone, half a group of
// batches, an event twice, a figure that is not what the events say, a centre that cannot go on.
std::optional<std::string> run_ingest_crash(std::uint64_t seed);

}  // namespace counterfoil::test
