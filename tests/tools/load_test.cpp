#include <gtest/gtest.h>

#include "daemon/aggregator/ingest/reception.h"
#include "daemon/aggregator/store/migrations.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "firmware/core/base/coding.h"
#include "firmware/core/wire/from_terminal.h"
#include "tests/support/test_till.h"
#include "tools/load/report.h"

namespace counterfoil::load {
namespace {

constexpr std::int64_t kBatch = 16;

SellerSettings settings_of(const std::string& name, Signatures signatures = Signatures::last) {
    return {name, 7, test::kMorning, signatures};
}

// A centre without a broker that knows the ledger's terminal.
class Centre {
  public:
    explicit Centre(const PreparedLedger& ledger) {
        CF_CHECK(store::migrate(*database_, store::migrations()).ok());
        CF_CHECK(database_
                     ->run("INSERT INTO terminal (name, store, certificate) VALUES ($1, 1, $2)",
                           {std::string_view(ledger.name()),
                            base::ByteView(ledger.certificates().front().der())})
                     .ok());
        CF_CHECK(ingest::open_ledger(*database_, {ledger.name(), 1}).ok());
        reception_.emplace(ingest::Reception::open({*database_, till_.key, clock_}).value());
    }
    void take(const std::string& terminal, std::string_view payload) {
        const ingest::Incoming message{terminal, payload};
        CF_CHECK(reception_->take({&message, 1}).ok());
    }
    const ingest::Figures& figures() const { return reception_->figures(); }

  private:
    test::TemporaryFolder folder_;
    test::TestTill till_{99, "centre"};
    base::SettableClock clock_{test::kMorning};
    std::unique_ptr<store::Database> database_{
        store::SqliteDatabase::open(folder_ / "centre.db").value()};
    std::optional<ingest::Reception> reception_;
};

TEST(PreparedLedger, IsWhatACentreKeeps) {
    PreparedLedger ledger(settings_of("L00001"), kBatch, 5 * kBatch);
    ledger.prepare(3 * kBatch);
    Centre centre(ledger);
    std::int64_t seq = 0;
    while (const auto parcel = ledger.behind(seq, sync::Stock::kAnyEnd).value()) {
        centre.take(ledger.name(), parcel->payload);
        seq = parcel->to;
    }
    EXPECT_EQ(seq, 5 * kBatch);
    EXPECT_EQ(centre.figures().events_kept, static_cast<std::uint64_t>(5 * kBatch));
    EXPECT_EQ(centre.figures().quarantined, 0U);
    EXPECT_EQ(ledger.made_late(), 2U);
    EXPECT_TRUE(ledger.ends_at(seq));
}

TEST(PreparedLedger, SignsAsManyEventsAsItIsTold) {
    for (const auto& [signatures, wanted] :
         {std::pair{Signatures::last, 1}, std::pair{Signatures::all, static_cast<int>(kBatch)}}) {
        crypto::Random random;
        Seller seller(settings_of("L00001", signatures), random);
        const FullBatch full = seller.next(kBatch);
        const auto verifier =
            crypto::Verifier::create(seller.certificates().front().public_key()).value();
        const auto read = wire::read_from_terminal(full.payload).value();
        const auto batch = ledger::Batch::read(std::get<wire::Batch>(read).bytes).value();
        int good = 0;
        for (const ledger::Line& line : batch.lines()) {
            crypto::Signature signature{};
            ASSERT_TRUE(base::base64url_into(line.signature, signature));
            if (verifier.verify(ledger::event_hash(line.bytes), signature)) ++good;
        }
        EXPECT_EQ(good, wanted);
    }
}

TEST(PreparedLedger, KnowsItsOwnEndsAndForgetsOnlyBatches) {
    PreparedLedger ledger(settings_of("L00001"), kBatch, 3 * kBatch - 5);
    ledger.prepare(2 * kBatch);
    const wire::Cursor end = ledger.end().value();
    EXPECT_EQ(end.seq, 2 * kBatch);
    ledger.forget(2 * kBatch);
    EXPECT_TRUE(ledger.has({}).value());
    EXPECT_TRUE(ledger.has(end).value());
    EXPECT_FALSE(ledger.has({1, kBatch, end.head}).value());
    EXPECT_FALSE(ledger.has({2, end.seq, end.head}).value());
    EXPECT_FALSE(ledger.has({1, 3 * kBatch, end.head}).value());
    EXPECT_EQ(ledger.behind(2 * kBatch, sync::Stock::kAnyEnd).value()->to, 3 * kBatch);
    EXPECT_FALSE(ledger.behind(3 * kBatch, sync::Stock::kAnyEnd).value());
}

TEST(PreparedLedger, SellsTheSameAgainWithTheSameSeed) {
    const auto sold = [](std::uint64_t seed) {
        crypto::Random random;
        Seller seller({"L00001", seed, test::kMorning, Signatures::last}, random);
        std::string bodies;
        for (const std::string& event : seller.next(kBatch).events) {
            const auto at = event.find("\"turnover_minor\":");
            if (at != std::string::npos) bodies += event.substr(at, 30);
        }
        return bodies;
    };
    EXPECT_FALSE(sold(1).empty());
    EXPECT_EQ(sold(1), sold(1));
    EXPECT_NE(sold(1), sold(2));
}

Report good_report() {
    Report report;
    report.terminals.sent = report.terminals.received = 100;
    report.metrics["events_kept_total"] = 100;
    return report;
}

TEST(LoadReport, FindsWhatDoesNotAgree) {
    EXPECT_TRUE(good_report().faults().empty());
    const auto faults_with = [](const std::function<void(Report&)>& harm) {
        Report report = good_report();
        harm(report);
        return report.faults().size();
    };
    EXPECT_EQ(faults_with([](Report& one) { one.terminals.sent = 101; }), 1U);
    EXPECT_EQ(faults_with([](Report& one) { one.metrics["events_kept_total"] = 101; }), 1U);
    EXPECT_EQ(faults_with([](Report& one) { one.metrics.clear(); }), 1U);
    EXPECT_EQ(faults_with([](Report& one) { one.terminals.wrong = 1; }), 1U);
    EXPECT_EQ(faults_with([](Report& one) { one.terminals.refusals = 1; }), 1U);
}

TEST(LoadChild, TellsWhatItUsedAndHowItEnded) {
    const test::TemporaryFolder folder;
    auto child = Child::start({"sh", "-c", "echo hi; exit 3"}, folder / "output").value();
    EXPECT_EQ(child.wait(), 3);
    EXPECT_EQ(child.output(), "hi\n");
    EXPECT_EQ(child.usage().resident_mb, 0);
    auto nobody = Child::start({"/nonexistent/program"}, folder / "other").value();
    EXPECT_EQ(nobody.wait(), 127);
    auto sleeper = Child::start({"sleep", "1000"}, folder / "third").value();
    EXPECT_GT(sleeper.usage().resident_mb, 0);
    EXPECT_FALSE(sleeper.has_ended());
    sleeper.kill();
    EXPECT_TRUE(sleeper.has_ended());
    EXPECT_EQ(sleeper.wait(), -1);
    const Usage before = own_usage();
    volatile std::uint64_t sum = 0;
    while (own_usage().processor_s < before.processor_s + 0.02) sum = sum + 1;
    EXPECT_GT(own_usage().resident_mb, 1);
}

}  // namespace
}  // namespace counterfoil::load
