#pragma once

#include <optional>

#include "firmware/checkout/cash_desk.h"
#include "firmware/receipt/escpos.h"
#include "firmware/till/board.h"
#include "firmware/till/owed.h"

namespace counterfoil::till {

// How a till's papers look, and the printer that they are for.
struct PaperStyle {
    receipt::Language language = receipt::Language::hungarian;
    receipt::PrinterModel printer;
    std::optional<receipt::Bitmap> logo;
};

// 75 mm of paper.
inline constexpr int kMaxLogoRows = 600;

// For a board's printer, if it has one. Reads its logo, which is black where the picture is dark:
// malformed where it is no picture, too_large where it is higher than kMaxLogoRows or wider than
// the printer's lines.
base::Result<PaperStyle> paper_style(receipt::Language language,
                                     const std::optional<BoardPrinter>& printer);

// The whole job for what an event owes, from what the ledger says: the same event and copy, the
// same bytes. The paper of a reprint is that of its receipt, as that copy. Where the printer draws
// no QR codes itself, they are drawn here. The desk must outlive it.
class Papers {
  public:
    Papers(checkout::CashDesk& desk, PaperStyle style) : desk_(desk), style_(std::move(style)) {}

    checkout::Outcome<base::Bytes> operator()(const Owed& owed);
    // A slip that shows how the printer prints: the paper's width, accents, a code. `at` is now, as
    // it is to be read.
    checkout::Outcome<base::Bytes> test_slip(const std::string& at);
    // An X report, as the shift stands.
    checkout::Outcome<base::Bytes> report_slip(const checkout::ShiftReport& report);

  private:
    receipt::Options options() const;
    checkout::Outcome<base::Bytes> job(const receipt::Receipt& paper, bool opens_drawer);

    checkout::CashDesk& desk_;
    PaperStyle style_;
};

}  // namespace counterfoil::till
