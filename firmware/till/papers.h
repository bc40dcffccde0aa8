#pragma once

#include <optional>

#include "firmware/checkout/cash_desk.h"
#include "firmware/receipt/escpos.h"
#include "firmware/till/owed.h"

namespace counterfoil::till {

// How a till's papers look, and the printer that they are for.
struct PaperStyle {
    receipt::Language language = receipt::Language::hungarian;
    receipt::PrinterModel printer;
    std::optional<receipt::Bitmap> logo;
};

// The whole job for what an event owes, from what the ledger says: the same event and copy, the
// same bytes. The paper of a reprint is that of its receipt, as that copy. Where the printer draws
// no QR codes itself, they are drawn here. The desk must outlive it.
class Papers {
  public:
    Papers(checkout::CashDesk& desk, PaperStyle style) : desk_(desk), style_(std::move(style)) {}

    checkout::Outcome<base::Bytes> operator()(const Owed& owed);

  private:
    checkout::CashDesk& desk_;
    PaperStyle style_;
};

}  // namespace counterfoil::till
