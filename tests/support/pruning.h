#pragma once

#include "firmware/journal/journal.h"
#include "tests/support/test_till.h"

namespace counterfoil::journal {

inline constexpr std::int64_t kDayMs = 86'400'000;

// The centre's word on an event that the journal has.
inline ledger::Receipt receipt_for(Journal& journal, std::int64_t seq, base::WallTime now) {
    ledger::Receipt receipt;
    receipt.terminal = journal.terminal();
    receipt.epoch = journal.epoch();
    receipt.seq = seq;
    receipt.head = ledger::event_hash(journal.find_event(seq).value()->bytes);
    receipt.server_time = now;
    return receipt;
}

// Events that count for nothing, many at once.
inline void fill(Journal& journal, std::int64_t events) {
    while (events > 0) {
        std::vector<Draft> drafts;
        for (; events > 0 && drafts.size() < 250; --events)
            drafts.push_back({ledger::EventType::drawer_opened, {}});
        CF_CHECK(journal.append(drafts).ok());
    }
}

inline void report(Journal& journal, const std::string& shift) {
    auto figures = journal.counted().shift_figures(shift).value();
    figures->number = journal.totals().value().z_reports + 1;
    CF_CHECK(
        journal.append(test::one({ledger::EventType::z_report, write_body(*figures), shift, {}}))
            .ok());
}

// Step after step, as a till does it.
inline base::Result<PruneStep> prune_all(Journal& journal, const PruneWish& wish) {
    PruneStep all;
    for (;;) {
        CF_LET(const PruneStep step, journal.prune(wish));
        all.events += step.events;
        all.kept_for = step.kept_for;
        if (!step.is_more) return all;
    }
}

}  // namespace counterfoil::journal
