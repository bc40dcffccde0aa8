#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/core/base/clock.h"

// What a till and its sync daemon say to each other over the till's socket: a line of JSON each, in
// which members that are not known are passed over. FORMAT.md beside this file describes them.
namespace counterfoil::wire {

// How a till stands with the centre.
enum class UplinkState {
    online,     // the centre answers
    no_link,    // this machine has no network
    no_broker,  // the broker cannot be reached, refuses us, or has fallen silent
    no_centre,  // the broker is there, and the centre says nothing
    refused,    // the centre takes nothing of this terminal until a person has seen to it
    no_sync,    // the daemon itself does not run: of this only the till knows
};
inline constexpr std::size_t kUplinkStates = 6;

std::string_view state_name(UplinkState state);
std::optional<UplinkState> state_from_name(std::string_view name);

// From the till: its ledger goes so far.
struct Ring {
    std::int64_t events = 0;
};

// From the daemon, when it changes and every few seconds.
struct Standing {
    UplinkState state = UplinkState::no_broker;
    std::string reason;          // in English, for people who look after it; may be empty
    std::int64_t epoch = 0;      // of the ledger
    std::int64_t receipted = 0;  // the last event that the centre has signed to hold; 0: none
    std::int64_t mirror = 0;     // the version of the central data that the mirror has
    base::WallTime server_time;  // the last that the centre signed; 1970: none
    std::int64_t older = 0;      // events of the till's older ledgers that it has not signed for

    bool operator==(const Standing&) const = default;
};

inline constexpr std::size_t kMaxReasonBytes = 400;

// Without the line's end.
std::string write(const Ring& ring);
// What cannot stand in the reason is replaced, and what is too much cut off.
std::string write(const Standing& standing);
// malformed.
base::Result<Ring> read_ring(std::string_view line);
base::Result<Standing> read_standing(std::string_view line);

}  // namespace counterfoil::wire
