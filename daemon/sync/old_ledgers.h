#pragma once

#include <memory>
#include <vector>

#include "daemon/sync/drain.h"
#include "daemon/sync/journal_stock.h"
#include "daemon/sync/receipt_keeper.h"
#include "daemon/sync/sync_folder.h"
#include "firmware/core/base/log.h"

namespace counterfoil::sync {

// The ledgers that a till worked on before it was set up anew, each put aside in a folder of its
// own. What the centre does not hold of them comes home over the link of the ledger that the till
// works on now, and behind that: one message at a time, and only while nothing of the newer ledger
// waits for an answer. So it is never in doubt what a refusal is about, which does not say so. Once
// the centre has signed for the last event, that stands in the ledger's folder, and the ledger is
// never looked at again. One thread.
class OldLedgers {
  public:
    // All must outlive it.
    struct World {
        const crypto::Verifier& centre;
        const base::Clock& clock;
        base::Entropy& entropy;
        base::Log& log;
    };
    explicit OldLedgers(World world);
    ~OldLedgers();

    // Finds those that are not home yet; what is no older ledger of this terminal's is told and
    // left.
    void open(const SyncFolder& folder, const std::string& terminal, std::int64_t epoch,
              const DrainSettings& settings);

    void connected();
    void disconnected(const std::string& why);

    // A message of theirs waits for its answer: for as long nothing else is to be sent. That ends
    // by itself, so that a silent centre holds up nobody.
    bool is_asking() const;
    // What is to be sent now, if anything is; good until the next call.
    base::Result<std::optional<std::string_view>> next();
    // The last that next() gave is on its way.
    void sent();

    // True where it was about one of them. The errors are their disks'.
    base::Result<bool> hear(const wire::Welcome& welcome);
    base::Result<bool> hear(const wire::Receipt& receipt);
    bool hear(const wire::Nak& nak);

    // Events of theirs that the centre has not signed to hold.
    std::int64_t left() const;

  private:
    struct Ledger;
    base::Status open_one(const SyncFolder& folder, const std::string& terminal, std::int64_t epoch,
                          const DrainSettings& settings);
    Ledger* asked(std::int64_t epoch);
    void answered();
    base::Status come_home(Ledger& ledger);

    World world_;
    SyncFolder own_;
    std::vector<std::unique_ptr<Ledger>> ledgers_;
    Ledger* asked_ = nullptr;  // the last that a message was of
    std::optional<std::int64_t> asked_ms_;
};

}  // namespace counterfoil::sync
