#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/aggregator/services/fault.h"

// Parts of lists that are too long to be counted or passed over: each names the place behind it,
// from which the next one goes on.
namespace counterfoil::services {

// So many rows are looked at for one part, so that a rare kind of row makes nobody wait. A part can
// have fewer rows than were asked for, or none, and be followed by others.
inline constexpr std::int64_t kMostExamined = 4'000;

struct SliceAsk {
    std::string after;  // where the part before it ended; empty: the list's beginning
    std::int64_t limit = 100;
    std::optional<std::int64_t> from_ms;  // of then or later
    std::optional<std::int64_t> to_ms;    // before then
};

template <class Item>
struct Slice {
    std::optional<std::int64_t> total;  // where it is known without counting
    std::vector<Item> items;
    std::string next;  // empty: nothing follows
};

// A place in a list as a text for whoever asks for the list: a time, numbers and a name.
struct SlicePlace {
    std::int64_t at_ms = 0;
    std::int64_t epoch = 0;
    std::int64_t seq = 0;
    std::string name;

    std::string text() const;
    // place_wrong for a text that names none.
    static Outcome<SlicePlace> parse(std::string_view text);
};

// The place before all that an ask wants.
Outcome<SlicePlace> first_place(const SliceAsk& ask);

}  // namespace counterfoil::services
