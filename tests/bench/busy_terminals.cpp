#include "tests/bench/busy_terminals.h"

#include "firmware/core/base/coding.h"
#include "firmware/core/ledger/export.h"
#include "firmware/core/ledger/sale.h"
#include "firmware/core/ledger/spending.h"

namespace counterfoil::bench {
namespace {

constexpr std::uint64_t kMembers = 5000;
constexpr std::uint64_t kCoupons = 100'000;

std::string name_of(const test::TestTill& till) {
    return till.certificates.front().name();
}

// An id of that many digits at its end.
std::string numbered(const std::string& start, std::uint64_t number, std::size_t digits) {
    const std::string text = std::to_string(number);
    return start + std::string(digits - text.size(), '0') + text;
}

std::string text_of(const json::Object& object) {
    return object.write().value();
}

}  // namespace

BusyTerminals::BusyTerminals(std::size_t terminals) {
    for (std::size_t i = 1; i <= terminals; ++i)
        terminals_.push_back(std::make_unique<Terminal>(i, "T" + std::to_string(i)));
}

base::Status BusyTerminals::provision(store::Database& database) const {
    for (const auto& terminal : terminals_) {
        const std::string name = name_of(terminal->till);
        CF_TRY(database.run("INSERT INTO terminal (name, store, certificate) VALUES ($1, $2, $3)",
                            {std::string_view(name), std::int64_t{1},
                             base::ByteView(terminal->till.certificates.front().der())}));
        CF_TRY(ingest::open_ledger(database, {name, 1}));
    }
    return {};
}

std::vector<FullBatch> BusyTerminals::next() {
    std::vector<FullBatch> batches;
    for (const auto& terminal : terminals_) batches.push_back(next_batch(*terminal));
    return batches;
}

FullBatch BusyTerminals::next_batch(Terminal& terminal) {
    const crypto::Digest prev = terminal.head;
    const std::int64_t from = terminal.seq + 1;
    std::vector<ledger::SignedEvent> events;
    FullBatch batch{name_of(terminal.till), {}, {}};
    while (events.size() < ledger::kMaxBatchEvents) {
        std::string bytes = next_event(terminal);
        batch.events.push_back(bytes);
        crypto::Signature signature{};
        for (std::uint8_t& byte : signature) byte = static_cast<std::uint8_t>(random_());
        events.push_back({std::move(bytes), signature});
    }
    events.back().signature = terminal.till.key.sign(terminal.head).value();
    const auto written = ledger::write_batch(batch.terminal, 1, from, prev, events);
    CF_CHECK(written.header.to == terminal.seq);
    batch.payload = wire::write(wire::Batch{written.bytes});
    return batch;
}

std::string BusyTerminals::next_event(Terminal& terminal) {
    ledger::Envelope envelope;
    envelope.terminal = name_of(terminal.till);
    envelope.seq = ++terminal.seq;
    envelope.prev = terminal.head;
    envelope.at = {test::kMorning.unix_ms + terminal.seq * 20'000};
    envelope.boot = terminal.till.boot;
    envelope.mono_ms = terminal.seq * 20'000;
    envelope.shift = "S1";
    envelope.staff = "anna";
    std::string body;
    if (terminal.seq == 1) {
        envelope.type = ledger::EventType::genesis;
        body = text_of(ledger::genesis_body(terminal.till.boot, terminal.till.certificates));
    } else if (pick(8) == 0) {
        envelope.type = ledger::EventType::coupon_redeemed;
        body = redemption(terminal);
    } else {
        envelope.type = ledger::EventType::sale;
        body = sale(terminal);
    }
    std::string bytes = ledger::write_event(envelope, body).value();
    terminal.head = ledger::event_hash(bytes);
    return bytes;
}

std::string BusyTerminals::sale(Terminal& terminal) {
    ledger::Sale sale;
    sale.receipt = ++terminal.receipts;
    for (int line = 0; line < 3; ++line) {
        const auto price = static_cast<std::int64_t>(100 + 5 * pick(400));
        sale.lines.push_back({numbered("59912340", pick(100'000), 5), "Sajtburger", ledger::kOne,
                              false, price, price, 0, 500});
        sale.total_minor += price;
    }
    terminal.turnover_minor += sale.total_minor;
    sale.turnover_minor = terminal.turnover_minor;
    sale.tenders.push_back({"cash", sale.total_minor, sale.total_minor, ""});
    if (pick(2) == 0) {
        const std::string member = numbered("01934f00-0000-7000-8001-", pick(kMembers), 12);
        sale.member = ledger::SaleMember{member, 0, sale.total_minor / 100};
    }
    return text_of(ledger::write_body(sale));
}

std::string BusyTerminals::redemption(const Terminal& terminal) {
    ledger::Redemption redemption;
    redemption.coupon = numbered("", pick(kCoupons), 16);
    redemption.receipt = terminal.receipts + 1;
    redemption.book = 1;
    return text_of(ledger::write_body(redemption));
}

}  // namespace counterfoil::bench
