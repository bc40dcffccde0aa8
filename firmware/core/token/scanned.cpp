#include "firmware/core/token/scanned.h"

#include <algorithm>
#include <charconv>

#include "firmware/core/base/coding.h"
#include "firmware/core/crypto/certificate.h"
#include "firmware/core/token/product_code.h"

namespace counterfoil::token {
namespace {

constexpr std::string_view kReceiptPrefix = "CR1:";
constexpr std::string_view kReceiptMark = "#CR1:";
constexpr std::size_t kMaxLoyaltyId = 20;
constexpr std::size_t kMaxPrintedCoupon = 64;
constexpr std::size_t kMaxText = 512;

bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// What the symbology identifiers of ISO/IEC 15424 say, as far as it changes the reading.
std::string_view format_of_identifier(char letter, char modifier) {
    if (letter == 'E') return modifier == '4' ? "EAN-8" : "EAN-13";
    if (letter == 'C') return "Code128";
    if (letter == 'Q') return "QRCode";
    return "other";
}

// Removes "]E0" and its kind.
std::string_view without_identifier(std::string_view text, std::string_view& format) {
    if (text.size() < 3 || text[0] != ']' || !is_letter_or_digit(text[1])) return text;
    if (text[2] < '0' || text[2] > '9') return text;
    format = format_of_identifier(text[1], text[2]);
    return text.substr(3);
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

bool is_product_symbology(std::string_view format) {
    return format.starts_with("EAN") || format.starts_with("UPC");
}

Judged<Scanned> read_digits(std::string_view digits, std::string_view format) {
    if (format == "UPC-E") {
        CF_LET(const std::uint64_t gtin, read_upc_e(digits));
        return Scanned(ProductCode{gtin});
    }
    const auto gtin = read_gtin(digits);
    if (is_product_symbology(format) && !gtin.ok()) return gtin.error();
    if (gtin.ok() && (format.empty() || is_product_symbology(format)))
        return Scanned(ProductCode{gtin.value()});
    if (digits.size() > kMaxLoyaltyId) return Refusal::unknown_code;
    return Scanned(LoyaltyCode{std::string(digits)});
}

Judged<Scanned> read_receipt_code(std::string_view text) {
    text.remove_prefix(kReceiptPrefix.size());
    ReceiptCode code;
    const std::size_t name_end = text.find(':');
    if (name_end == text.npos || !crypto::is_terminal_name(text.substr(0, name_end)))
        return Refusal::malformed;
    code.terminal = text.substr(0, name_end);
    text.remove_prefix(name_end + 1);
    const std::size_t seq_end = text.find(':');
    if (seq_end == text.npos || !is_digits(text.substr(0, seq_end)) || text[0] == '0')
        return Refusal::malformed;
    const auto seq = std::from_chars(text.data(), text.data() + seq_end, code.seq);
    if (seq.ec != std::errc() || !base::hex_into(text.substr(seq_end + 1), code.hash_prefix))
        return Refusal::malformed;
    return Scanned(std::move(code));
}

// The prefix of a signed code: two letters, a version and a colon.
bool looks_signed(std::string_view text) {
    return text.size() >= 4 && text[0] == 'C' &&
           (text[1] == 'F' || text[1] == 'M' || text[1] == 'R') && text[3] == ':';
}

Judged<Scanned> read_signed(std::string_view text) {
    if (text.starts_with(kReceiptPrefix)) return read_receipt_code(text);
    if (text.starts_with(kCouponPrefix)) {
        CF_LET(auto coupon, read_coupon(text));
        return Scanned(std::move(coupon));
    }
    if (text.starts_with(kMemberPrefix)) {
        CF_LET(auto member, read_member(text));
        return Scanned(std::move(member));
    }
    return Refusal::unsupported;
}

// A receipt's QR code is a link, with the code behind its "#" and a signature behind dots.
std::string_view without_link(std::string_view text) {
    const std::size_t mark = text.find(kReceiptMark);
    if (mark == text.npos || !text.starts_with("https://")) return text;
    text.remove_prefix(mark + 1);
    return text.substr(0, text.find('.', text.rfind(':')));
}

}  // namespace

std::string write_receipt_code(const std::string& terminal, std::int64_t seq,
                               const crypto::Digest& event_hash) {
    CF_CHECK(crypto::is_terminal_name(terminal) && seq > 0);
    return std::string(kReceiptPrefix) + terminal + ":" + std::to_string(seq) + ":" +
           base::to_hex(base::ByteView(event_hash).first(sizeof(ReceiptCode::hash_prefix)));
}

Judged<Scanned> read_scanned(std::string_view text, std::string_view format) {
    text = trimmed(without_identifier(text, format));
    if (text.size() > kMaxText) return Refusal::too_long;
    text = without_link(text);
    if (looks_signed(text)) return read_signed(text);
    if (is_digits(text)) return read_digits(text, format);
    const bool only_letters_and_digits = std::ranges::all_of(text, is_letter_or_digit);
    if (!text.empty() && text.size() <= kMaxLoyaltyId && only_letters_and_digits)
        return Scanned(LoyaltyCode{std::string(text)});
    const bool may_be_coupon = text.size() <= kMaxPrintedCoupon && text.find('-') != text.npos &&
                               is_letter_or_digit(text.front()) && is_letter_or_digit(text.back());
    if (may_be_coupon &&
        std::ranges::all_of(text, [](char c) { return is_letter_or_digit(c) || c == '-'; }))
        return Scanned(PrintedCoupon{std::string(text)});
    return Refusal::unknown_code;
}

}  // namespace counterfoil::token
