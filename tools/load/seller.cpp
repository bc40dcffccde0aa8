#include "tools/load/seller.h"

#include "firmware/core/ledger/export.h"
#include "firmware/core/ledger/sale.h"
#include "firmware/core/ledger/spending.h"
#include "firmware/core/wire/from_terminal.h"

namespace counterfoil::load {
namespace {

constexpr std::uint64_t kMembers = 5000;
constexpr std::uint64_t kCoupons = 100'000;
constexpr std::int64_t kBetweenSalesMs = 20'000;
constexpr std::int64_t kCertifiedMs = 3650LL * 24 * 60 * 60 * 1000;

// An id of that many digits at its end.
std::string numbered(const std::string& start, std::uint64_t number, std::size_t digits) {
    const std::string text = std::to_string(number);
    return start + std::string(digits - text.size(), '0') + text;
}

std::string text_of(const json::Object& object) {
    return object.write().value();
}

base::Uuid some_id(base::Entropy& entropy) {
    base::Uuid id;
    entropy.fill(id.bytes);
    return id;
}

}  // namespace

Seller::Seller(const SellerSettings& settings, base::Entropy& entropy)
    : settings_(settings),
      key_(crypto::SigningKey::generate(entropy)),
      boot_(some_id(entropy)),
      random_(settings.seed) {
    auto own = crypto::Certificate::self_signed(
        key_, {settings.name, settings.first_at, {settings.first_at.unix_ms + kCertifiedMs}},
        crypto::Use::end_entity);
    CF_CHECK(own.ok());
    certificates_.push_back(std::move(own).value());
}

FullBatch Seller::next(std::size_t events) {
    CF_CHECK(events >= 1 && events <= ledger::kMaxBatchEvents);
    const wire::Cursor before = end_;
    std::vector<ledger::SignedEvent> made;
    FullBatch batch;
    while (made.size() < events) {
        std::string bytes = next_event();
        batch.events.push_back(bytes);
        const bool is_last = made.size() + 1 == events;
        made.push_back({std::move(bytes), {}});
        if (is_last || settings_.signatures == Signatures::all) {
            made.back().signature = key_.sign(end_.head).value();
        } else {
            crypto::Signature& any = made.back().signature.emplace();
            for (std::uint8_t& byte : any) byte = static_cast<std::uint8_t>(random_());
        }
    }
    const auto written =
        ledger::write_batch(settings_.name, end_.epoch, before.seq + 1, before.head, made);
    CF_CHECK(written.header.to == end_.seq);
    batch.terminal = settings_.name;
    batch.payload = wire::write(wire::Batch{written.bytes});
    batch.end = end_;
    return batch;
}

std::string Seller::next_event() {
    ledger::Envelope envelope;
    envelope.terminal = settings_.name;
    envelope.seq = ++end_.seq;
    envelope.prev = end_.head;
    envelope.at = {settings_.first_at.unix_ms + end_.seq * kBetweenSalesMs};
    envelope.boot = boot_;
    envelope.mono_ms = end_.seq * kBetweenSalesMs;
    envelope.shift = "S1";
    envelope.staff = "anna";
    std::string body;
    if (end_.seq == 1) {
        envelope.type = ledger::EventType::genesis;
        body = text_of(ledger::genesis_body(boot_, certificates_));
    } else if (pick(8) == 0) {
        envelope.type = ledger::EventType::coupon_redeemed;
        body = redemption();
    } else {
        envelope.type = ledger::EventType::sale;
        body = sale();
    }
    std::string bytes = ledger::write_event(envelope, body).value();
    end_.head = ledger::event_hash(bytes);
    return bytes;
}

std::string Seller::sale() {
    ledger::Sale sale;
    sale.receipt = ++receipts_;
    for (int line = 0; line < 3; ++line) {
        const auto price = static_cast<std::int64_t>(100 + 5 * pick(400));
        sale.lines.push_back({numbered("59912340", pick(100'000), 5), "Sajtburger", ledger::kOne,
                              false, price, price, 0, 500});
        sale.total_minor += price;
    }
    turnover_minor_ += sale.total_minor;
    sale.turnover_minor = turnover_minor_;
    sale.tenders.push_back({"cash", sale.total_minor, sale.total_minor, ""});
    if (pick(2) == 0) {
        const std::string member = numbered("01934f00-0000-7000-8001-", pick(kMembers), 12);
        sale.member = ledger::SaleMember{member, 0, sale.total_minor / 100};
    }
    return text_of(ledger::write_body(sale));
}

std::string Seller::redemption() {
    ledger::Redemption redemption;
    redemption.coupon = numbered("", pick(kCoupons), 16);
    redemption.receipt = receipts_ + 1;
    redemption.book = 1;
    return text_of(ledger::write_body(redemption));
}

}  // namespace counterfoil::load
