#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>

#include "tests/sim/journal_crash.h"

// Runs seeded stories until the count is reached or one goes wrong: soak FIRST COUNT.
int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: journal_soak FIRST_SEED COUNT\n";
        return 2;
    }
    const std::uint64_t first = std::strtoull(argv[1], nullptr, 10);
    const std::uint64_t count = std::strtoull(argv[2], nullptr, 10);
    const auto start = std::chrono::steady_clock::now();
    std::uint64_t failed = 0;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        if (const auto wrong = counterfoil::test::run_journal_crash(seed)) {
            std::cout << "seed " << seed << " failed: " << *wrong << "\n" << std::flush;
            ++failed;
        }
        const std::uint64_t done = seed - first + 1;
        if (done % 1000 == 0)
            std::cout << done << " of " << count << " cases"
                      << "\n"
                      << std::flush;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::cout << "journal crash: " << count << " cases from seed " << first << ", " << failed
              << " failed, " << static_cast<int>(took.count()) << " s\n";
    return failed == 0 ? 0 : 1;
}
