#pragma once

#include <string>
#include <vector>

#include "firmware/checkout/basket.h"
#include "firmware/checkout/fault.h"
#include "firmware/checkout/refund.h"
#include "firmware/checkout/tender.h"

// What is typed at a shell, taken apart. What is not in its form is invalid_argument, in a sentence
// that shows the form; whether it makes sense is the till's to say.
namespace counterfoil::tool {

// "5000", "12.50 EUR", "-3": an amount, and the currency where one stands behind it.
struct TypedAmount {
    std::int64_t minor = 0;
    std::string currency;  // empty: none was typed
};
base::Result<TypedAmount> read_amount(const std::string& text, money::Currency shop);

// CODE, CODExQUANTITY, with @PRICE for another unit price and -DISCOUNT for an amount or a
// percentage off: "5991234000018x2", "109x0.35", "101@1500", "101x2-10%".
base::Result<checkout::BasketLine> read_item(const std::string& text, money::Currency shop);

// "5000", or for a card or voucher "5000:REFERENCE".
base::Result<checkout::Payment> read_payment(const std::string& kind, const std::string& text,
                                             money::Currency shop);

// LINE, which is all that is left of it, or LINExQUANTITY: "1", "2x3", "4x0.35".
base::Result<checkout::Wanted> read_wanted(const std::string& text);

}  // namespace counterfoil::tool
