#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/core/crypto/signature.h"
#include "firmware/core/ledger/event.h"

namespace counterfoil::ledger {

// Why a ledger, a batch or a receipt does not hold. The names are stable and documented.
enum class Fault {
    header_malformed,  // the first line is not a ledger's
    bad_certificate,   // the certificates do not lead to their root, or not to the one asked for
    certificate_mismatch,  // the certificates are not those that the first event names
    line_truncated,        // the last line has no end
    line_too_long,         // longer than any event may be
    event_malformed,       // not an event and its signature
    wrong_terminal,        // an event of another terminal or epoch
    genesis_missing,       // event 1 is not the first of a ledger
    event_missing,         // a number is left out
    event_out_of_order,    // the number left out comes later
    event_repeated,        // an event stands twice
    event_forked,          // two different events with one number
    link_broken,           // an event does not name the one before it
    event_altered,         // the event is not what was signed, nor what its successor names
    signature_wrong,       // the event is unchanged, but not signed by this key
    signature_missing,     // unsigned, with no failure of the signer before it
    unsigned_tail,         // unsigned, with no recovery of the signer after it
    grant_missing,         // nothing says that the centre has opened the epoch
    grant_wrong,           // what says so is not signed by that centre
    head_mismatch,         // the last event is not the one that was to be the last
    base_malformed,        // what says where a pruned ledger begins is not in its form
    base_unreceived,       // more is left out at the beginning than the centre has signed for
    receipt_mismatch,      // the centre's receipt is about another event, or another ledger
    empty,                 // no events at all
};

std::string_view fault_name(Fault fault);
// A sentence for people.
std::string_view fault_sentence(Fault fault);

// The first record that does not hold, counted from 1; 0 is the first line.
struct Finding {
    std::int64_t record = 0;
    Fault fault = Fault::empty;

    bool operator==(const Finding&) const = default;
};

// An event as it is stored; it has no signature when it was recorded while the signer was down.
struct SignedEvent {
    std::string bytes;
    std::optional<crypto::Signature> signature;

    bool operator==(const SignedEvent&) const = default;
};

// One line of an export or a batch: an event's exact bytes, a tab, its signature in base64url. An
// event that was recorded while the signer was down has nothing behind the tab.
struct Line {
    std::string_view bytes;
    std::string_view signature;
};

inline constexpr std::size_t kSignatureTextSize = 86;
inline constexpr std::size_t kMaxLineBytes = kMaxEventBytes + 1 + kSignatureTextSize;

void append_line(std::string& out, std::string_view bytes,
                 const std::optional<crypto::Signature>& signature);
std::optional<Line> split_line(std::string_view line);

// Follows a chain from event to event. It judges places and links, not signatures.
class ChainFollower {
  public:
    // The chain's next event is `next_seq`, and names `prev`.
    ChainFollower(std::string terminal, std::int64_t epoch, std::int64_t next_seq,
                  const crypto::Digest& prev)
        : terminal_(std::move(terminal)), epoch_(epoch), next_seq_(next_seq), head_(prev) {}

    // Why the event cannot be the next one; or nothing, and the chain has moved on by it.
    std::optional<Fault> follow(const EventView& event, const crypto::Digest& hash);

    std::int64_t next_seq() const { return next_seq_; }
    const crypto::Digest& head() const { return head_; }

  private:
    std::string terminal_;
    std::int64_t epoch_;
    std::int64_t next_seq_;
    crypto::Digest head_;
};

// Follows which events are signed and which are not, and judges no signature itself. Unsigned is
// what a failure of the signer opens, up to the signed event that vouches for exactly that.
class SigningFollower {
  public:
    // Nothing where the event may stand there as it is. Behind a fault it goes on as if an unsigned
    // event were signed, and as if a signed one had vouched for what was before it.
    std::optional<Fault> follow(const EventView& event, bool is_signed);

    // The first event of an unsigned end; 0 where the signer works.
    std::int64_t unsigned_from() const { return unsigned_from_; }

  private:
    std::int64_t unsigned_from_ = 0;
};

// What a genesis event's prev is: 32 zero bytes.
inline constexpr crypto::Digest kNoEvent{};

// Where a pruned ledger begins: the last event that is not in it any more, and its hash.
struct Base {
    std::int64_t seq = 0;  // 0: it begins with its genesis
    crypto::Digest head = kNoEvent;

    bool operator==(const Base&) const = default;
};

}  // namespace counterfoil::ledger
