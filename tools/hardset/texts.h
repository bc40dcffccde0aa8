#pragma once

#include <array>
#include <string>
#include <string_view>

#include "tools/hardset/random.h"

namespace counterfoil::tool {

// The formats of the hard set, by ZXing's names.
inline constexpr std::array<std::string_view, 8> kFormats{
    "QRCode", "EAN-13", "EAN-8", "UPC-A", "Code128", "DataMatrix", "Aztec", "PDF417"};

// A text such as a till meets in this format, one of kFormats: coupons, article numbers with their
// check digit, links, tickets. An EAN-13 never begins with 0, because that is a UPC-A to a reader.
std::string make_text(std::string_view format, Random& random);

}  // namespace counterfoil::tool
