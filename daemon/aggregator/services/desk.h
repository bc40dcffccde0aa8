#pragma once

#include "daemon/aggregator/ingest/own_ledger.h"
#include "daemon/aggregator/services/fault.h"

namespace counterfoil::services {

// Where something is done: in a transaction of the store's only writer, beside the centre's own
// ledger. Who works here judges first and records then: after the first record() there is no
// refusal any more.
class Desk {
  public:
    struct World {
        store::Database& database;
        ingest::OwnLedger& own;
        const base::Clock& clock;
        base::UuidMaker& ids;
        base::Entropy& entropy;
    };
    // `by` is the account of whoever asked; empty: the centre itself.
    Desk(const World& world, std::string by) : world_(world), by_(std::move(by)) {}

    store::Database& database() { return world_.database; }
    base::Entropy& entropy() { return world_.entropy; }
    base::WallTime now() const { return world_.clock.now(); }
    std::string new_id() { return world_.ids.make().text(); }
    const std::string& by() const { return by_; }

    // One event of the centre's own ledger, with all that follows from it.
    base::Result<wire::Cursor> record(ledger::EventType type, const json::Object& body);
    // Many in their order.
    base::Status record_all(std::span<const ingest::OwnLedger::Entry> entries);
    // Makes a terminal known by its certificate; returns the epoch of its ledger that is open.
    base::Result<std::int64_t> provision(const crypto::Certificate& certificate,
                                         std::int64_t store);
    bool has_recorded() const { return has_recorded_; }

  private:
    World world_;
    std::string by_;
    bool has_recorded_ = false;
};

}  // namespace counterfoil::services
