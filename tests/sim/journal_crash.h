#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace counterfoil::test {

// One seeded story of a till whose disk breaks: it records events, at a random write the power
// goes, the process is killed, or the disk fails or fills up; it starts again and goes on, up to
// three times. Returns what was wrong: an event that was confirmed and is gone or changed, a chain
// or a projection that does not hold, a half-recorded append, a till that cannot start.
std::optional<std::string> run_journal_crash(std::uint64_t seed);

}  // namespace counterfoil::test
