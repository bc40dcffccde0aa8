#pragma once

#include <optional>
#include <set>
#include <string>

#include "daemon/sync/stock.h"
#include "firmware/core/base/clock.h"
#include "firmware/core/wire/from_centre.h"

namespace counterfoil::sync {

struct DrainSettings {
    std::string software;
    // How long nothing may come back before the centre is asked anew; doubles while it is silent.
    std::int64_t ask_again_ms = 2000;
    // How long a refused terminal waits before it asks anew; doubles while it is refused.
    std::int64_t refused_ms = 30'000;
    std::int64_t refused_most_ms = 300'000;
    // After a batch with nothing behind it, the next of that kind waits so long: so a burst of
    // events shares a batch.
    std::int64_t share_ms = 0;
    // No more is under way, even where the centre gives more credit.
    std::int64_t most_events = 1'000'000;
    std::size_t most_batches = 1'000'000;
};

// What happened.
struct DrainFigures {
    std::int64_t received = 0;  // events, by what the centre signed last
    std::int64_t sent = 0;      // events, each counted once
    std::uint64_t batches = 0;  // with those that were sent again
    std::uint64_t receipts = 0;
    std::uint64_t hellos = 0;
    std::uint64_t gaps = 0;      // told by the centre
    std::uint64_t refusals = 0;  // for any other reason
    std::uint64_t wrong = 0;     // answers that cannot be about this ledger, or are an old centre's
    std::string last_trouble;
};

// Why the centre takes nothing of this terminal until a person has seen to it.
struct Refused {
    // A nak's, or what the terminal finds: "other_ledger", "old_centre", or "centre_lost_events",
    // which it had signed for and which were pruned since.
    std::string reason;
    std::string sentence;

    bool operator==(const Refused&) const = default;
};

// Brings a terminal's ledger home: it asks how far the centre is, sends what follows within the
// credit, and goes on from the centre's receipts; where something is missing it sends that again,
// and where nothing comes back for a while it asks anew. What it remembers never counts against a
// welcome. Where the centre holds all and its receipt for the end was lost, that end is sent once
// more: a welcome is nothing that could be kept and shown.
//
// It only decides. Its owner carries messages: takes what next() gives, says sent() once that is on
// its way, and hands over what the centre said and signed. One thread.
class Drain {
  public:
    // All must outlive it.
    Drain(Stock& stock, DrainSettings settings, const base::Clock& clock, base::Entropy& entropy);

    // What the last receipt said, before this process: a centre whose own ledger is in an earlier
    // epoch is not believed.
    void remember(std::int64_t centre_epoch, std::int64_t received);

    // There is a way to the centre, or none any more.
    void connected();
    void disconnected(std::string why);

    // What was proven to be the centre's. The error is the stock's.
    base::Status hear(const wire::Welcome& welcome);
    // True where it is about this ledger, so that it proves what it says.
    base::Result<bool> hear(const wire::Receipt& receipt);
    // Which nobody signed: it changes nothing that a welcome would not mend. Whatever a pull was
    // answered with is not for here.
    void hear(const wire::Nak& nak);
    // What came was not proven to be the centre's.
    void hear_wrong(std::string why);

    struct Message {
        std::string_view payload;  // good until the next call
        std::int64_t to = 0;       // a batch's last event; 0: a hello
        bool is_again = false;     // it was sent before
    };
    // What is to be sent now, if anything is: a hello before any batch.
    base::Result<std::optional<Message>> next();
    // The last that next() gave is on its way.
    void sent();
    // When next() may have something although nothing happens, by the clock's steady_ms().
    std::optional<std::int64_t> due_ms() const;

    bool is_welcome() const { return welcome_; }
    // An answer is owed to a hello or a batch, since heard_ms().
    bool is_waiting() const { return !welcome_ || sent_ > figures_.received || asks_to_sign_; }
    std::int64_t heard_ms() const { return heard_ms_; }
    // Events that the centre lets it have under way.
    std::int64_t credit() const { return credit_; }
    // Until events are taken again.
    const std::optional<Refused>& refused() const { return refused_; }
    const wire::Versions& versions() const { return versions_; }
    const DrainFigures& figures() const { return figures_; }

  private:
    bool is_old(const wire::Versions& versions) const;
    void come_to(std::int64_t seq);
    void accept();
    void heard();
    void refuse(std::string reason, std::string sentence);
    void refuse_pruned(std::int64_t first);
    base::Status refuse_other(const wire::Cursor& cursor);
    void take_gap(std::int64_t expected_seq);
    void ask_if_silent();
    base::Result<std::optional<Message>> next_hello();
    base::Result<std::optional<Message>> next_batch();
    base::Result<std::optional<Message>> next_testimony();
    base::Result<std::optional<Message>> next_at_the_end();
    bool may_send() const;
    // Of the batch behind `sent_`, the event that it ended with when it was sent before.
    std::int64_t known_end() const;
    bool has_room(std::int64_t to) const;
    std::int64_t ask_at_ms() const;

    Stock& stock_;
    const DrainSettings settings_;
    const base::Clock& clock_;
    base::Entropy& entropy_;
    bool connected_ = false;
    bool welcome_ = false;
    bool hello_due_ = false;
    wire::Nonce nonce_{};
    std::string hello_;
    Message given_;
    bool given_is_tail_ = false;
    // The centre is to see this event by itself: it holds another one of that number, and somebody
    // has to learn of the two ledgers; or its word for it was lost. 0: there is none.
    std::int64_t testimony_ = 0;
    std::int64_t signed_ = 0;  // up to there by a receipt
    bool asks_to_sign_ = false;
    std::int64_t centre_epoch_ = 0;
    wire::Versions versions_;
    std::int64_t credit_ = 0;
    std::int64_t sent_ = 0;        // since the last welcome or gap
    std::set<std::int64_t> ends_;  // of the batches that were sent and are not received
    std::int64_t gap_at_ = 0;      // the last that was gone back for
    std::int64_t heard_ms_ = 0;
    std::int64_t patience_ms_;
    std::int64_t quiet_until_ms_ = 0;  // the centre is too busy
    std::int64_t share_until_ms_ = 0;
    std::int64_t refused_until_ms_ = 0;
    std::int64_t refused_wait_ms_;
    std::optional<Refused> refused_;
    bool refused_batch_ = false;
    DrainFigures figures_;
};

}  // namespace counterfoil::sync
