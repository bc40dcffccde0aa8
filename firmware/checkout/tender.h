#pragma once

#include <string>
#include <vector>

#include "firmware/checkout/refusal.h"
#include "firmware/core/ledger/sale.h"

namespace counterfoil::checkout {

// What a customer hands over.
struct Payment {
    std::string kind;  // "cash", "card", "voucher"
    std::int64_t amount_minor = 0;
    std::string reference;      // the slip's number; for cash empty
    std::string currency = {};  // where the customer's is told; empty: the shop's
};

// How a total was settled: sum of the tenders = total + rounding.
struct Settlement {
    std::vector<ledger::SaleTender> tenders;
    std::int64_t rounding_minor = 0;
    std::int64_t change_minor = 0;
};

// What of an amount is due in cash: rounded to the smallest coin.
std::int64_t cash_due_minor(money::Money amount, std::int64_t cash_step_minor);

// Takes the payments for a total. Cards and vouchers are taken to the minor unit; what is left for
// cash is rounded to the smallest coin, and too much cash gives change. A total of nothing needs no
// payment.
Judged<Settlement> settle(money::Money total, const std::vector<Payment>& payments,
                          std::int64_t cash_step_minor);

// What is handed back for a refund, in one kind; cash is rounded to the smallest coin, so that all
// refunds of a receipt together give what its whole sum would be rounded to.
Judged<Settlement> settle_refund(money::Money total, std::int64_t before_minor, const Payment& kind,
                                 std::int64_t cash_step_minor);

}  // namespace counterfoil::checkout
