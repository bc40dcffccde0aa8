#pragma once

#include <map>
#include <string>
#include <string_view>

#include "daemon/aggregator/store/database.h"
#include "firmware/core/wire/fields.h"

namespace counterfoil::ingest {

// When terminals were heard, and how far they said that their own ledgers went: gathered here, and
// written down together now and then. One thread.
class Sightings {
  public:
    // Of a terminal that is known, so that these are bounded.
    void see(std::string_view terminal, base::WallTime now);
    // What it says of an older epoch than it has spoken of says nothing of where it is now.
    void see(std::string_view terminal, base::WallTime now, const wire::Cursor& cursor);

    // What is new since it was done last. Where it fails, it is all to be written still.
    base::Status write(store::Database& database);

  private:
    struct Sighting {
        std::int64_t seen_ms = 0;
        std::optional<wire::Cursor> cursor;
    };
    std::map<std::string, Sighting, std::less<>> fresh_;
};

}  // namespace counterfoil::ingest
