#include "daemon/aggregator/ingest/reception.h"
#include "daemon/aggregator/store/migrations.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "firmware/core/wire/from_centre.h"
#include "tests/support/fleet.h"
#include "tests/support/simulated_disk.h"

namespace counterfoil {
namespace {

// A centre of two terminals, on a disk in memory. The corpus has their messages.
class Centre {
  public:
    Centre() {
        CF_CHECK(store::migrate(*database_, store::migrations()).ok());
        CF_CHECK(fleet_.provision(*database_).ok());
        reception_.emplace(ingest::Reception::open({*database_, key_.key, clock_}).value());
    }

    // Whatever comes, from a terminal that is known and one that is not: each gets an answer at
    // most, and a receipt is for what is held.
    void take(std::string_view payload) {
        const std::vector<ingest::Incoming> messages{{"T1", payload}, {"stranger", payload}};
        const auto answers = reception_->take(messages).value();
        CF_CHECK(answers.size() <= messages.size());
        for (const ingest::Outgoing& answer : answers) {
            const auto said = wire::read_from_centre(answer.payload, verifier_).value();
            const auto* receipt = std::get_if<wire::Receipt>(&said);
            CF_CHECK(answer.terminal == "T1" || std::holds_alternative<wire::Nak>(said));
            CF_CHECK(receipt == nullptr || receipt->content.seq == held());
        }
    }

  private:
    std::int64_t held() { return ingest::find_cursor(*database_, {"T1", 1}).value()->seq; }

    test::SimulatedDisk disk_;
    test::Fleet fleet_{2, 8, 7};
    test::TestTill key_{99, "centre"};
    base::SettableClock clock_{test::kMorning};
    crypto::Verifier verifier_{crypto::Verifier::create(key_.key.public_key()).value()};
    std::unique_ptr<store::Database> database_{
        store::SqliteDatabase::open("centre.db", disk_.vfs()).value()};
    std::optional<ingest::Reception> reception_;
};

// What is behind the signatures, as if they were good: any event says something or is flagged.
void read_lines(std::string_view bytes) {
    ingest::Facts facts;
    while (!bytes.empty()) {
        const std::string_view line = bytes.substr(0, bytes.find('\n'));
        bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
        const auto event = ledger::read_event(line, ingest::counts_by_body);
        if (event.ok()) ingest::read_facts(event.value(), facts);
    }
}

}  // namespace
}  // namespace counterfoil

// Payloads from the network.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static counterfoil::Centre centre;
    const std::string_view bytes = counterfoil::base::as_text({data, size});
    centre.take(bytes);
    counterfoil::read_lines(bytes);
    return 0;
}
