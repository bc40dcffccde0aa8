#pragma once

#include "firmware/core/base/wording.h"
#include "firmware/core/ledger/receipt.h"
#include "firmware/journal/journal.h"
#include "firmware/journal/reader.h"

// What of a ledger is nowhere but in its journal: the events that no receipt of the centre's
// covers. Whoever would throw a journal away asks this first.
namespace counterfoil::journal {

struct Unsynced {
    std::int64_t count = 0;
    std::optional<base::WallTime> oldest;  // when the first of them was recorded
};

// A receipt counts where it is about an event that this very ledger has; none: all is unsynced.
base::Result<Unsynced> count_unsynced(Journal& journal,
                                      const std::optional<ledger::Receipt>& receipt);
base::Result<Unsynced> count_unsynced(JournalReader& journal,
                                      const std::optional<ledger::Receipt>& receipt);

// The receipt that was kept in a file, where it is signed by the centre of that certificate's file;
// nothing where either is missing or does not hold, for then it proves nothing.
std::optional<ledger::Receipt> read_kept_receipt(const std::filesystem::path& receipt,
                                                 const std::filesystem::path& centre);

// "12 events, the oldest 2 days 3 hours old, are nowhere but here: ..."
base::Sentence unsynced_sentence(const Unsynced& unsynced, base::WallTime now);

}  // namespace counterfoil::journal
