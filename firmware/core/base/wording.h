#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace counterfoil::base {

// The languages of the product.
enum class Language { hungarian, english };

// "hu" and "en".
std::optional<Language> language_from_code(std::string_view code);
std::string_view language_code(Language language);

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

const std::string& said(const Sentence& sentence, Language language);

}  // namespace counterfoil::base
