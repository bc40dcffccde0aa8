#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "firmware/core/wire/fields.h"

namespace counterfoil::wire {

// Why the centre did not take a message. The list is closed; the names are stable and documented.
enum class Reason {
    gap,            // the batch does not follow what the centre holds: send from expected_seq on
    fork,           // another event is held under a number: the epoch is frozen, see to it
    epoch_frozen,   // a fork was found in this epoch before
    epoch_unknown,  // an epoch that the centre has not admitted, or that is over
    wrong_incarnation,  // another ledger than this terminal's: a copy, or an older state, of it
    wrong_terminal,     // it is not about the terminal that sent it
    unknown_terminal,   // nobody has set it up
    revoked,            // its certificate was taken back
    malformed,          // the bytes are not what they should be; they are kept for people to see
    too_large,          // over a bound
    bad_signature,      // the batch's last event is not signed by the terminal
    broken_chain,       // the batch's events do not follow from each other
    newer_format,       // of a version that the centre does not know yet
    unknown_class,      // there is no such central data
    too_busy,           // again after retry_after_ms
};
inline constexpr std::size_t kReasons = 15;

std::string_view reason_name(Reason reason);
std::optional<Reason> reason_from_name(std::string_view name);

inline constexpr std::size_t kMaxSentenceBytes = 200;
inline constexpr std::int64_t kMaxRetryAfterMs = 3'600'000;

struct Nak {
    Reason reason = Reason::malformed;
    // For people. What cannot stand in a message is replaced and what is too much cut off when it
    // is written, because it may come from a stranger.
    std::string sentence;
    std::optional<Kind> answers;                 // what was not taken, where it could be told
    std::optional<std::int64_t> from;            // of a batch: its first event
    std::optional<std::int64_t> expected_seq;    // with a gap, and then always
    std::optional<std::int64_t> retry_after_ms;  // with too_busy, and then always

    bool operator==(const Nak&) const = default;
};

// It is not signed: a terminal makes nothing of it that a welcome would not mend.
std::string write(const Nak& nak);

// From a message's content.
base::Result<Nak> read_nak(std::string_view content);

}  // namespace counterfoil::wire
