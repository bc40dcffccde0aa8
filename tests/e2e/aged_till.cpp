#include <cstdlib>
#include <iostream>

#include "firmware/till/till_folder.h"
#include "tests/daemon/sync/plain_sale.h"
#include "tests/support/pruning.h"

namespace counterfoil::test {
namespace {

constexpr std::int64_t kSales = 40;

// A shift of some sales that is closed and reported, and events that count for nothing.
base::Status live_a_day(journal::Journal& journal, std::int64_t events) {
    json::Object body;
    body.set("float_minor", std::int64_t{0});
    CF_TRY(journal.append(one({ledger::EventType::shift_opened, std::move(body), "S1", "anna"})));
    for (std::int64_t i = 0; i < kSales; ++i) {
        CF_LET(journal::Totals totals, journal.totals());
        journal::Draft sale = sync::plain_sale(totals, 500);
        sale.shift = "S1";
        CF_TRY(journal.append(one(std::move(sale))));
    }
    CF_TRY(journal.append(one({ledger::EventType::shift_closed, {}, "S1", "anna"})));
    report(journal, "S1");
    fill(journal, events - journal.head().seq);
    return {};
}

base::Status make(const till::TillFolder& folder, std::int64_t events, std::int64_t days) {
    base::SettableClock clock({base::SystemClock().now().unix_ms - days * journal::kDayMs});
    CF_LET(auto till, till::TillLedger::create(folder, "T01", clock));
    CF_TRY(till::write_card(folder, {}));
    return live_a_day(till.journal(), events);
}

}  // namespace
}  // namespace counterfoil::test

// A till that was set up days ago and lived one day since: aged_till DIR EVENTS DAYS.
int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: aged_till DIR EVENTS DAYS\n";
        return 2;
    }
    const auto done = counterfoil::test::make({argv[1]}, std::atoll(argv[2]), std::atoll(argv[3]));
    if (done.ok()) return 0;
    std::cerr << "aged_till: " << done.error().line() << '\n';
    return 3;
}
