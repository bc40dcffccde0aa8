#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "daemon/aggregator/intake.h"
#include "daemon/aggregator/store/migrations.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "tests/bench/busy_terminals.h"
#include "tests/bench/figure.h"

namespace counterfoil::bench {
namespace {

// 2,048 events a transaction.
constexpr std::size_t kTerminals = 8;
constexpr int kRounds = 40;
constexpr std::int64_t kWarm = 100'000;
constexpr std::int64_t kMany = 1'000'000;
constexpr const char* kFloor = "events/s | bare multi-row insert of the same events | ";

std::size_t events_of(const std::vector<FullBatch>& batches) {
    return batches.size() * ledger::kMaxBatchEvents;
}

// The least that durable events cost: a row each in a table that knows nothing of them, many rows a
// statement, and one commit for all, as the centre commits.
class BareInsert {
  public:
    explicit BareInsert(const std::filesystem::path& path) {
        CF_CHECK(sqlite3_open(path.c_str(), &database_) == SQLITE_OK);
        run("PRAGMA journal_mode=WAL");
        run("PRAGMA synchronous=FULL");
        run("CREATE TABLE event (id INTEGER PRIMARY KEY, bytes TEXT)");
        std::string sql = "INSERT INTO event VALUES (NULL, ?)";
        for (int row = 1; row < kRowsAtOnce; ++row) sql += ", (NULL, ?)";
        CF_CHECK(sqlite3_prepare_v2(database_, sql.c_str(), -1, &insert_, nullptr) == SQLITE_OK);
    }
    ~BareInsert() {
        sqlite3_finalize(insert_);
        sqlite3_close(database_);
    }
    BareInsert(const BareInsert&) = delete;
    BareInsert& operator=(const BareInsert&) = delete;

    void record(const std::vector<FullBatch>& batches) {
        static_assert(ledger::kMaxBatchEvents % kRowsAtOnce == 0);
        run("BEGIN IMMEDIATE");
        int row = 0;
        for (const FullBatch& batch : batches)
            for (const std::string& bytes : batch.events) {
                sqlite3_bind_text(insert_, ++row, bytes.data(), static_cast<int>(bytes.size()),
                                  nullptr);
                if (row < kRowsAtOnce) continue;
                CF_CHECK(sqlite3_step(insert_) == SQLITE_DONE);
                sqlite3_reset(insert_);
                row = 0;
            }
        run("COMMIT");
    }

  private:
    static constexpr int kRowsAtOnce = 64;

    void run(const char* sql) {
        CF_CHECK(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    }

    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
};

// A centre in a folder of its own, and the terminals that it knows.
class Centre {
  public:
    Centre() {
        CF_CHECK(store::migrate(*database_, store::migrations()).ok());
        CF_CHECK(terminals_.provision(*database_).ok() && known_.load(*database_).ok());
        reception_.emplace(ingest::Reception::open({*database_, key_.key, clock_}).value());
    }

    std::vector<FullBatch> next() { return terminals_.next(); }
    std::filesystem::path beside(const std::string& name) const { return folder_ / name; }

    // From what came in to the receipts.
    double take(const std::vector<FullBatch>& batches) {
        std::vector<ingest::Incoming> messages;
        for (const FullBatch& batch : batches) messages.push_back({batch.terminal, batch.payload});
        return microseconds(
            [&] { CF_CHECK(reception_->take(messages).value().size() == batches.size()); });
    }
    std::vector<ingest::Candidate> examine(const std::vector<FullBatch>& batches) const {
        std::vector<ingest::Candidate> candidates;
        for (const FullBatch& batch : batches) {
            const auto read = wire::read_from_terminal(batch.payload).value();
            candidates.push_back(
                ingest::examine(std::get<wire::Batch>(read).bytes, batch.terminal, known_).value());
        }
        return candidates;
    }
    // What was verified before, as by another thread.
    double keep(const std::vector<FullBatch>& batches) {
        const auto candidates = examine(batches);
        return microseconds([&] {
            const auto all = ingest::keep(*database_, candidates, clock_.now()).value();
            CF_CHECK(all.front().kind == ingest::Kept::Kind::kept);
        });
    }
    ingest::Reception& reception() { return *reception_; }
    ingest::Terminals terminals() {
        ingest::Terminals own;
        CF_CHECK(own.load(*database_).ok());
        return own;
    }
    std::uint64_t refused() const {
        return reception_->figures().quarantined + reception_->figures().batches_again;
    }

