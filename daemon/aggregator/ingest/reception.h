#pragma once

#include <array>
#include <memory>

#include "daemon/aggregator/ingest/credit.h"
#include "daemon/aggregator/ingest/examination.h"
#include "daemon/aggregator/ingest/judgements.h"
#include "daemon/aggregator/ingest/keeper.h"
#include "daemon/aggregator/ingest/sightings.h"

namespace counterfoil::ingest {

// What is to be sent to a terminal.
struct Outgoing {
    std::string terminal;
    std::string payload;
};

// What came in and what became of it, since the start.
struct Figures {
    std::uint64_t hellos = 0;
    std::uint64_t heartbeats = 0;
    std::uint64_t pulls = 0;
    std::uint64_t batches_kept = 0;
    std::uint64_t events_kept = 0;
    std::uint64_t batches_again = 0;
    std::uint64_t receipts = 0;
    std::uint64_t quarantined = 0;
    std::uint64_t heads_behind = 0;   // a terminal has less than it had: a copy, or a cut tail
    std::uint64_t other_ledgers = 0;  // a terminal came with another one: a clone
    std::uint64_t points_accrued = 0;
    std::uint64_t coupons_used = 0;
    std::array<std::uint64_t, wire::kReasons> refused{};  // by the reason that was told

    std::uint64_t refused_for(wire::Reason reason) const {
        return refused[static_cast<std::size_t>(reason)];
    }
};

// Answers terminals. What they send together is kept in one transaction; a receipt is made only
// when that is on the disk, and one for each ledger says all. What is no batch delays nobody.
// All that it is given must outlive it. One thread.
class Reception {
  public:
    struct World {
        store::Database& database;
        crypto::Signer& signer;
        const base::Clock& clock;
        // Called for terminals that somebody has to see to, seldom, from within take().
        Judgements::Tell judged = {};
        std::int64_t credit_of_all = Credit::kOfAll;  // events
        // Answers a known terminal's pull of a class that there is, elsewhere; called from within
        // take(). Where there is none, there is no class.
        std::function<void(std::string_view terminal, const wire::Pull& pull)> pulled = {};
    };
    static base::Result<Reception> open(const World& world);

    // After an error nothing of it may be answered; the same can be given again.
    base::Result<std::vector<Outgoing>> take(const Examined& messages);
    base::Result<std::vector<Outgoing>> take(std::span<const Incoming> messages);

    // When terminals were provisioned or revoked.
    base::Status reload();
    // Whether some were since, as far as the centre's own ledger has moved.
    base::Result<bool> is_outdated();

    // When terminals were heard is written down: now and then, because nobody waits for it.
    base::Status write_sightings() { return sightings_.write(world_.database); }

    const Figures& figures() const { return figures_; }
    const Terminals& terminals() const { return terminals_; }
    // For those who examine, on any thread.
    const HeldMarks& held() const { return *held_; }

  private:
    explicit Reception(const World& world)
        : world_(world), judgements_(world.judged), credit_(world.credit_of_all) {}
    struct Work;

    base::Result<std::vector<Outgoing>> take_once(const Examined& messages);
    // Before anything is answered: who comes together has even shares.
    void count_senders(const Examined& messages);
    base::Status hear(const Said& said, Work& work);
    base::Status take_hello(std::string_view terminal, const wire::Hello& hello, Work& work);
    base::Status welcome(const wire::Hello& hello, Work& work);
    base::Status take_pull(const Said& said, const wire::Pull& pull, Work& work);
    base::Status take_heartbeat(std::string_view terminal, const wire::Heartbeat& heartbeat);
    base::Status take_refused(const Said& said, const Refused& refused, Work& work);
    base::Result<std::vector<Kept>> try_to_keep(std::span<const Candidate> candidates);
    // How far the ledger was held for sure, before what may or may not have been kept.
    std::int64_t surely_held(const LedgerName& name) const;
    base::Status keep_all(std::span<const Candidate> candidates, Work& work);
    base::Status keep_each(std::span<const Candidate> candidates, Work& work);
    base::Status answer(const Candidate& candidate, const Kept& kept, Work& work);
    base::Status examine_again(const Candidate& candidate, Work& work);
    base::Status write_receipts(Work& work);
    base::Status quarantine(std::string_view terminal, std::string_view bytes,
                            const Refused& refused);
    base::Result<wire::Versions> versions(Work& work);
    void refuse(std::string_view terminal, wire::Nak nak, Work& work);

    World world_;
    Judgements judgements_;
    Terminals terminals_;
    Credit credit_;
    Sightings sightings_;
    std::unique_ptr<HeldMarks> held_ = std::make_unique<HeldMarks>();
    // The centre's own ledger when terminals were loaded. Its epoch is what every answer names, so
    // that a terminal can tell a centre that was restored.
    wire::Cursor own_;
    // Batches that were kept, unless their commit failed, since messages were answered last, by the
    // ledger and the last event: when they come again, they are no repetition.
    struct Counted {
        std::uint64_t points = 0;
        std::uint64_t coupons = 0;
    };
    static Counted count(const Candidate& candidate, std::uint64_t events);
    struct Unsettled {
        crypto::Digest head;
        std::uint64_t events;
        Counted counted;
    };
    std::map<std::pair<LedgerName, std::int64_t>, Unsettled> unsettled_;
    Figures figures_;
};

}  // namespace counterfoil::ingest
