#include "daemon/aggregator/store/database.h"
#include "daemon/aggregator/store/migrations.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "tests/bench/bare_store.h"
#include "tests/bench/figure.h"
#include "tests/support/postgres_server.h"

namespace counterfoil::bench {
namespace {

constexpr int kRounds = 7;
constexpr std::int64_t kRowsEach = 40'000;
constexpr std::int64_t kRowsEachOneByOne = 4'000;
constexpr const char* kInsert = "INSERT INTO made VALUES ($1, $2, $3, $4, $5, $6)";
// Not of the form that is sent as arrays.
constexpr const char* kPipelined = "INSERT INTO made VALUES ($1, $2, $3, $4, $5 + 0, $6)";
constexpr const char* kUpsert =
    "INSERT INTO made VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (terminal, epoch, seq)"
    " DO UPDATE SET total_minor = made.total_minor + excluded.total_minor";

// As many bytes as a purchase; each round has its own, of fifty terminals in turn.
std::vector<StoreRow> rows_of(int round, std::int64_t count) {
    std::vector<StoreRow> rows;
    for (std::int64_t number = 0; number < count; ++number) {
        const std::string terminal = "T" + std::to_string(100 + number % 50);
        rows.push_back({terminal, 1, round * count + number, "sale", number * 10,
                        base::Bytes(100, static_cast<std::uint8_t>(number))});
    }
    return rows;
}

std::vector<store::Value> values_of(const std::vector<StoreRow>& rows) {
    std::vector<store::Value> values;
    for (const StoreRow& row : rows) {
        values.emplace_back(std::string_view(row.terminal));
        values.emplace_back(row.epoch);
        values.emplace_back(row.seq);
        values.emplace_back(std::string_view(row.kind));
        values.emplace_back(row.total_minor);
        values.emplace_back(base::ByteView(row.bytes));
    }
    return values;
}

constexpr std::size_t kWidth = 6;

void write_each(store::Database& database, const char* sql,
                const std::vector<store::Value>& values) {
    auto transaction = store::Transaction::begin(database);
    CF_CHECK(database.run_each(sql, kWidth, values).ok());
    CF_CHECK(transaction.value().commit().ok());
}

void write_one_by_one(store::Database& database, const char* sql,
                      const std::vector<store::Value>& values) {
    auto transaction = store::Transaction::begin(database);
    for (std::size_t at = 0; at < values.size(); at += kWidth)
        CF_CHECK(database.query(sql, std::span(values).subspan(at, kWidth)).ok());
    CF_CHECK(transaction.value().commit().ok());
}

void make_tables(store::Database& database) {
    const std::string sql =
        std::string("CREATE TABLE made") + kStoreTable + "CREATE TABLE bare" + kStoreTable;
    const store::Migration step{1, sql.c_str()};
    CF_CHECK(store::migrate(database, {&step, 1}).ok());
}

struct Rates {
    std::vector<double> value;
    std::vector<double> floor;
};

// In turns, so that what disturbs the machine disturbs both.
template <class Write, class Floor>
Rates measure(std::int64_t rows_each, Write write, Floor floor) {
    Rates rates;
    for (int round = 0; round < kRounds; ++round) {
        const auto rows = rows_of(round, rows_each);
        const auto values = values_of(rows);
        const double seconds = microseconds([&] { write(values); }) / 1e6;
        const double bare_seconds = microseconds([&] { floor(rows); }) / 1e6;
        rates.value.push_back(static_cast<double>(rows_each) / seconds);
        rates.floor.push_back(static_cast<double>(rows_each) / bare_seconds);
    }
    return rates;
}

Rates measure_postgres(std::int64_t rows_each, const char* sql,
                       void (*write)(store::Database&, const char*,
                                     const std::vector<store::Value>&)) {
    test::PostgresServer& server = test::PostgresServer::shared();
    const std::string dsn = server.make_database();
    const auto database = test::connect(dsn);
    make_tables(*database);
    BareCopy bare(dsn, "bare");
    const Rates rates = measure(
        rows_each, [&](const auto& values) { write(*database, sql, values); },
        [&](const auto& rows) { bare.write(rows); });
    server.drop_database(dsn);
    return rates;
}

void report_rates(benchmark::State& state, const Rates& rates, const std::string& label) {
    report(state, percentile(rates.value, 0.5), percentile(rates.floor, 0.5), label);
}

void store_rows_postgres(benchmark::State& state) {
    Rates rates;
    for (auto unused : state) rates = measure_postgres(kRowsEach, kInsert, write_each);
    report_rates(state, rates, "rows/s | bare binary COPY of the same rows | at least 0.6");
}
BENCHMARK(store_rows_postgres)->Iterations(1);

void store_rows_postgres_pipelined(benchmark::State& state) {
    Rates rates;
    for (auto unused : state) rates = measure_postgres(kRowsEach, kPipelined, write_each);
    report_rates(state, rates, "rows/s | bare binary COPY of the same rows |");
}
BENCHMARK(store_rows_postgres_pipelined)->Iterations(1);

void store_rows_postgres_updating(benchmark::State& state) {
    Rates rates;
    for (auto unused : state) rates = measure_postgres(kRowsEach, kUpsert, write_each);
    report_rates(state, rates, "rows/s | bare binary COPY of the same rows |");
}
BENCHMARK(store_rows_postgres_updating)->Iterations(1);

void store_rows_postgres_one_by_one(benchmark::State& state) {
    Rates rates;
    for (auto unused : state)
        rates = measure_postgres(kRowsEachOneByOne, kInsert, write_one_by_one);
    report_rates(state, rates, "rows/s | bare binary COPY of the same rows |");
}
BENCHMARK(store_rows_postgres_one_by_one)->Iterations(1);

std::string in_sqlite(std::string definition) {
    for (const auto& [word, by] : {std::pair{"{integer}", "INTEGER"}, std::pair{"{blob}", "BLOB"},
                                   std::pair{"{strict}", "STRICT"}}) {
        const std::string_view mark(word);
        for (auto at = definition.find(mark); at != std::string::npos; at = definition.find(mark))
            definition.replace(at, mark.size(), by);
    }
    return definition;
}

void store_rows_sqlite(benchmark::State& state) {
    Rates rates;
    for (auto unused : state) {
        const test::TemporaryFolder folder;
        auto opened = store::SqliteDatabase::open(folder / "store.db");
        CF_CHECK(opened.ok());
        store::Database& database = *opened.value();
        make_tables(database);
        BareInserts bare(folder / "bare.db", in_sqlite(kStoreTable));
        rates = measure(
            kRowsEach, [&](const auto& values) { write_each(database, kInsert, values); },
            [&](const auto& rows) { bare.write(rows); });
    }
    report_rates(state, rates,
                 "rows/s | bare prepared inserts of the same rows, one commit | at least 0.6");
}
BENCHMARK(store_rows_sqlite)->Iterations(1);

}  // namespace
}  // namespace counterfoil::bench
