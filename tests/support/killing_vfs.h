#pragma once

#include <cstdint>
#include <string>

namespace counterfoil::test {

// When in the chosen write the process is killed.
enum class KillMoment { before, halfway, after };
// Names a parameterised test's case by its moment.
struct MomentName {
    template <class Info>
    std::string operator()(const Info& info) const {
        if (info.param == KillMoment::before) return "BeforeAWrite";
        return info.param == KillMoment::halfway ? "HalfwayThroughAWrite" : "AfterAWrite";
    }
};

// Registers an SQLite VFS named kKillingVfs over the operating system's files, which counts writes,
// truncations and syncs, and kills this very process (SIGKILL) at the n-th from now. 0: never.
inline constexpr const char* kKillingVfs = "killing";
void kill_at(std::int64_t operation, KillMoment moment);

// Operations counted since the last kill_at().
std::int64_t killing_vfs_operations();

}  // namespace counterfoil::test
