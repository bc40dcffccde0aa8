#include <poll.h>

#include <optional>

#include "daemon/aggregator/ingest/reception.h"
#include "daemon/aggregator/intake.h"
#include "daemon/aggregator/store/migrations.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "tests/bench/figure.h"
#include "tests/support/test_till.h"
#include "tools/load/run.h"

// The centre's program behind its broker and TLS, in processes of their own.
namespace counterfoil::bench {
namespace {

// As many batches a transaction as the program takes when there is no end of them.
constexpr std::size_t kTogether = aggregator::Intake::kMostTogether;

load::Report run(const load::Options& given, const load::Ledgers& ledgers) {
    const test::TemporaryFolder folder;
    load::Options options = given;
    options.folder = folder.path();
    const std::atomic<bool> never = false;
    auto report = load::run(options, ledgers, {never, [](const std::string&) {}});
    if (!report.ok()) std::fputs((report.error().line() + "\n").c_str(), stderr);
    CF_CHECK(report.ok() && report.value().faults().empty());
    return std::move(report).value();
}

load::Ledgers prepared(const load::Options& options) {
    load::Ledgers ledgers = load::make_ledgers(options);
    const std::atomic<bool> never = false;
    load::prepare(ledgers, load::events_to_prepare(options), never);
    return ledgers;
}

// The same batches, straight into a centre's hands: how long until all are receipted.
double take_all_us(const load::Ledgers& ledgers) {
    const test::TemporaryFolder folder;
    auto database = store::SqliteDatabase::open(folder / "centre.db").value();
    CF_CHECK(store::migrate(*database, store::migrations()).ok());
    for (const auto& ledger : ledgers) {
        CF_CHECK(database
                     ->run("INSERT INTO terminal (name, store, certificate) VALUES ($1, $2, $3)",
                           {std::string_view(ledger->name()), std::int64_t{1},
                            base::ByteView(ledger->certificates().front().der())})
                     .ok());
        CF_CHECK(ingest::open_ledger(*database, {ledger->name(), 1}).ok());
    }
    test::TestTill till(99, "centre");
    const base::SettableClock clock(test::kMorning);
    auto reception = ingest::Reception::open({*database, till.key, clock}).value();
    return microseconds([&] {
        std::vector<ingest::Incoming> together;
        for (std::int64_t seq = 0; !ledgers.front()->ends_at(seq);
             seq += static_cast<std::int64_t>(ledger::kMaxBatchEvents))
            for (const auto& ledger : ledgers) {
                together.push_back(
                    {ledger->name(), ledger->behind(seq, sync::Stock::kAnyEnd).value()->payload});
                if (together.size() < kTogether) continue;
                CF_CHECK(reception.take(together).ok());
                together.clear();
            }
        CF_CHECK(reception.take(together).ok() && reception.figures().quarantined == 0);
    });
}

void ingest_through_broker(benchmark::State& state) {
    load::Options options;
    options.terminals = 4;
    options.events = 400'000;
    double value = 0;
    double floor = 0;
    for (auto unused : state) {
        const load::Ledgers ledgers = prepared(options);
        floor = static_cast<double>(options.events) * 1e6 / take_all_us(ledgers);
        value = run(options, ledgers).events_per_second();
    }
    report(state, value, floor,
           "events/s | the same batches without broker and TLS | at least 40000");
}
BENCHMARK(ingest_through_broker)->Iterations(1);

// A hundred batches a second, of eight sales each.
void receipt_latency(benchmark::State& state) {
    load::Options options;
    options.terminals = 20;
    options.seconds = 10;
    options.batch_events = 8;
    options.rate = 40;
    double p99_ms = 0;
    double p50_ms = 0;
    for (auto unused : state) {
        const load::Report report = run(options, prepared(options));
        p50_ms = report.latency_ms(0.5);
        p99_ms = report.latency_ms(0.99);
    }
    report(state, p99_ms, p50_ms,
           "ms from a batch's sending to its receipt, p99 | p50 | at most 200");
}
BENCHMARK(receipt_latency)->Iterations(1);

// How long the broker takes to acknowledge a message of that size, which nobody reads.
double acknowledgement_ms(std::size_t bytes) {
    constexpr int kRounds = 100;
    const test::TemporaryFolder folder;
    load::OwnBroker broker(folder / "broker");
    CF_CHECK(broker.init({"T01"}).ok() && broker.start().ok());
    link::Settings settings;
    settings.port = broker.port();
    settings.client_id = "T01";
    settings.authority = broker.authority();
    settings.certificate = broker.certificate("T01");
    settings.key = broker.key("T01");
    const base::SystemClock clock;
    crypto::Random random;
    auto session = link::Session::open(settings, clock, random).value();
    const auto await = [&](auto is_it) {
        for (;;) {
            while (const auto event = session.poll())
                if (is_it(*event)) return;
            pollfd readable{session.descriptor(), POLLIN, 0};
            ::poll(&readable, 1, 100);
        }
    };
    await([](const auto& event) { return std::holds_alternative<link::Connected>(event); });
    const base::Bytes payload(bytes);
    std::vector<double> all_us;
    for (int round = 0; round < kRounds; ++round)
        all_us.push_back(microseconds([&] {
            CF_CHECK(session.publish("v1/main/up/0/T01", payload, link::Qos::at_least_once).ok());
            await([](const auto& event) { return std::holds_alternative<link::Delivered>(event); });
        }));
    return percentile(all_us, 0.5) / 1000;
}

// Nothing else goes on: what is waited for is not others' work.
void receipt_latency_alone(benchmark::State& state) {
    constexpr std::size_t kSaleBytes = 700;  // with its envelope, packed
    load::Options options;
    options.terminals = 1;
    options.seconds = 5;
    options.batch_events = 1;
    options.rate = 20;
    double value_ms = 0;
    double floor_ms = 0;
    for (auto unused : state) {
        floor_ms = acknowledgement_ms(kSaleBytes);
        value_ms = run(options, prepared(options)).latency_ms(0.5);
    }
    report(state, value_ms, floor_ms,
           "ms from a lone terminal's sale to its receipt, p50 | the broker's acknowledgement of "
           "as much, p50 | at most 10");
}
BENCHMARK(receipt_latency_alone)->Iterations(1);

}  // namespace
}  // namespace counterfoil::bench
