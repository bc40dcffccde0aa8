#pragma once

#include "firmware/core/ledger/sale.h"
#include "firmware/journal/journal.h"

namespace counterfoil::sync {

// The next sale of one burger at that price; the totals go on with it.
inline journal::Draft plain_sale(journal::Totals& totals, std::int64_t minor) {
    ledger::Sale sale;
    sale.receipt = ++totals.receipts;
    sale.turnover_minor = totals.turnover_minor += minor;
    sale.total_minor = minor;
    sale.lines.push_back(
        {"5991234000018", "Sajtburger", ledger::kOne, false, minor, minor, 0, 500});
    sale.tenders.push_back({"cash", minor, minor, ""});
    return {ledger::EventType::sale, ledger::write_body(sale), {}, "anna"};
}

}  // namespace counterfoil::sync
