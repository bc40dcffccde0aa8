#include "tests/support/format_document.h"

#include <algorithm>
#include <sstream>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/file.h"

namespace counterfoil::test {

FormatDocument FormatDocument::read(const std::filesystem::path& path) {
    const auto text =
        base::read_file(std::filesystem::path(COUNTERFOIL_SOURCE_DIR) / path, 1 << 20);
    CF_CHECK(text.ok());
    FormatDocument document{text.value(), {}};
    std::istringstream in(document.text);
    std::string line;
    while (std::getline(in, line)) {
        if (!line.starts_with("```")) continue;
        std::string& example = document.examples[line.substr(3)];
        while (std::getline(in, line) && line != "```") example += line;
    }
    return document;
}

bool FormatDocument::names(std::string_view word) const {
    return text.find("`" + std::string(word) + "`") != text.npos;
}

crypto::SigningKey published_key(const std::string& secret, const std::string& point,
                                 base::Entropy& entropy) {
    const auto der =
        base::from_hex("30770201010420" + secret + "a00a06082a8648ce3d030107a144034200" + point)
            .value();
    std::string base64 = base::to_base64url(der);
    std::ranges::replace(base64, '-', '+');
    std::ranges::replace(base64, '_', '/');
    while (base64.size() % 4 != 0) base64 += '=';
    auto key = crypto::SigningKey::from_pem(
        "-----BEGIN EC PRIVATE KEY-----\n" + base64 + "\n-----END EC PRIVATE KEY-----\n", entropy);
    CF_CHECK(key.ok());
    return std::move(key).value();
}

}  // namespace counterfoil::test
