#pragma once

#include <string>
#include <string_view>

namespace counterfoil::base {

// One sentence in both languages of the product. UTF-8.
struct Wording {
    std::string_view english;
    std::string_view hungarian;
};

// A sentence made for the case at hand. UTF-8.
struct Sentence {
    std::string english;
    std::string hungarian;

    bool operator==(const Sentence&) const = default;
};

}  // namespace counterfoil::base
