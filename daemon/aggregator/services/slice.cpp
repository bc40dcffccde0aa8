#include "daemon/aggregator/services/slice.h"

#include <charconv>
#include <limits>

namespace counterfoil::services {
namespace {

constexpr std::size_t kLongestName = 64;

// The number up to the next dot, which is passed.
std::optional<std::int64_t> number_in(std::string_view& text) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return {};
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + dot, number);
    if (problem != std::errc() || end != text.data() + dot || number < 0) return {};
    text.remove_prefix(dot + 1);
    return number;
}

}  // namespace

std::string SlicePlace::text() const {
    return std::to_string(at_ms) + "." + std::to_string(epoch) + "." + std::to_string(seq) + "." +
           name;
}

Outcome<SlicePlace> SlicePlace::parse(std::string_view text) {
    const auto at_ms = number_in(text);
    const auto epoch = at_ms ? number_in(text) : std::nullopt;
    const auto seq = epoch ? number_in(text) : std::nullopt;
    if (!seq || text.size() > kLongestName) return Refusal::place_wrong;
    return SlicePlace{*at_ms, *epoch, *seq, std::string(text)};
}

Outcome<SlicePlace> first_place(const SliceAsk& ask) {
    constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
    SlicePlace place{kEnd, kEnd, kEnd, ""};
    if (!ask.after.empty()) {
        CF_LET(place, SlicePlace::parse(ask.after));
    }
    if (!ask.to_ms || place.at_ms < *ask.to_ms) return place;
    place.at_ms = *ask.to_ms;
    place.name.clear();
    return place;
}

}  // namespace counterfoil::services
