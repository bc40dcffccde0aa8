#pragma once

#include <vector>

#include "firmware/journal/unsynced.h"
#include "firmware/till/till_folder.h"
#include "tools/counterfoil/exit_code.h"

// What stands between a till's ledgers and whoever would take them away.
namespace counterfoil::tool {

// A ledger of a till: the one that it works on, or one that it worked on before it was set up anew.
struct HeldLedger {
    till::TillFolder folder;
    std::int64_t epoch = 1;
    journal::Unsynced unsynced;
};
// Nothing where the folder has no ledger.
base::Result<std::optional<HeldLedger>> held_ledger(const till::TillFolder& folder);
// All of a till's, the one that it works on first.
base::Result<std::vector<HeldLedger>> held_ledgers(const till::TillFolder& folder);

journal::Unsynced sum_of(const std::vector<HeldLedger>& ledgers);

// The ledger as a file that `ledger verify` accepts, on the disk when it returns; already_exists
// where there is such a file.
base::Status export_durably(const till::TillFolder& folder, const std::filesystem::path& file);

// In the till's language where nobody says another: "counterfoil: unsynced: ...".
ExitCode refuse_unsynced(const journal::Unsynced& unsynced, base::Language language);
base::Language language_of_till(const till::TillFolder& folder, const std::string& code);

// Folders of ledgers that were put aside: old/epoch-N.
std::filesystem::path old_ledgers(const till::TillFolder& folder);

}  // namespace counterfoil::tool
