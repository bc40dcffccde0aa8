#include "firmware/core/token/scanned.h"

#include "tests/support/test_keys.h"

// Whatever is scanned, in any symbology: it is told what it is, or refused; what was told is within
// its bounds, and only what the keys signed is believed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace counterfoil;
    static test::TestKeys keys;
    static const char* const kFormats[] = {"", "EAN-13", "UPC-E", "Code128", "QRCode"};
    if (size == 0) return 0;
    const std::string_view text = base::as_text({data + 1, size - 1});
    const auto scanned = token::read_scanned(text, kFormats[data[0] % std::size(kFormats)]);
    if (!scanned.ok()) return 0;
    if (const auto* coupon = std::get_if<token::SignedCoupon>(&scanned.value())) {
        CF_CHECK(coupon->coupon.stores.size() <= token::kMaxCouponStores);
        static_cast<void>(keys.judge.coupon(text, keys.situation()));
    }
    if (const auto* member = std::get_if<token::SignedMember>(&scanned.value())) {
        CF_CHECK(member->certificate.tier <= token::kMaxTier);
        static_cast<void>(keys.judge.member(text, keys.situation()));
    }
    return 0;
}
