#pragma once

#include <optional>

#include "firmware/till/till_folder.h"

namespace counterfoil::till {

// The first event that a till's papers need: of what is owed, in doubt or offered its own event,
// and those of the receipts that it is a copy of or takes back. None: they need none.
base::Result<std::optional<std::int64_t>> needed_by_papers(journal::Journal& journal,
                                                           checkout::DeskFile& desk);

// Prunes a till's journal a step at a time, below the receipt that its sync daemon has kept, and by
// its settings. What it is given must outlive it.
class Pruning {
  public:
    Pruning(TillFolder folder, OpenTill& till) : folder_(std::move(folder)), till_(till) {}

    // `keep_days` in the place of the setting.
    base::Result<journal::PruneStep> step(std::optional<std::int64_t> keep_days = {});

  private:
    base::Result<std::int64_t> needed_from();

    TillFolder folder_;
    OpenTill& till_;
};

}  // namespace counterfoil::till
