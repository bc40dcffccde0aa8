#pragma once

#include <string>

#include "firmware/core/loyalty/discount.h"

namespace counterfoil::test {

inline base::Uuid offer_id(std::uint8_t number) {
    base::Uuid id;
    id.bytes[15] = number;
    return id;
}

inline loyalty::CartLine pieces_of(const std::string& product, std::int64_t pieces,
                                   std::int64_t unit_price_minor) {
    return {product,
            "",
            {pieces, loyalty::Measure::pieces},
            unit_price_minor,
            pieces * unit_price_minor};
}

inline loyalty::Cart cart_of(std::vector<loyalty::CartLine> lines) {
    return {money::Currency::huf(), 1, std::move(lines)};
}

inline loyalty::Offer offer_of(std::uint8_t number, loyalty::OfferKind kind, std::int64_t value) {
    loyalty::Offer offer;
    offer.id = offer_id(number);
    offer.kind = kind;
    offer.value = value;
    return offer;
}

inline loyalty::MemberState known_member() {
    return {offer_id(200), {}};
}

}  // namespace counterfoil::test
