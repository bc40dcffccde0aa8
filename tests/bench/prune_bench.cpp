#include "firmware/journal/schema.h"
#include "tests/bench/figure.h"
#include "tests/support/pruning.h"

namespace counterfoil::bench {
namespace {

constexpr std::int64_t kEvents = 100'000;
constexpr std::int64_t kSaleBytes = 700;

// A till's journal of as many events, each of the size of a sale of three lines, and receipts.
struct Filled {
    Filled() : journal(create()) {
        while (journal.head().seq < kEvents) record();
        till.clock.advance(100 * journal::kDayMs);
        wish = {receipt_for(journal, kEvents, till.clock.now()), 90, 0};
    }
    journal::Journal create() {
        auto made = journal::Journal::create(paths, till.world(), till.certificates);
        CF_CHECK(made.ok());
        return std::move(made).value();
    }
    void record() {
        journal::Totals totals = journal.totals().value();
        std::vector<journal::Draft> drafts;
        const std::int64_t left = std::min<std::int64_t>(kEvents - journal.head().seq, 250);
        for (std::int64_t i = 0; i < left; ++i) {
            drafts.push_back(test::sale_draft(totals, 990));
            drafts.back().body.set("request", "sale " + std::to_string(totals.receipts));
            drafts.back().body.set("reason", std::string(kSaleBytes - 420, 'x'));
            totals.turnover_minor += 990;
            ++totals.receipts;
        }
        CF_CHECK(journal.append(drafts).ok());
    }
    double megabytes_in_use() const {
        auto file = journal::open_database(paths.database, sqlite::Mode::read_only, nullptr);
        const auto pages = file.value().read_integer("PRAGMA page_count").value() -
                           file.value().read_integer("PRAGMA freelist_count").value();
        return static_cast<double>(pages) * 4096 / 1e6;
    }

    test::TemporaryFolder folder;
    journal::Paths paths = journal::Paths::in(folder.path());
    test::TestTill till;
    journal::Journal journal;
    journal::PruneWish wish;
};

// What a step cannot do without: as many rows are removed and the rows of what is counted of them
// written, in a durable commit each.
class BareStep {
  public:
    explicit BareStep(const std::filesystem::path& folder)
        : from_(open(folder / "from.db")), to_(open(folder / "to.db")) {
        CF_CHECK(from_
                     .execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, bytes TEXT);"
                              "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                              "WHERE i < 100000) INSERT INTO event SELECT i, hex(zeroblob(380)) "
                              "FROM n")
                     .ok());
        CF_CHECK(to_.execute("CREATE TABLE receipt (a INTEGER PRIMARY KEY, b, c, d, e);"
                             "CREATE TABLE request (r TEXT PRIMARY KEY, s) WITHOUT ROWID")
                     .ok());
    }
    void run() {
        CF_CHECK(count().ok() && remove().ok());
        done_ += journal::kPruneStep;
    }

  private:
    static sqlite::Connection open(const std::filesystem::path& path) {
        auto opened = sqlite::Connection::open({path, sqlite::Mode::create, nullptr, 0});
        CF_CHECK(opened.ok());
        return std::move(opened).value();
    }
    base::Status count() {
        CF_LET(auto transaction, sqlite::Transaction::begin(to_));
        CF_LET(auto receipt, to_.prepare("INSERT INTO receipt VALUES (?1, ?1, ?1, NULL, 0)"));
        CF_LET(auto request, to_.prepare("INSERT INTO request VALUES (?, 1)"));
        for (std::int64_t seq = done_; seq < done_ + journal::kPruneStep; ++seq) {
            CF_TRY(receipt.bind(1, seq).run());
            const std::string key = "sale " + std::to_string(seq);
            CF_TRY(request.bind(1, key).run());
        }
        return transaction.commit();
    }
    base::Status remove() {
        CF_LET(auto transaction, sqlite::Transaction::begin(from_));
        CF_LET(auto rows, from_.prepare("DELETE FROM event WHERE seq <= ?"));
        CF_TRY(rows.bind(1, done_ + journal::kPruneStep).run());
        return transaction.commit();
    }

    sqlite::Connection from_;
    sqlite::Connection to_;
    std::int64_t done_ = 0;
};

// One story for all figures: it takes long to fill a journal.
struct Pruned {
    Pruned() {
        Filled filled;
        BareStep bare(filled.folder.path());
        megabytes_before = filled.megabytes_in_use();
        for (bool is_more = true; is_more;) {
            steps_ms.push_back(microseconds([&] {
                                   const auto step = filled.journal.prune(filled.wish);
                                   CF_CHECK(step.ok());
                                   is_more = step.value().is_more;
                               }) /
                               1000);
            bare_ms.push_back(microseconds([&] { bare.run(); }) / 1000);
        }
        megabytes_after = filled.megabytes_in_use();
    }
    std::vector<double> steps_ms;
    std::vector<double> bare_ms;
    double megabytes_before = 0;
    double megabytes_after = 0;
};

const Pruned& pruned() {
    static const Pruned kPruned;
    return kPruned;
}

void prune_step(benchmark::State& state) {
    for (auto unused : state) pruned();
    const double share = state.range(0) == 50 ? 0.5 : 0.99;
    report(state, percentile(pruned().steps_ms, share), percentile(pruned().bare_ms, share),
           "ms | 250 rows removed and 500 written bare, two durable commits | p99 under 50 ms");
}
BENCHMARK(prune_step)->ArgName("p")->Arg(50)->Arg(99)->Iterations(1);

void prune_room(benchmark::State& state) {
    for (auto unused : state) pruned();
    report(state, pruned().megabytes_after, pruned().megabytes_before,
           "MB of pages in use | before, 100,000 events | ");
}
BENCHMARK(prune_room)->Iterations(1);

}  // namespace
}  // namespace counterfoil::bench
