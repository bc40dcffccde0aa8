#include <map>

#include "tests/bench/bench_centre.h"
#include "tests/bench/figure.h"
#include "tests/bench/http_load.h"
#include "tests/support/postgres_server.h"

namespace counterfoil::bench {
namespace {

constexpr std::int64_t kFewMembers = 10'000;
constexpr std::size_t kRequests = 10'000;

std::vector<std::string> reading(const std::string& token, std::int64_t members) {
    constexpr std::int64_t kStep = 7'919;
    std::vector<std::string> requests;
    for (std::size_t i = 0; i < kRequests; ++i) {
        const std::int64_t member = static_cast<std::int64_t>(i) * kStep % members + 1;
        requests.push_back(request_text("GET", "/api/customers/" + member_id(member), token));
    }
    return requests;
}

std::vector<std::string> buying(const std::string& token) {
    std::vector<std::string> requests;
    for (std::size_t i = 0; i < kRequests; ++i)
        requests.push_back(request_text("POST", "/api/purchases", token,
                                        R"({"customer_id":")" +
                                            member_id(static_cast<std::int64_t>(i) + 1) +
                                            R"(","amount":5000})"));
    return requests;
}

struct Both {
    LoadResult reads;
    LoadResult writes;
};

Both measure(std::uint16_t port, const std::string& token) {
    const auto reads = reading(token, kFewMembers);
    const auto writes = buying(token);
    return {run_load({port, reads}), run_load({port, writes})};
}

Both measure_ours(const std::string& postgres) {
    const test::TemporaryFolder folder;
    const BenchCentre centre(folder / "centre", postgres,
                             {kFewMembers, kFewMembers * 5, kFewMembers});
    return measure(centre.port(), centre.token());
}

Both measure_peer(int workers) {
    // Its administrator is number 0.
    const ChildProcess peer({"/usr/bin/python3", COUNTERFOIL_PEER,
                             test::PostgresServer::shared().make_database(), kTokenSecret,
                             std::to_string(kFewMembers), std::to_string(workers)});
    return measure(peer.await_port(), token_for(member_id(0)));
}

struct Compared {
    std::map<int, Both> ours;  // 0: on SQLite; 1: on PostgreSQL
    Both peer;
};

// All in one run, once for all rows.
const Compared& compared() {
    static const Compared all = [] {
        Compared made;
        made.ours[0] = measure_ours("");
        made.ours[1] = measure_ours(test::PostgresServer::shared().make_database());
        made.peer = measure_peer(1);
        const Both two = measure_peer(2);
        // Each at its best.
        if (two.reads.per_second > made.peer.reads.per_second) made.peer.reads = two.reads;
        if (two.writes.per_second > made.peer.writes.per_second) made.peer.writes = two.writes;
        return made;
    }();
    return all;
}

const char* const kPeerName = "FastAPI, psycopg2, PostgreSQL; 32 connections";

void api_read(benchmark::State& state) {
    for (auto unused : state) compared();
    const LoadResult& ours = compared().ours.at(static_cast<int>(state.range(0))).reads;
    report(state, ours.per_second, compared().peer.reads.per_second,
           std::string("requests/s | ") + kPeerName + " | 10 times");
}
BENCHMARK(api_read)->ArgName("postgres")->Arg(0)->Arg(1)->Iterations(1)->UseRealTime();

void api_read_p99(benchmark::State& state) {
    for (auto unused : state) compared();
    const LoadResult& ours = compared().ours.at(static_cast<int>(state.range(0))).reads;
    report(state, ours.p99_ms, compared().peer.reads.p99_ms,
           std::string("ms | ") + kPeerName + " | ");
}
BENCHMARK(api_read_p99)->ArgName("postgres")->Arg(0)->Arg(1)->Iterations(1)->UseRealTime();

void api_purchase(benchmark::State& state) {
    for (auto unused : state) compared();
    const LoadResult& ours = compared().ours.at(static_cast<int>(state.range(0))).writes;
    report(state, ours.per_second, compared().peer.writes.per_second,
           std::string("requests/s | ") + kPeerName + " | 5 times");
}
BENCHMARK(api_purchase)->ArgName("postgres")->Arg(0)->Arg(1)->Iterations(1)->UseRealTime();

void api_purchase_p99(benchmark::State& state) {
    for (auto unused : state) compared();
    const LoadResult& ours = compared().ours.at(static_cast<int>(state.range(0))).writes;
    report(state, ours.p99_ms, compared().peer.writes.p99_ms,
           std::string("ms | ") + kPeerName + " | ");
}
BENCHMARK(api_purchase_p99)->ArgName("postgres")->Arg(0)->Arg(1)->Iterations(1)->UseRealTime();

// What the side that asks costs itself, which it takes from the same two processors.
void api_load(benchmark::State& state) {
    for (auto unused : state) compared();
    report(state, compared().ours.at(0).reads.own_us, compared().peer.reads.own_us,
           "us/request | the same beside the peer | ");
}
BENCHMARK(api_load)->Iterations(1)->UseRealTime();

}  // namespace
}  // namespace counterfoil::bench
