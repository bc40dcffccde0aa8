#pragma once

#include <filesystem>
#include <memory>

#include "firmware/journal/event_table.h"
#include "firmware/journal/identity.h"
#include "firmware/journal/projections.h"

namespace counterfoil::journal {

// What was counted up to an event that has been or may be pruned, in a file beside the journal: so
// what is counted stays derivable from what is there. It is a file with the journal's own tables,
// of which it uses the projections, the identity, and the base: which event it stands at. It never
// stands before the journal's base, because it goes on, durably, before that does.
//
// The holder of the journal's claim is its only user. What it is given must outlive it.
class BaseFile {
  public:
    struct Place {
        std::filesystem::path path;
        const char* vfs = nullptr;
    };
    // Made where nothing was pruned yet. corrupt where it is missing, damaged, of another ledger or
    // of another time: then what was counted up to the base cannot be derived any more.
    static base::Result<BaseFile> open(const Place& place, const Identity& identity,
                                       const ledger::Base& journals, EventTable& events);

    const ledger::Base& at() const { return at_; }
    sqlite::Connection& connection() { return *connection_; }

    // Counts the events behind at() up to that one, durably.
    base::Status go_on(EventTable& events, std::int64_t last);

  private:
    BaseFile(std::unique_ptr<sqlite::Connection> connection, Projections projections)
        : connection_(std::move(connection)), projections_(std::move(projections)) {}
    static base::Result<BaseFile> open_tables(const Place& place, const ledger::Base& journals);
    base::Status check(const Identity& identity, const ledger::Base& journals, EventTable& events);
    base::Status count(EventTable& events, std::int64_t last, ledger::Base& at);

    // Behind a pointer, because the projections refer to it and the file can be moved.
    std::unique_ptr<sqlite::Connection> connection_;
    Projections projections_;
    ledger::Base at_;
};

}  // namespace counterfoil::journal
