#include <map>

#include "daemon/aggregator/api/tokens.h"
#include "daemon/aggregator/centre_folder.h"
#include "daemon/aggregator/services/sign_in.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "firmware/core/base/file.h"
#include "firmware/core/crypto/random.h"
#include "tests/bench/centre_stock.h"
#include "tests/bench/child_process.h"
#include "tests/bench/figure.h"
#include "tests/bench/http_load.h"
#include "tests/support/postgres_server.h"

namespace counterfoil::bench {
namespace {

const std::string kSecret = "a secret of the bench, of more than thirty-two letters";
constexpr std::int64_t kFewMembers = 10'000;
constexpr std::size_t kRequests = 10'000;
constexpr const char* kFreely = "1000000000";

std::string token_for(const std::string& account) {
    constexpr std::int64_t kLivesS = 24 * 60 * 60;
    auto tokens = api::Tokens::hs256(kSecret, kLivesS);
    api::Claims claims;
    claims.account = account;
    claims.is_admin = true;
    const auto token = tokens.value().issue(claims, base::SystemClock().now());
    CF_CHECK(token.ok());
    return token.value();
}

// A centre with members, as a program of its own.
class Centre {
  public:
    // The folder is made and filled where it is not there yet.
    Centre(std::filesystem::path folder, std::string postgres, const CentreStock& members)
        : folder_(std::move(folder)), postgres_(std::move(postgres)) {
        if (!std::filesystem::exists(folder_ / "stocked")) {
            std::filesystem::create_directories(folder_.parent_path());
            start();
            process_.reset();
            fill(members);
            CF_CHECK(base::create_file(folder_ / "stocked", "", base::Readers::everyone).ok());
        }
        token_ = token_for(admin());
        start();
    }

    std::uint16_t port() const { return port_; }
    const std::string& token() const { return token_; }

  private:
    std::filesystem::path secret() const { return folder_.string() + ".secret"; }

    void start() {
        if (!std::filesystem::exists(secret()))
            CF_CHECK(base::create_file(secret(), kSecret, base::Readers::owner_only).ok());
        std::vector<std::string> words{
            COUNTERFOIL_AGGREGATOR, "run",    "--data", folder_.string(), "--token-secret",
            secret().string(),      "--port", "0",      "--requests",     kFreely};
        if (!postgres_.empty()) words.insert(words.end(), {"--postgres", postgres_});
        process_.emplace(std::move(words));
        port_ = process_->await_port();
    }

    std::unique_ptr<store::Database> database() const {
        if (!postgres_.empty()) return test::connect(postgres_);
        auto opened = store::SqliteDatabase::open(aggregator::CentreFolder(folder_).database());
        CF_CHECK(opened.ok());
        return std::move(opened).value();
    }
    void fill(const CentreStock& members) const { stock(*database(), members); }
    std::string admin() const {
        const auto rows = database()->query("SELECT id FROM account WHERE role = 'admin'");
        CF_CHECK(rows.ok() && rows.value().size() == 1);
        return std::string(rows.value().text(0, 0));
    }

    std::filesystem::path folder_;
    std::string postgres_;
    std::optional<ChildProcess> process_;
    std::uint16_t port_ = 0;
    std::string token_;
};

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
    const Centre centre(folder / "centre", postgres, {kFewMembers, kFewMembers * 5, kFewMembers});
    return measure(centre.port(), centre.token());
}

Both measure_peer(int workers) {
    // Its administrator is number 0.
    const ChildProcess peer({"/usr/bin/python3", COUNTERFOIL_PEER,
                             test::PostgresServer::shared().make_database(), kSecret,
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
