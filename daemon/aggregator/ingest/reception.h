#pragma once

#include <array>

#include "daemon/aggregator/ingest/keeper.h"
#include "firmware/core/wire/from_terminal.h"

namespace counterfoil::ingest {

// What a terminal sent, as the broker vouches, and what is to be sent to one.
struct Incoming {
    std::string_view terminal;
    std::string_view payload;
};
struct Outgoing {
    std::string terminal;
    std::string payload;
};

// What came in and what became of it, since the start.
struct Figures {
    std::uint64_t hellos = 0;
    std::uint64_t heartbeats = 0;
    std::uint64_t batches_kept = 0;
    std::uint64_t events_kept = 0;
    std::uint64_t batches_again = 0;
    std::uint64_t receipts = 0;
    std::uint64_t quarantined = 0;
    std::uint64_t heads_behind = 0;   // a terminal has less than it had: a copy, or a cut tail
    std::uint64_t other_ledgers = 0;  // a terminal came with another one: a clone
    std::array<std::uint64_t, wire::kReasons> refused{};  // by the reason that was told

    std::uint64_t refused_for(wire::Reason reason) const {
        return refused[static_cast<std::size_t>(reason)];
    }
};

// Answers terminals. What they send together is kept in one transaction; a receipt is made only
// when that is on the disk, and one for each terminal says all. What is no batch delays nobody.
// All that it is given must outlive it. One thread.
class Reception {
  public:
    struct World {
        store::Database& database;
        crypto::Signer& signer;
        const base::Clock& clock;
    };
    static base::Result<Reception> open(const World& world);

    // After an error nothing of it may be answered; the same can be given again.
    base::Result<std::vector<Outgoing>> take(std::span<const Incoming> messages);

    // When terminals were provisioned or revoked.
    base::Status reload();

    const Figures& figures() const { return figures_; }
    const Terminals& terminals() const { return terminals_; }

  private:
    explicit Reception(const World& world) : world_(world) {}
    struct Work;

    base::Status look_at(const Incoming& message, Work& work);
    base::Status take_hello(std::string_view terminal, const wire::Hello& hello, Work& work);
    base::Status welcome(const wire::Hello& hello, Work& work);
    base::Status take_heartbeat(std::string_view terminal, const wire::Heartbeat& heartbeat);
    base::Status take_batch(std::string_view terminal, std::string_view bytes, Work& work);
    base::Status keep_all(Work& work);
    base::Status answer_batches(const std::vector<Kept>& all, Work& work);
    base::Status write_receipts(Work& work);
    base::Status quarantine(std::string_view terminal, std::string_view bytes,
                            const Refused& refused);
    wire::Versions versions() const { return {{std::string(kCentre), own_epoch_}}; }
    void refuse(std::string_view terminal, wire::Nak nak, Work& work);

    World world_;
    Terminals terminals_;
    // What every answer names, so that a terminal can tell a centre that was restored.
    std::int64_t own_epoch_ = 1;
    Figures figures_;
};

}  // namespace counterfoil::ingest
