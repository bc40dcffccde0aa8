#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

// A figure is a value beside its floor or peer, both taken in one run: tools/bench prints them as a
// row. The label tells the rest: "unit | what the floor is | aim".
namespace counterfoil::bench {

inline void report(benchmark::State& state, double value, double floor, const std::string& label) {
    state.counters["value"] = value;
    state.counters["floor"] = floor;
    state.SetLabel(label);
}

// How long a call takes, in microseconds.
template <class Call>
double microseconds(Call call) {
    const auto start = std::chrono::steady_clock::now();
    call();
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    return took.count();
}

inline double percentile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(static_cast<double>(values.size() - 1) * share)];
}

}  // namespace counterfoil::bench
