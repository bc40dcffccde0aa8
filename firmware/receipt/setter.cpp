#include "firmware/receipt/setter.h"

#include "firmware/core/base/coding.h"
#include "firmware/core/token/scanned.h"

namespace counterfoil::receipt {

using money::Money;

namespace {

constexpr std::int64_t kPercentBasisPoints = 100;
// So much of a hash or signature is printed that nobody finds another one that begins alike.
constexpr std::size_t kShownBytes = 12;

std::string grouped(std::string digits, char separator) {
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, 1, separator);
    }
    return digits;
}

// What stands behind the point, of so many digits.
std::string padded(std::int64_t number, std::size_t digits) {
    std::string text = std::to_string(number);
    return text.insert(0, digits - text.size(), '0');
}

}  // namespace

std::string number_text(Money amount, Language language) {
    const bool hungarian = language == Language::hungarian;
    const std::int64_t minor = amount.minor();
    CF_CHECK(minor != INT64_MIN);
    std::string digits = std::to_string(minor < 0 ? -minor : minor);
    const auto behind = static_cast<std::size_t>(amount.currency().minor_digits());
    if (digits.size() <= behind) digits.insert(0, behind + 1 - digits.size(), '0');
    std::string text = grouped(digits.substr(0, digits.size() - behind), hungarian ? ' ' : ',');
    if (behind > 0)
        text.append(1, hungarian ? ',' : '.').append(digits.substr(digits.size() - behind));
    return (minor < 0 ? "-" : "") + text;
}

std::string quantity_text(std::int64_t quantity_milli, bool by_weight, Language language) {
    const std::string whole = std::to_string(quantity_milli / ledger::kOne);
    if (!by_weight) return whole;
    return whole + (language == Language::hungarian ? "," : ".") +
           padded(quantity_milli % ledger::kOne, 3);
}

std::string rate_text(std::int64_t basis_points, Language language) {
    std::string text = std::to_string(basis_points / kPercentBasisPoints);
    const std::int64_t rest = basis_points % kPercentBasisPoints;
    if (rest != 0) {
        text += (language == Language::hungarian ? "," : ".") + padded(rest, 2);
        text.erase(text.find_last_not_of('0') + 1);
    }
    return text + " %";
}

std::string amount_text(Money amount, Language language) {
    const std::string number = number_text(amount, language);
    const std::string code(amount.currency().code());
    if (language == Language::english) return code + " " + number;
    return number + (code == "HUF" ? " Ft" : code == "EUR" ? " €" : " " + code);
}

void Setter::head(const Issuer& issuer, const std::string& title) {
    paper_.centred(issuer.name, true).centred(issuer.address);
    paper_.centred(say(Word::tax_number) + ": " + issuer.tax_number).rule();
    if (options_.copy > 0)
        paper_.centred(say(Word::copy) + " " + std::to_string(options_.copy), true);
    paper_.centred(title, true);
}

void Setter::fiscal(const Fiscal& fiscal) {
    paper_.rule().left(fiscal.at);
    paper_.left(say(Word::terminal) + " " + fiscal.terminal + ", " + say(Word::event) + " " +
                std::to_string(fiscal.seq));
    paper_.left(say(Word::hash) + " " +
                base::to_hex(base::ByteView(fiscal.hash).first(kShownBytes)));
    const std::string signature =
        fiscal.signature ? base::to_base64url(base::ByteView(*fiscal.signature).first(kShownBytes))
                         : say(Word::not_signed);
    paper_.left(say(Word::signature) + " " + signature);
}

Word tender_word(std::string_view kind) {
    if (kind == "cash") return Word::cash;
    return kind == "card" ? Word::card : Word::voucher;
}

std::string claim(const Fiscal& fiscal, const Issuer& issuer) {
    std::string claim =
        issuer.link + "#" + token::write_receipt_code(fiscal.terminal, fiscal.seq, fiscal.hash);
    if (fiscal.signature)
        claim.append(".")
            .append(base::to_base64url(fiscal.hash))
            .append(".")
            .append(base::to_base64url(*fiscal.signature));
    return claim;
}

}  // namespace counterfoil::receipt