  private:
    test::TemporaryFolder folder_;
    BusyTerminals terminals_{kTerminals};
    test::TestTill key_{99, "centre"};
    base::SettableClock clock_{test::kMorning};
    std::unique_ptr<store::Database> database_{
        store::SqliteDatabase::open(folder_ / "centre.db").value()};
    ingest::Terminals known_;
    std::optional<ingest::Reception> reception_;
};

// From what came in to the receipts, as the program does it: while one group is kept, the next is
// examined.
double bring(Centre& centre, const std::vector<FullBatch>& batches) {
    std::mutex mutex;
    std::condition_variable changed;
    std::uint64_t kept = centre.reception().figures().events_kept;
    const std::uint64_t wanted = kept + events_of(batches);
    const auto answered = [&](const auto&) {
        const std::lock_guard<std::mutex> lock(mutex);
        kept = centre.reception().figures().events_kept;
        changed.notify_all();
    };
    aggregator::Intake intake({centre.reception(), centre.terminals(), answered,
                               [](const base::Error&) { CF_CHECK(false); },
                               [](aggregator::Intake&) {}});
    return microseconds([&] {
        for (const FullBatch& batch : batches) {
            const base::ByteView payload = base::as_bytes(batch.payload);
            CF_CHECK(intake.offer(batch.terminal, {payload.begin(), payload.end()}).empty());
        }
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [&] { return kept == wanted; });
    });
}

struct Rates {
    double value = 0;
    double floor = 0;
};

// In turns, so that what disturbs the machine disturbs both.
template <class Work>
Rates measure(Work work) {
    Centre centre;
    BareInsert floor(centre.beside("floor.db"));
    Rates us;
    double events = 0;
    for (int round = 0; round < kRounds; ++round) {
        const auto batches = centre.next();
        us.value += work(centre, batches);
        us.floor += microseconds([&] { floor.record(batches); });
        events += static_cast<double>(events_of(batches));
    }
    return {events * 1e6 / us.value, events * 1e6 / us.floor};
}

void ingest_with_receipts(benchmark::State& state) {
    constexpr int kStretches = 4;
    Rates us;
    double events = 0;
    for (auto unused : state) {
        Centre centre;
        BareInsert floor(centre.beside("floor.db"));
        for (int stretch = 0; stretch < kStretches; ++stretch) {
            std::vector<FullBatch> all;
            for (int round = 0; round < kRounds / 2; ++round) {
                auto batches = centre.next();
                us.floor += microseconds([&] { floor.record(batches); });
                std::ranges::move(batches, std::back_inserter(all));
            }
            us.value += bring(centre, all);
            events += static_cast<double>(events_of(all));
        }
    }
    report(state, events * 1e6 / us.value, events * 1e6 / us.floor,
           std::string(kFloor) + "at least 100000, or 0.6 of the floor");
}
BENCHMARK(ingest_with_receipts)->Iterations(1);

void ingest_verified_before(benchmark::State& state) {
    Rates rates;
    for (auto unused : state)
        rates = measure([](Centre& centre, const auto& batches) { return centre.keep(batches); });
    report(state, rates.value, rates.floor,
           std::string(kFloor) + "at least 100000, or 0.6 of the floor");
}
BENCHMARK(ingest_verified_before)->Iterations(1);

// What one core can verify and read, beside what hashing the same events alone takes.
void ingest_examine(benchmark::State& state) {
    double value_us = 0;
    double floor_us = 0;
    double events = 0;
    for (auto unused : state) {
        Centre centre;
        for (int round = 0; round < kRounds; ++round) {
            const auto batches = centre.next();
            value_us += microseconds([&] { centre.examine(batches); });
            floor_us += microseconds([&] {
                for (const FullBatch& batch : batches)
                    for (const std::string& bytes : batch.events)
                        benchmark::DoNotOptimize(ledger::event_hash(bytes));
            });
            events += static_cast<double>(events_of(batches));
        }
    }
    report(state, events * 1e6 / value_us, events * 1e6 / floor_us,
           "events/s | the hashes of the same events alone | at least 100000");
}
BENCHMARK(ingest_examine)->Iterations(1);

// What came before comes once more.
void ingest_duplicates(benchmark::State& state) {
    Rates rates;
    for (auto unused : state)
        rates = measure([](Centre& centre, const auto& batches) {
            centre.take(batches);
            return centre.take(batches);
        });
    report(state, rates.value, rates.floor, std::string(kFloor) + "at least 100000");
}
BENCHMARK(ingest_duplicates)->Iterations(1);

double resident_mb() {
    std::ifstream in("/proc/self/statm");
    double total = 0;
    double resident = 0;
    CF_CHECK(in >> total >> resident);
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

void ingest_memory(benchmark::State& state) {
    double warm = 0;
    double after = 0;
    for (auto unused : state) {
        Centre centre;
        std::int64_t events = 0;
        const auto take_until = [&](std::int64_t end) {
            while (events < end) {
                const auto batches = centre.next();
                centre.take(batches);
                events += static_cast<std::int64_t>(events_of(batches));
            }
            return resident_mb();
        };
        warm = take_until(kWarm);
        after = take_until(kMany);
        CF_CHECK(centre.refused() == 0);
    }
    report(state, after, warm,
           "MB resident after 1,000,000 events | after the first 100,000 | at most 1.05");
}
BENCHMARK(ingest_memory)->Iterations(1);

}  // namespace
}  // namespace counterfoil::bench
