#pragma once

#include "daemon/aggregator/ingest/own_ledger.h"
#include "daemon/aggregator/services/slate.h"

namespace counterfoil::services {

// Where something is done: in one transaction of the store's only writer, beside the centre's own
// ledger. Who works here judges first and records then: after its first record() there is no
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

    // Whoever asks next, in the same transaction.
    void serve(std::string by);
    // What those who come will ask for, where it was asked before.
    void prepare(const Slate::Ask& ask, std::span<const store::Rows> answers) {
        slate_.note(ask, answers);
    }

    // As all that was recorded has left it. The tables that ledgers tell of change by what is
    // recorded alone.
    store::Database& database();
    // The same for tables that no ledger tells of, which need not wait for what was recorded.
    store::Database& untold() { return world_.database; }
    // What is asked for most often, without waiting for purchases that others have recorded.
    Outcome<Caller> find_caller(const std::string& account, std::int64_t generation);
    Outcome<Account> find_account(const std::string& id);
    Outcome<bool> is_receipt_taken(const std::string& reference);

    base::Entropy& entropy() { return world_.entropy; }
    base::WallTime now() const { return world_.clock.now(); }
    std::string new_id() { return world_.ids.make().text(); }
    const std::string& by() const { return by_; }

    // One event of the centre's own ledger, with all that follows from it.
    base::Result<wire::Cursor> record(ledger::EventType type, const json::Object& body);
    base::Result<wire::Cursor> record(const ingest::RecordedPurchase& purchase);
    // Many in their order.
    base::Status record_all(std::span<const ingest::OwnLedger::Entry> entries);
    // Makes a terminal known by its certificate; returns the epoch of its ledger that is open.
    base::Result<std::int64_t> provision(const crypto::Certificate& certificate,
                                         std::int64_t store);
    // Whoever is served now.
    bool has_recorded() const { return has_recorded_; }

  private:
    base::Status learn(const Wanted& wanted) { return slate_.read(database(), wanted); }
    // All but purchases.
    void begin_record();

    World world_;
    std::string by_;
    Slate slate_;
    bool has_recorded_ = false;
};

}  // namespace counterfoil::services
