#include <sqlite3.h>

#include "firmware/journal/journal.h"
#include "tests/bench/figure.h"
#include "tests/support/test_till.h"
#include "tools/counterfoil/plausible_shop.h"

namespace counterfoil::bench {
namespace {

constexpr int kRounds = 3000;

// The least that a durable, signed record costs: one signature and one row in one table, committed
// as the journal commits.
class BareFloor {
  public:
    BareFloor(const std::filesystem::path& path, crypto::Signer& signer) : signer_(signer) {
        CF_CHECK(sqlite3_open(path.c_str(), &database_) == SQLITE_OK);
        run("PRAGMA journal_mode=WAL");
        run("PRAGMA synchronous=FULL");
        run("CREATE TABLE row (id INTEGER PRIMARY KEY, bytes TEXT, signature BLOB)");
        CF_CHECK(sqlite3_prepare_v2(database_, "INSERT INTO row VALUES (NULL, ?, ?)", -1, &insert_,
                                    nullptr) == SQLITE_OK);
    }
    ~BareFloor() {
        sqlite3_finalize(insert_);
        sqlite3_close(database_);
    }

    void record(const std::string& bytes) {
        const auto signature = signer_.sign({}).value();
        sqlite3_bind_text(insert_, 1, bytes.data(), static_cast<int>(bytes.size()), nullptr);
        sqlite3_bind_blob(insert_, 2, signature.data(), signature.size(), nullptr);
        CF_CHECK(sqlite3_step(insert_) == SQLITE_DONE);
        sqlite3_reset(insert_);
    }

  private:
    void run(const char* sql) {
        CF_CHECK(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    }

    crypto::Signer& signer_;
    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
};

struct Times {
    std::vector<double> value;
    std::vector<double> floor;
};

// In turns, so that what disturbs the machine disturbs both.
Times measure() {
    const test::TemporaryFolder folder;
    test::TestTill till;
    auto made = journal::Journal::create(journal::Paths::in(folder.path()), till.world(),
                                         till.certificates);
    CF_CHECK(made.ok());
    journal::Journal& ledger = made.value();
    BareFloor floor(folder / "floor.db", till.key);
    // As many bytes as the event of a sale of three lines.
    const std::string bytes(700, 'x');
    tool::PlausibleShop shop(1);
    Times times;
    while (times.value.size() < kRounds) {
        auto drafts = shop.next();
        const bool one_sale = drafts.size() == 1;
        const double took = microseconds([&] { CF_CHECK(ledger.append(drafts).ok()); });
        if (!one_sale) continue;
        times.value.push_back(took);
        times.floor.push_back(microseconds([&] { floor.record(bytes); }));
    }
    return times;
}

void durable_append(benchmark::State& state) {
    Times times;
    for (auto unused : state) times = measure();
    const bool median = state.range(0) == 50;
    const double share = median ? 0.5 : 0.99;
    report(state, percentile(times.value, share), percentile(times.floor, share),
           std::string("us | bare one-row durable commit and one signature | ") +
               (median ? "at most 1.3" : ""));
}
BENCHMARK(durable_append)->ArgName("p")->Arg(50)->Arg(99)->Iterations(1);

}  // namespace
}  // namespace counterfoil::bench
