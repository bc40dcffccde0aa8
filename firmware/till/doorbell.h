#pragma once

#include <memory>

#include "firmware/core/base/wording.h"
#include "firmware/core/http/line_socket.h"
#include "firmware/core/json/json.h"
#include "firmware/core/wire/doorbell.h"
#include "firmware/journal/journal.h"

namespace counterfoil::till {

// The last event that a receipt in the sync daemon's folder proves the centre to hold; 0 where none
// does: there is none, or it is of another ledger or another centre.
std::int64_t receipted_by_file(const std::filesystem::path& folder, journal::Journal& journal);

// The till's end of the socket between it and its sync daemon: rings when something was recorded,
// and knows how the till stands with the centre. Selling never waits for it. On the loop's thread.
class Doorbell {
  public:
    struct World {
        http::Loop& loop;
        journal::Journal& journal;
        const base::Clock& clock;
        // Called when something of it changed, and when there are other central data.
        std::function<void()> changed;
        std::function<void()> mirror_changed;
    };
    // Of the till in that folder. What it is given must outlive it.
    Doorbell(World world, const std::filesystem::path& folder);

    // Begins to listen; where that fails no daemon will be heard.
    base::Status open();
    // Something may have been recorded.
    void ring();

    wire::UplinkState state() const { return standing_.state; }
    // Up to which event the centre has signed to hold the ledger.
    std::int64_t receipted() const { return standing_.receipted; }
    // Events that the centre has not signed to hold, and how long the first of them has waited.
    std::int64_t unsynced() const;
    std::int64_t oldest_s();
    // Those of ledgers that the till worked on before it was set up anew, as the daemon says.
    std::int64_t unsynced_older() const { return standing_.older; }
    // For screens: the state, what it means, and the three above.
    json::Object answer(base::Language language);

  private:
    void take(base::Descriptor connection);
    void hear(std::string_view line);
    void hang_up();

    World world_;
    std::filesystem::path path_;
    std::unique_ptr<http::LineListener> listener_;
    std::unique_ptr<http::LineSocket> daemon_;
    wire::Standing standing_;
    std::int64_t rung_ = 0;
    // The first event that waits, and when it was recorded.
    std::int64_t oldest_seq_ = 0;
    base::WallTime oldest_at_;
};

}  // namespace counterfoil::till
