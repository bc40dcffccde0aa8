#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "firmware/core/base/bytes.h"
#include "firmware/core/base/code_page.h"
#include "firmware/receipt/receipt.h"

// A receipt in ESC/POS, the language of receipt printers. Pure. The bytes are whole: they begin by
// initialising the printer and depend on nothing that it was told before.
namespace counterfoil::receipt {

// Dots for the printer's head, row by row, each 1 where black; of both sides at least 1.
struct Bitmap {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> dots;
};

// A code page and the number that the printer knows it by.
struct PageNumber {
    base::CodePage page;
    std::uint8_t number;
};

enum class Cut { none, partial, full };

// The pin of the printer's socket that the drawer's solenoid hangs on.
enum class DrawerPin : std::uint8_t { two = 0, five = 1 };

// What a printer is and can. The defaults are those of Epson's printers for paper of 80 mm.
struct PrinterModel {
    int columns = 42;
    int dots = 576;  // the head's width: 576 for paper of 80 mm, 384 for 58 mm
    // In the order in which they are preferred; a text begins in the first.
    std::vector<PageNumber> pages = {{base::CodePage::pc852, 18},
                                     {base::CodePage::wpc1250, 45},
                                     {base::CodePage::pc866, 17},
                                     {base::CodePage::wpc1251, 46}};
    bool double_height = true;  // strong lines are high, besides bold
    bool qr_command = true;     // draws QR codes itself
    bool tells_status = true;   // may be asked to report by itself when its state changes
    bool chinese = false;       // takes two bytes as one Chinese character until told not to
    Cut cut = Cut::partial;
    DrawerPin drawer = DrawerPin::two;
};

// invalid_argument where a model cannot be: without pages, or its columns wider than its head.
base::Status check(const PrinterModel& model);

// How wide the lines are, and a picture at most. The model is one that can be.
int line_dots(const PrinterModel& model);

struct Extras {
    std::optional<Bitmap> logo;  // in dots, above the lines
    // The modules of the receipt's QR code, one dot each and without a quiet zone; needed where the
    // printer does not draw codes itself.
    std::optional<Bitmap> qr_modules;
    bool open_drawer = false;  // before the paper is printed, as the change is needed first
};

// invalid_argument where a line, the logo or the code is wider than the paper, or the code's
// modules are needed and missing; too_large where the QR text is longer than a code can be.
base::Result<base::Bytes> to_escpos(const Receipt& receipt, const PrinterModel& model,
                                    const Extras& extras);

// Opens the drawer and prints nothing.
base::Bytes drawer_kick(const PrinterModel& model);

// How many modules wide a QR code of so many bytes is at medium correction, without its quiet zone;
// 0 where no code holds them.
int qr_width(std::size_t bytes);

}  // namespace counterfoil::receipt
