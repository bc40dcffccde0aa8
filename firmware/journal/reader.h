#pragma once

#include <filesystem>
#include <ostream>

#include "firmware/journal/event_table.h"
#include "firmware/journal/identity.h"
#include "firmware/journal/prune_plan.h"

namespace counterfoil::journal {

// A journal as everybody but its till sees it: to send, to export, to look at. It never changes a
// byte of the database, and sees what was committed when a call began. One thread at a time.
class JournalReader {
  public:
    static base::Result<JournalReader> open(const std::filesystem::path& database,
                                            const char* vfs = nullptr);

    const ledger::ExportHeader& header() const { return identity_.header; }
    const base::Uuid& incarnation() const { return identity_.incarnation; }
    base::Result<std::int64_t> last_seq();
    // Behind which event it begins by now: the till may prune while others read.
    base::Result<ledger::Base> base();
    // Nothing where there is none of that number, or none any more.
    base::Result<std::optional<ledger::SignedEvent>> find(std::int64_t seq) {
        return events_.find(seq);
    }

    // Up to which event the centre is known to hold it, see received_seq().
    base::Result<std::int64_t> received(const std::optional<ledger::Receipt>& receipt);

    // Hands over the events from `first` on that are there, all of one moment, until `visit` fails.
    base::Status visit(std::int64_t first,
                       const std::function<base::Status(const StoredEvent&)>& visit);

    // The ledger as a file that proves itself; returns the number of events. io_failed where the
    // stream takes no more.
    base::Result<std::int64_t> write_export(std::ostream& out);

  private:
    base::Result<std::int64_t> write_events(std::ostream& out);

    JournalReader(std::unique_ptr<sqlite::Connection> connection, EventTable events,
                  Identity identity)
        : connection_(std::move(connection)),
          events_(std::move(events)),
          identity_(std::move(identity)) {}

    // Behind a pointer, because the table refers to it and the reader can be moved.
    std::unique_ptr<sqlite::Connection> connection_;
    EventTable events_;
    Identity identity_;
};

}  // namespace counterfoil::journal
