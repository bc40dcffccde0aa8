#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/core/base/clock.h"
#include "firmware/core/base/id.h"
#include "firmware/core/crypto/certificate.h"
#include "firmware/core/crypto/signature.h"
#include "firmware/core/ledger/chain.h"
#include "firmware/core/ledger/event.h"
#include "firmware/core/ledger/grant.h"
#include "firmware/journal/disk_gauge.h"
#include "firmware/journal/event_table.h"
#include "firmware/journal/projections.h"
#include "firmware/journal/prune_plan.h"

// A terminal's own ledger, in one SQLite file: the till is its only writer, others read it through
// JournalReader.
namespace counterfoil::journal {

struct Paths {
    std::filesystem::path database;
    std::filesystem::path mark;  // see MarkFile
    const char* vfs = nullptr;   // tests bring a disk of their own

    // journal.db and journal.mark.
    static Paths in(const std::filesystem::path& folder);
    // journal-base.db: see BaseFile.
    std::filesystem::path base() const;
};

// What the journal needs of the world. All must outlive it.
struct World {
    const base::Clock& clock;
    base::Entropy& entropy;
    crypto::Signer& signer;
    const DiskGauge& disk;
    base::Uuid boot;                                 // this start of the machine
    base::WallTime not_before = base::build_time();  // no event is dated earlier
};

// An event to be recorded.
struct Draft {
    ledger::EventType type;
    json::Object body;
    std::string shift = {};
    std::string staff = {};
};

// How a ledger begins: the terminal's epoch and, where a centre has opened it, its word for that.
struct Opening {
    std::int64_t epoch = 1;
    std::optional<ledger::EpochGrant> grant = {};
};

// Where the chain ends.
struct Head {
    std::int64_t seq = 0;
    crypto::Digest hash{};
};

// What a step of pruning came to.
struct PruneStep {
    std::int64_t events = 0;              // so many are gone
    bool is_more = false;                 // there is another step to do
    KeptFor kept_for = KeptFor::receipt;  // why the next event stays, where there is no more
};

// One thread at a time.
class Journal {
  public:
    // A new ledger for the certificates' terminal, opened by its genesis event. An interrupted
    // creation is taken up again; already_exists where a ledger is there.
    static base::Result<Journal> create(const Paths& paths, const World& world,
                                        const std::vector<crypto::Certificate>& certificates,
                                        const Opening& opening = {});

    // A ledger that is there. Its last events are checked: link by link, their last signature, the
    // projections' place, the mark. What does not hold is reported (corrupt, restored_copy,
    // key_mismatch) and left as it is; nothing is ever repaired silently.
    static base::Result<Journal> open(const Paths& paths, const World& world);

    // Records the events, all or none: chained, signed, counted and on the disk when it returns.
    // Where the clock was set, or the signer failed or came back, events that say so go before.
    //
    // refused, too_large, disk_full, disk_nearly_full: nothing was recorded; try something else.
    // io_failed: whether it was recorded shows when the journal is opened anew, which must be done:
    // every further append is refused.
    base::Result<Head> append(const std::vector<Draft>& drafts);

    // Removes a step's worth of old events that the centre has signed to hold: see prune_limit().
    // What was counted of them is counted for ever. corrupt where the file that is to hold it
    // cannot be used: nothing went, and selling goes on. io_failed counts as with append().
    base::Result<PruneStep> prune(const PruneWish& wish);

    // Gives the disk back what pruning left empty, where that is a fifth of the file at least; how
    // many bytes. Takes as long as writing twice what is kept, and needs the room for it: without
    // that disk_nearly_full, and nothing is done. Stopped at any moment, nothing is lost. io_failed
    // counts as with append().
    base::Result<std::int64_t> compact();

    Head head() const;
    // Behind which event it begins.
    const ledger::Base& base() const;
    // Up to which event the centre is known to hold it, see received_seq().
    base::Result<std::int64_t> received(const std::optional<ledger::Receipt>& receipt);
    const std::string& terminal() const;
    std::int64_t epoch() const;
    base::Result<Totals> totals();
    // What has been counted, to be asked and not to be changed; valid as long as the journal.
    Projections& counted();
    // The event's exact bytes and signature; nothing where there is none of that number, or none
    // any more.
    base::Result<std::optional<ledger::SignedEvent>> find_event(std::int64_t seq);
    // Hands over the events from `first` on that are there, until there are no more or `visit`
    // fails.
    base::Status visit(std::int64_t first,
                       const std::function<base::Status(const StoredEvent&)>& visit);
    DiskLevel disk() const;

    // True while events are recorded without a signature because the signer fails.
    bool signer_down() const;

    // Derives the projections anew from the events, and from what was counted up to the base.
    base::Status rebuild_projections();
    base::Result<std::string> dump_projections();

    // Everything that open() checks of the tail, for every event and signature, and the structure
    // of the file; and that the projections are what the events make them. Takes long.
    base::Status check_all();

    Journal(Journal&&) noexcept;
    Journal& operator=(Journal&&) noexcept;
    ~Journal();

  private:
    struct State;
    explicit Journal(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace counterfoil::journal
