#pragma once

#include <optional>

#include "firmware/core/base/clock.h"
#include "firmware/core/ledger/export.h"
#include "firmware/journal/event_table.h"
#include "firmware/journal/projections.h"
#include "firmware/journal/prune_limit.h"

namespace counterfoil::journal {

// What is asked to go.
struct PruneWish {
    // The centre's last word, verified by its key: see read_kept_receipt(). It counts where it is
    // about an event that this very ledger has.
    std::optional<ledger::Receipt> receipt;
    std::int64_t keep_days = 0;    // what is older may go; 0: all is kept
    std::int64_t needed_from = 0;  // the first event that a user of the journal needs; 0: none
};

// A till stops for no more than one step at a time.
inline constexpr std::int64_t kPruneStep = 250;

// Where a step ends: with an event that is signed, so that no unsigned ones are parted from what
// vouches for them. With the base where nothing may go.
struct PrunePlan {
    std::int64_t last = 0;
    bool is_more = false;
    KeptFor kept_for = KeptFor::receipt;  // what comes behind it, where there is no more
};

// The parts of a journal that decide it.
struct PruneParts {
    EventTable& events;
    Projections& projections;
    const ledger::Base& base;
    std::int64_t head = 0;
    std::int64_t received = 0;  // see received_seq(), of the wish's receipt
};
base::Result<PrunePlan> plan_prune(const PruneParts& parts, const PruneWish& wish,
                                   base::WallTime now);

// Up to which event the centre is known to hold a ledger: by a receipt for the event of its number,
// where that is there, and in any case up to the base, for no other event is ever pruned.
std::int64_t received_seq(const ledger::ExportHeader& header, const ledger::Base& base,
                          const std::optional<ledger::Receipt>& receipt,
                          const std::optional<ledger::SignedEvent>& receipted);

}  // namespace counterfoil::journal
