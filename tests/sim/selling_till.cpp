#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

#include "firmware/core/base/file.h"
#include "firmware/till/till_folder.h"
#include "tests/daemon/sync/plain_sale.h"

namespace counterfoil::test {
namespace {

// Some sales in one durable commit. Told only then, at once, so that whoever reads it may count on
// them whatever happens to this process.
base::Status sell_some(journal::Journal& journal, std::mt19937_64& random) {
    constexpr std::uint64_t kMostAtOnce = 20;
    CF_LET(journal::Totals totals, journal.totals());
    std::vector<journal::Draft> drafts;
    for (std::uint64_t left = 1 + random() % kMostAtOnce; left > 0; --left)
        drafts.push_back(
            sync::plain_sale(totals, 100 + 5 * static_cast<std::int64_t>(random() % 50)));
    CF_LET(const journal::Head head, journal.append(drafts));
    const std::string line = "sold " + std::to_string(head.seq) + "\n";
    return ::write(STDOUT_FILENO, line.data(), line.size()) > 0
               ? base::Status()
               : base::system_error(errno, "standard output");
}

base::Status sell_until_killed(const till::TillFolder& folder, std::uint64_t seed) {
    constexpr std::uint64_t kLongestPauseMs = 25;
    const base::SystemClock clock;
    std::mt19937_64 random(seed);
    CF_LET(auto till, till::TillLedger::open(folder, clock));
    for (;;) {
        CF_TRY(sell_some(till.journal(), random));
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % kLongestPauseMs));
    }
}

}  // namespace
}  // namespace counterfoil::test

// A till that sells as fast as nobody can type, until it is killed: selling_till DIR SEED.
int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: selling_till DIR SEED\n";
        return 2;
    }
    const auto done =
        counterfoil::test::sell_until_killed({argv[1]}, std::strtoull(argv[2], nullptr, 10));
    std::cerr << "selling_till: " << done.error().line() << '\n';
    return 3;
}
