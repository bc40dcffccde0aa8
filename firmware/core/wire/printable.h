#pragma once

#include <string>
#include <string_view>

namespace counterfoil::wire {

// What Fields::printable() takes: what cannot stand in it is replaced and what is too much cut off,
// because a text for people may come from a stranger.
std::string printable_part(std::string_view text, std::size_t most);

}  // namespace counterfoil::wire
