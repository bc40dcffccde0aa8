#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace counterfoil::bench {

// One request as it is sent, again and again.
std::string request_text(const std::string& method, const std::string& target,
                         const std::string& token, const std::string& body = {});

// Connections that are kept open. Each asks, takes its whole answer, and asks the next, until the
// time is over; the requests are taken in turns.
struct Load {
    std::uint16_t port = 0;
    const std::vector<std::string>& requests;
    int connections = 32;
    std::int64_t run_ms = 4000;
    std::int64_t warm_up_ms = 500;  // before that, of which nothing is counted
};

struct LoadResult {
    double per_second = 0;
    double p99_ms = 0;
    double own_us = 0;  // of the processor, that each request has cost on this side
};

// On the calling thread, with one wait for all. An answer that is no success ends the benchmark.
LoadResult run_load(const Load& load);

}  // namespace counterfoil::bench
