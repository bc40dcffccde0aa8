#pragma once

#include <string>
#include <vector>

#include "firmware/core/base/bytes.h"
#include "firmware/core/base/code_page.h"
#include "firmware/core/base/result.h"
#include "firmware/receipt/escpos.h"
#include "firmware/vision/frame.h"
#include "tools/paper/font.h"

// What a printer would make of ESC/POS, as a picture and as text, to be looked at by people and
// tests. It knows what our receipts use; anything else is refused.
namespace counterfoil::tool {

// No more bytes are drawn, and no sheet that is longer than a picture may be.
inline constexpr std::size_t kMaxEscPosBytes = std::size_t{4} << 20;

struct Printed {
    vision::GreyImage picture;       // cuts drawn as dashes; of a long roll its last sheets
    std::string text;                // its characters in UTF-8, a line feed behind each line
    std::vector<std::string> codes;  // the texts of QR codes that the printer was told to draw
    int cuts = 0;
    int pulses = 0;
    int page_switches = 0;  // how often a code page was selected
};

// `font` has cells of the printer's own size, 12 by 24 dots; `model` tells the head's width and the
// numbers of the code pages. malformed where a command is unknown, broken off or has a parameter
// that we do not know; too_large over a bound.
base::Result<Printed> print(base::ByteView escpos, const receipt::PrinterModel& model, Font& font);

}  // namespace counterfoil::tool
