#pragma once

#include <string>
#include <variant>

#include "firmware/core/crypto/digest.h"
#include "firmware/core/token/coupon.h"
#include "firmware/core/token/member.h"

namespace counterfoil::token {

// A product, by its number of up to 14 digits (GTIN), however short it was printed.
struct ProductCode {
    std::uint64_t gtin = 0;
    bool operator==(const ProductCode&) const = default;
};

// What a receipt's code says: which event of which terminal it is, and how that event's hash
// begins. "CR1:T01:42:5f0c9d2ab3e41f77".
struct ReceiptCode {
    std::string terminal;
    std::int64_t seq = 0;
    std::array<std::uint8_t, 8> hash_prefix{};
    bool operator==(const ReceiptCode&) const = default;
};
std::string write_receipt_code(const std::string& terminal, std::int64_t seq,
                               const crypto::Digest& event_hash);

// A printed loyalty id, 1 to 20 letters and digits. It proves nothing: it lets a member earn.
struct LoyaltyCode {
    std::string id;
    bool operator==(const LoyaltyCode&) const = default;
};

// A printed coupon's code, such as COUP-2026-7Q3K9DXW2M or PREFIX-RANDOM-SUFFIX.
struct PrintedCoupon {
    std::string code;
    bool operator==(const PrintedCoupon&) const = default;
};

using Scanned =
    std::variant<SignedCoupon, SignedMember, ReceiptCode, ProductCode, LoyaltyCode, PrintedCoupon>;

// Says what a scanned or typed text is, in form only. `format` is the symbology where the scanner
// tells it ("EAN-13", "Code128", "QRCode"), else empty: digits from a code that is no product's
// symbology are a loyalty id. A symbology identifier (]E0) in front is understood and removed, and
// so are spaces around.
Judged<Scanned> read_scanned(std::string_view text, std::string_view format);

}  // namespace counterfoil::token
