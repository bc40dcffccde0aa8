#include "tools/hardset/texts.h"

#include "firmware/core/base/check.h"
#include "firmware/core/token/product_code.h"

namespace counterfoil::tool {

namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kCapitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::string_view kBase45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
constexpr std::string_view kLink = "abcdefghijklmnopqrstuvwxyz0123456789-_";

std::string letters(std::string_view alphabet, int count, Random& random) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += alphabet[static_cast<std::size_t>(
            random.pick(0, static_cast<int>(alphabet.size()) - 1))];
    return text;
}

std::string article_number(int digits, Random& random) {
    const std::string first = letters(kDigits.substr(1), 1, random);
    return token::with_check_digit(first + letters(kDigits, digits - 2, random));
}

std::string link(Random& random) {
    const std::string shop = letters(kLink.substr(0, 26), random.pick(4, 12), random);
    return "https://" + shop + ".example/" + letters(kLink, random.pick(4, 24), random);
}

std::string qr_text(Random& random) {
    switch (random.pick(0, 2)) {
        case 0:
            return "CF1:" + letters(kBase45, random.pick(120, 180), random);
        case 1:
            return letters(kDigits, random.pick(4, 14), random);
        default:
            return link(random);
    }
}

std::string ticket(int fields, Random& random) {
    std::string text = "T";
    for (int i = 0; i < fields; ++i) text += "/" + letters(kCapitals, random.pick(3, 9), random);
    return text;
}

}  // namespace

std::string make_text(std::string_view format, Random& random) {
    if (format == "QRCode") return qr_text(random);
    if (format == "EAN-13") return article_number(13, random);
    if (format == "EAN-8") return article_number(8, random);
    if (format == "UPC-A") return article_number(12, random);
    if (format == "Code128") return letters(kCapitals, random.pick(6, 14), random);
    if (format == "DataMatrix") return letters(kCapitals, random.pick(8, 40), random);
    if (format == "Aztec")
        return random.chance(0.3) ? link(random) : ticket(random.pick(2, 9), random);
    CF_CHECK(format == "PDF417");
    return ticket(random.pick(2, 10), random);
}

}  // namespace counterfoil::tool
