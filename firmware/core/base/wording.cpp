#include "firmware/core/base/wording.h"

namespace counterfoil::base {

std::optional<Language> language_from_code(std::string_view code) {
    if (code == "hu") return Language::hungarian;
    if (code == "en") return Language::english;
    return {};
}

std::string_view language_code(Language language) {
    return language == Language::hungarian ? "hu" : "en";
}

const std::string& said(const Sentence& sentence, Language language) {
    return language == Language::hungarian ? sentence.hungarian : sentence.english;
}

}  // namespace counterfoil::base
