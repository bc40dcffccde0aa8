#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/wire/fields.h"

namespace counterfoil::wire {

// An event of a terminal's ledger.
struct Place {
    std::string terminal;
    std::int64_t epoch = 1;
    std::int64_t seq = 0;  // 0: before the first

    bool operator==(const Place&) const = default;
};

// The rows of a class of central data that changed between two versions.
struct Delta {
    std::string data_class;
    std::int64_t from = 0;  // what it leads on from; 0: from nothing, whatever was held goes
    std::int64_t to = 0;    // the version that its taker then has; with `from` again, no rows
    bool more = false;      // there are later versions: pull again
    // Up to which event of its taker's ledger the rows take account of; missing where they are the
    // same for every terminal. A delta for another terminal is not to be taken.
    std::optional<Place> includes;
    base::WallTime server_time;
    // One line of text each, 1 byte at least, without control characters; what stands in it is its
    // class's matter. Of a delta that was read, they point into the message.
    std::vector<std::string_view> rows;

    bool operator==(const Delta&) const = default;
};

inline constexpr std::size_t kMaxDeltaRowsBytes = kMaxDeltaBytes - kMaxObjectBytes;

// too_large where the rows and a byte for each come to more than kMaxDeltaRowsBytes, or there are
// more than kMaxDeltaRows; invalid_argument where a row is none; the signer's error.
base::Result<std::string> write(const Delta& delta, crypto::Signer& signer);

// From content that has been proven to be signed, to which the rows then point.
base::Result<Delta> read_delta(std::string_view proven_content);

}  // namespace counterfoil::wire
