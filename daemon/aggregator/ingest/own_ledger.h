#pragma once

#include <functional>
#include <memory>

#include "daemon/aggregator/ingest/head_file.h"
#include "daemon/aggregator/ingest/keeper.h"
#include "firmware/core/crypto/signing_crew.h"

namespace counterfoil::ingest {

// The centre's own ledger: what it does itself is an event in a signed chain, like what happens at
// a counter, and takes the same path, so that all it knows can be told from ledgers. A centre that
// was restored begins another epoch of it. One thread; several processes may record in turns.
class OwnLedger {
  public:
    struct World {
        store::Database& database;
        crypto::Signer& signer;
        const crypto::Certificate& certificate;
        const base::Clock& clock;
        base::Entropy& entropy;
        std::filesystem::path head_file = {};  // empty: there is none
        // So long after a mark, what is recorded waits for the next one. What is recorded is on the
        // disk all the same: only an older copy of the store, put in its place, is noticed later.
        std::int64_t mark_patience_ms = 0;
        // By the same key as `signer`, for a thread of the ledger's own; null: it has none.
        crypto::Signer* helper = nullptr;
    };
    // Begins the ledger where there is none. key_mismatch where it is another key's; rolled_back
    // where the database is an older copy.
    static base::Result<OwnLedger> open(const World& world);

    // Durable, with all that follows from it, when it returns.
    base::Status record(ledger::EventType type, const json::Object& body, const std::string& staff);

    // Does all of it in one transaction: when it returns, everything that was added is durable;
    // where it fails, nothing is.
    base::Status within(const std::function<base::Status()>& acts);
    // The same for acts that first have questions of the store.
    using Acts = std::function<base::Status(std::span<const store::Rows> answers)>;
    base::Status within(std::span<const store::Question> questions, const Acts& acts);
    // A part of within(): one event, and all that follows from it. Returns its place. It may wait
    // for others, with which it shares a batch and one pass over the tables, until settle() or the
    // end of within().
    base::Result<wire::Cursor> add(ledger::EventType type, const json::Object& body,
                                   const std::string& staff);

    // The same of many in their order.
    struct Entry {
        ledger::EventType type;
        json::Object body;
    };
    base::Status add_all(std::span<const Entry> entries, const std::string& staff);

    // All that was added stands in the tables, for whoever reads them before within() ends. Once
    // this has failed the whole of within() does, with the same error.
    base::Status settle();

    // From then on the terminal's events are taken, in the epoch of its ledger that is returned:
    // its first one or, where events of the last one are held, the next. Those before go on being
    // taken from where they are held, so that nothing that was sold is lost. invalid_argument for
    // the centre's own name.
    base::Result<std::int64_t> provision(const crypto::Certificate& certificate, std::int64_t store,
                                         const std::string& staff);
    // The same as a part of within().
    base::Result<std::int64_t> add_provisioning(const crypto::Certificate& certificate,
                                                std::int64_t store, const std::string& staff);
    base::Status revoke(const std::string& terminal, const std::string& reason,
                        const std::string& staff);

    // Ends the ledger's last epoch, because of the reason, and begins a higher one, whose first
    // event says so: the store is not what it was. A part of the caller's transaction.
    static base::Result<wire::Cursor> begin_epoch(const World& world, std::int64_t epoch,
                                                  const std::string& reason);

    // Notes outside of the store how far all of it has come, where it has come further.
    base::Status mark();

    const wire::Cursor& cursor() const { return cursor_; }

  private:
    OwnLedger(const World& world, const wire::Cursor& cursor)
        : world_(world),
          cursor_(cursor),
          kept_(cursor),
          certificate_(world.certificate.fingerprint()),
          boot_(base::UuidMaker(world.clock, world.entropy).make()) {
        if (world.helper != nullptr)
            crew_ = std::make_unique<crypto::SigningCrew>(world.signer, *world.helper);
    }
    json::Object genesis() const;
    base::Result<std::string> write(const wire::Cursor& after, ledger::EventType type,
                                    const json::Object& body, const std::string& staff);
    // Holds the ledger, which nobody else moves meanwhile; the questions' answers are what is left
    // in `answers`.
    base::Result<store::Transaction> begin(std::span<const store::Question> questions,
                                           std::vector<store::Rows>& answers);
    base::Status do_within(std::span<const store::Question> questions, const Acts& acts);
    base::Status sign(ledger::SignedEvent& event, const crypto::Digest& hash);
    base::Status collect_signatures();
    base::Status keep_waiting();
    // As many of them as one batch holds.
    base::Status keep(std::span<const ledger::SignedEvent> events);
    void begin_at(const wire::Cursor& cursor);

    World world_;
    wire::Cursor cursor_;
    wire::Cursor kept_;                          // what is behind it waits
    wire::Cursor begun_;                         // where within() began
    std::optional<Held> held_;                   // by it
    std::vector<ledger::SignedEvent> waiting_;   // written, for one batch
    std::unique_ptr<crypto::SigningCrew> crew_;  // signs what waits
    std::size_t waiting_bytes_ = 0;
    base::Status settled_;
    crypto::Digest certificate_;
    base::Uuid boot_;
    std::optional<StoreMark> marked_;
    std::int64_t mark_due_ms_ = 0;
};

// The last epoch of the centre's own ledger; 1 before it has begun.
base::Result<std::int64_t> own_epoch(store::Database& database);
// How far it has come.
base::Result<wire::Cursor> own_cursor(store::Database& database);

}  // namespace counterfoil::ingest
