#include <functional>

#include "firmware/core/token/scanned.h"
#include "tests/bench/figure.h"
#include "tests/bench/read_rates.h"
#include "tests/support/test_keys.h"

namespace counterfoil::bench {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr int kPictures = 2000;

const std::vector<Attempt>& attempts() {
    static const std::vector<Attempt> all = read_hard_set(kSeed, kPictures);
    return all;
}

using Chosen = std::function<bool(const Attempt&)>;

// The share of the chosen pictures of which `read` is true, in percent.
double rate(const Chosen& chosen, bool Attempt::*read) {
    double count = 0;
    double good = 0;
    for (const Attempt& attempt : attempts()) {
        if (!chosen(attempt)) continue;
        ++count;
        good += attempt.*read ? 1 : 0;
    }
    return 100 * good / count;
}

double time_percentile(const Chosen& chosen, double Attempt::*time, double share) {
    std::vector<double> times;
    for (const Attempt& attempt : attempts())
        if (chosen(attempt)) times.push_back(attempt.*time);
    return times.empty() ? 0 : percentile(times, share);
}

void add(const std::string& name, const std::function<void(benchmark::State&)>& figure) {
    benchmark::RegisterBenchmark(name.c_str(), [figure](benchmark::State& state) {
        attempts();
        for (auto unused : state) {
        }
        figure(state);
    })->Iterations(1);
}

void add_rows(const std::string& name, const Chosen& of_row) {
    add("read_rate/" + name, [of_row](benchmark::State& state) {
        report(state, rate(of_row, &Attempt::ours_read), rate(of_row, &Attempt::zbar_read),
               "% | zbar, all eight formats | value above floor");
    });
    const Chosen shared = [of_row](const Attempt& a) { return of_row(a) && a.zbar_knows; };
    add("read_rate_shared/" + name, [shared](benchmark::State& state) {
        report(state, rate(shared, &Attempt::ours_read), rate(shared, &Attempt::zbar_read),
               "% | zbar, the five formats it knows | value above floor");
    });
    const Chosen readable = [of_row](const Attempt& a) { return of_row(a) && a.ours_read; };
    for (const auto& [label, share] : {std::pair{"median", 0.5}, std::pair{"p99", 0.99}})
        add(std::string("read_time_") + label + "/" + name,
            [readable, share = share](benchmark::State& state) {
                report(state, time_percentile(readable, &Attempt::ours_ms, share),
                       time_percentile(readable, &Attempt::zbar_ms, share),
                       std::string("ms | zbar, the same pictures | ") +
                           (share > 0.9 ? "value at most 50" : ""));
            });
}

// A row for each distortion, and one for all.
const bool registered = [] {
    for (int i = 0; i < tool::kDistortions; ++i) {
        const auto distortion = static_cast<tool::Distortion>(i);
        add_rows(std::string(tool::distortion_name(distortion)),
                 [distortion](const Attempt& a) { return a.distortion == distortion; });
    }
    add_rows("all", [](const Attempt&) { return true; });
    add("read_wrong/all", [](benchmark::State& state) {
        report(state, rate([](const Attempt&) { return true; }, &Attempt::ours_wrong), 100,
               "% | | value 0");
    });
    return true;
}();

// How long a till takes to decide whether to believe a code, beside one check of a signature.
void judge_coupon(benchmark::State& state) {
    test::TestKeys keys;
    const std::string text = token::write_coupon(keys.coupon(), keys.coupons).value();
    const auto verifier = crypto::Verifier::create(keys.coupons.public_key());
    const auto proof = token::read_coupon(text).value().proof;
    std::vector<double> judged;
    std::vector<double> checked;
    for (auto unused : state) {
        judged.push_back(
            microseconds([&] { CF_CHECK(keys.judge.coupon(text, keys.situation()).ok()); }));
        checked.push_back(microseconds(
            [&] { CF_CHECK(verifier.value().verify(proof.digest, proof.signature)); }));
    }
    report(state, percentile(judged, 0.5), percentile(checked, 0.5), "us | one signature check | ");
}
BENCHMARK(judge_coupon)->Iterations(2000);

}  // namespace
}  // namespace counterfoil::bench
