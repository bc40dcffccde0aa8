#pragma once

#include "daemon/aggregator/ingest/keeper.h"
#include "firmware/core/crypto/signing_key.h"

namespace counterfoil::ingest {

// The centre's own ledger: what it does itself is an event in a signed chain, like what happens at
// a counter, and takes the same path, so that all it knows can be told from ledgers. One thread,
// and one process: a second one would sign another history.
class OwnLedger {
  public:
    struct World {
        store::Database& database;
        crypto::SigningKey& key;
        const crypto::Certificate& certificate;
        const base::Clock& clock;
        base::Entropy& entropy;
    };
    // Begins the ledger where there is none. key_mismatch where it is another key's.
    static base::Result<OwnLedger> open(const World& world);

    // Durable, with all that follows from it, when it returns.
    base::Status record(ledger::EventType type, const json::Object& body, const std::string& staff);

    // From then on the terminal's events are taken. invalid_argument for the centre's own name.
    base::Status provision(const crypto::Certificate& certificate, std::int64_t store,
                           const std::string& staff);
    base::Status revoke(const std::string& terminal, const std::string& reason,
                        const std::string& staff);

    const wire::Cursor& cursor() const { return cursor_; }

  private:
    OwnLedger(const World& world, const wire::Cursor& cursor)
        : world_(world),
          cursor_(cursor),
          boot_(base::UuidMaker(world.clock, world.entropy).make()) {}
    base::Result<ledger::SignedEvent> write(ledger::EventType type, const json::Object& body,
                                            const std::string& staff);

    World world_;
    wire::Cursor cursor_;
    base::Uuid boot_;
};

}  // namespace counterfoil::ingest
