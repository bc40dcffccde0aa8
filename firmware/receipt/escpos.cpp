#include "firmware/receipt/escpos.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace counterfoil::receipt {

using base::Bytes;
using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::uint8_t kEsc = 0x1b;
constexpr std::uint8_t kGs = 0x1d;
constexpr std::uint8_t kFs = 0x1c;
constexpr std::uint8_t kLineFeed = 0x0a;

// Commands, up to their parameters.
constexpr std::array kInitialise{kEsc, std::uint8_t{'@'}};
constexpr std::array kCountry{kEsc, std::uint8_t{'R'}};
constexpr std::array kCodePage{kEsc, std::uint8_t{'t'}};
constexpr std::array kFont{kEsc, std::uint8_t{'M'}};
constexpr std::array kBold{kEsc, std::uint8_t{'E'}};
constexpr std::array kAlign{kEsc, std::uint8_t{'a'}};
constexpr std::array kFeedLines{kEsc, std::uint8_t{'d'}};
constexpr std::array kPulse{kEsc, std::uint8_t{'p'}};
constexpr std::array kCharacterSize{kGs, std::uint8_t{'!'}};
constexpr std::array kLeftMargin{kGs, std::uint8_t{'L'}};
constexpr std::array kAreaWidth{kGs, std::uint8_t{'W'}};
constexpr std::array kReportStatus{kGs, std::uint8_t{'a'}};
constexpr std::array kCutPaper{kGs, std::uint8_t{'V'}};
constexpr std::array kRaster{kGs, std::uint8_t{'v'}, std::uint8_t{'0'}};
constexpr std::array kSymbol{kGs, std::uint8_t{'('}, std::uint8_t{'k'}};
constexpr std::array kLeaveChinese{kFs, std::uint8_t{'.'}};

// Parameters.
constexpr std::uint8_t kCountryUsa = 0;  // #, $, @ and brackets are what ASCII says
constexpr std::uint8_t kOn = 1;
constexpr std::uint8_t kOff = 0;
constexpr std::uint8_t kAlignLeft = 0;
constexpr std::uint8_t kAlignCentre = 1;
constexpr std::uint8_t kNormalSize = 0x00;
constexpr std::uint8_t kDoubleHeight = 0x01;
constexpr std::uint8_t kReportOnline = 0x02;
constexpr std::uint8_t kReportErrors = 0x04;
constexpr std::uint8_t kReportPaper = 0x08;
constexpr std::uint8_t kFeedAndCutFully = 65;
constexpr std::uint8_t kFeedAndCutPartly = 66;
constexpr std::uint8_t kNoMoreFeed = 0;
constexpr std::uint8_t kTearOffLines = 5;
constexpr std::uint8_t kPulseOn = 25;    // 50 ms, in units of 2 ms
constexpr std::uint8_t kPulseOff = 250;  // 500 ms: solenoids burn when pulses follow too soon
constexpr std::uint8_t kRasterNormal = 0;

// QR symbols: functions of GS ( k with cn = 49.
constexpr std::uint8_t kQrCode = 49;
constexpr std::uint8_t kQrModel = 65;
constexpr std::uint8_t kQrModuleSize = 67;
constexpr std::uint8_t kQrCorrection = 69;
constexpr std::uint8_t kQrStore = 80;
constexpr std::uint8_t kQrPrint = 81;
constexpr std::uint8_t kQrModel2 = 50;
constexpr std::uint8_t kQrModelRest = 0;
constexpr std::uint8_t kQrMedium = 49;
constexpr std::uint8_t kQrFromStore = 48;

// Dots of a character's cell in the printer's two fonts.
constexpr int kFontAWidth = 12;
constexpr int kFontBWidth = 9;
constexpr std::uint8_t kFontA = 0;
constexpr std::uint8_t kFontB = 1;

constexpr int kDotsPerByte = 8;
// A picture is sent in strips, so that no printer needs memory for it whole.
constexpr int kStripRows = 240;
constexpr int kMaxDots = 2048;
constexpr int kMaxRows = 4096;
// About 0.75 mm a module: read by every telephone, and the whole code still fits a palm.
constexpr int kMaxModuleDots = 6;
constexpr int kQuietModules = 4;

// How many bytes QR codes of the versions 1 to 40 hold at medium correction: ISO/IEC 18004,
// table 7.
constexpr std::array<std::uint16_t, 40> kQrBytes{
    14,   26,   42,   62,   84,   106,  122,  152,  180,  213,  251,  287,  331,  362,
    412,  450,  504,  560,  624,  666,  711,  779,  857,  911,  997,  1059, 1125, 1190,
    1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989, 2099, 2213, 2331};
constexpr int kQrSmallest = 21;
constexpr int kQrStep = 4;

int font_width(const PrinterModel& model) {
    return model.columns * kFontAWidth <= model.dots ? kFontAWidth : kFontBWidth;
}

bool is_whole(const Bitmap& bitmap) {
    return bitmap.width > 0 && bitmap.height > 0 && bitmap.width <= kMaxDots &&
           bitmap.height <= kMaxRows &&
           bitmap.dots.size() ==
               static_cast<std::size_t>(bitmap.width) * static_cast<std::size_t>(bitmap.height);
}

bool is_black(const Bitmap& bitmap, int x, int y) {
    return bitmap.dots[static_cast<std::size_t>(y * bitmap.width + x)] != 0;
}

// A bitmap with each dot made a square of so many.
Bitmap enlarged(const Bitmap& bitmap, int times) {
    Bitmap large{bitmap.width * times, bitmap.height * times, {}};
    large.dots.reserve(static_cast<std::size_t>(large.width * large.height));
    for (int y = 0; y < large.height; ++y)
        for (int x = 0; x < large.width; ++x)
            large.dots.push_back(is_black(bitmap, x / times, y / times) ? 1 : 0);
    return large;
}

class Writer {
  public:
    explicit Writer(const PrinterModel& model) : model_(model), page_(model.pages.front().page) {
        for (const PageNumber& page : model.pages) pages_.push_back(page.page);
    }

    void initialise() {
        command(kInitialise, {});
        if (model_.tells_status)
            command(kReportStatus, {kReportOnline | kReportErrors | kReportPaper});
        if (model_.chinese) command(kLeaveChinese, {});
        command(kCountry, {kCountryUsa});
        command(kFont, {font_width(model_) == kFontAWidth ? kFontA : kFontB});
        const int margin = (model_.dots - line_dots(model_)) / 2;
        command(kLeftMargin, {low(margin), high(margin)});
        command(kAreaWidth, {low(line_dots(model_)), high(line_dots(model_))});
        select_page(page_);
    }

    void kick() {
        command(kPulse, {static_cast<std::uint8_t>(model_.drawer), kPulseOn, kPulseOff});
    }

    void line(const Line& line) {
        if (line.strong) command(kBold, {kOn});
        if (line.strong && model_.double_height) command(kCharacterSize, {kDoubleHeight});
        for (const base::PageRun& run : base::to_page_runs(line.text, pages_, page_)) {
            if (run.page != page_) select_page(run.page);
            append(base::as_bytes(run.bytes));
        }
        feed();
        if (line.strong && model_.double_height) command(kCharacterSize, {kNormalSize});
        if (line.strong) command(kBold, {kOff});
    }

    void feed() { bytes_.push_back(kLineFeed); }

    void picture(const Bitmap& bitmap) {
        command(kAlign, {kAlignCentre});
        for (int top = 0; top < bitmap.height; top += kStripRows)
            strip(bitmap, top, std::min(top + kStripRows, bitmap.height));
        command(kAlign, {kAlignLeft});
    }

    void symbol(std::string_view text, int module_dots) {
        command(kAlign, {kAlignCentre});
        symbol_function(kQrModel, {kQrModel2, kQrModelRest}, {});
        symbol_function(kQrModuleSize, {static_cast<std::uint8_t>(module_dots)}, {});
        symbol_function(kQrCorrection, {kQrMedium}, {});
        symbol_function(kQrStore, {kQrFromStore}, base::as_bytes(text));
        symbol_function(kQrPrint, {kQrFromStore}, {});
        command(kAlign, {kAlignLeft});
    }

    void cut() {
        if (model_.cut == Cut::none)
            command(kFeedLines, {kTearOffLines});
        else
            command(kCutPaper,
                    {model_.cut == Cut::full ? kFeedAndCutFully : kFeedAndCutPartly, kNoMoreFeed});
    }

    Bytes take() { return std::move(bytes_); }

  private:
    static std::uint8_t low(int number) { return static_cast<std::uint8_t>(number & 0xff); }
    static std::uint8_t high(int number) {
        CF_CHECK(number >= 0 && number <= 0xffff);
        return static_cast<std::uint8_t>(number >> 8);
    }

    void append(base::ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

    void command(base::ByteView name, std::initializer_list<std::uint8_t> parameters) {
        append(name);
        bytes_.insert(bytes_.end(), parameters);
    }

    void select_page(base::CodePage page) {
        const auto known = std::ranges::find(model_.pages, page, &PageNumber::page);
        CF_CHECK(known != model_.pages.end());
        command(kCodePage, {known->number});
        page_ = page;
    }

    void strip(const Bitmap& bitmap, int top, int bottom) {
        const int row_bytes = (bitmap.width + kDotsPerByte - 1) / kDotsPerByte;
        const int rows = bottom - top;
        command(kRaster, {kRasterNormal, low(row_bytes), high(row_bytes), low(rows), high(rows)});
        for (int y = top; y < bottom; ++y)
            for (int left = 0; left < row_bytes * kDotsPerByte; left += kDotsPerByte) {
                int byte = 0;
                for (int x = left; x < left + kDotsPerByte; ++x)
                    byte = byte << 1 | (x < bitmap.width && is_black(bitmap, x, y) ? 1 : 0);
                bytes_.push_back(static_cast<std::uint8_t>(byte));
            }
    }

    void symbol_function(std::uint8_t function, std::initializer_list<std::uint8_t> parameters,
                         base::ByteView data) {
        const int size = static_cast<int>(2 + parameters.size() + data.size());
        command(kSymbol, {low(size), high(size), kQrCode, function});
        bytes_.insert(bytes_.end(), parameters);
        append(data);
    }

    const PrinterModel& model_;
    std::vector<base::CodePage> pages_;
    base::CodePage page_;
    Bytes bytes_;
};

Error does_not_fit(const std::string& what) {
    return Error(Code::invalid_argument, what + " is wider than the printer's paper");
}

// Module and quiet zone together must fit between the margins.
int module_dots(const PrinterModel& model, int modules) {
    return std::min(line_dots(model) / (modules + 2 * kQuietModules), kMaxModuleDots);
}

Status set_code(Writer& writer, const Receipt& receipt, const PrinterModel& model,
                const Extras& extras) {
    const int modules = qr_width(receipt.qr.size());
    if (modules == 0) return Error(Code::too_large, "the receipt's QR text is too long for a code");
    if (!model.qr_command && (!extras.qr_modules || !is_whole(*extras.qr_modules)))
        return Error(Code::invalid_argument, "the printer draws no QR codes, and none was given");
    const int dots = module_dots(model, model.qr_command ? modules : extras.qr_modules->width);
    if (dots < 1) return does_not_fit("the receipt's QR code");
    writer.feed();
    if (model.qr_command)
        writer.symbol(receipt.qr, dots);
    else
        writer.picture(enlarged(*extras.qr_modules, dots));
    writer.feed();
    return {};
}

}  // namespace

int line_dots(const PrinterModel& model) {
    return model.columns * font_width(model);
}

Status check(const PrinterModel& model) {
    const auto wrong = [](const char* message) { return Error(Code::invalid_argument, message); };
    if (model.pages.empty()) return wrong("the printer has no code page");
    if (model.columns < Paper::kNarrowest) return wrong("the printer has too few columns");
    if (model.dots > kMaxDots || model.columns * kFontBWidth > model.dots)
        return wrong("the printer's columns are wider than its head");
    return {};
}

Result<Bytes> to_escpos(const Receipt& receipt, const PrinterModel& model, const Extras& extras) {
    CF_TRY(check(model));
    Writer writer(model);
    writer.initialise();
    if (extras.open_drawer) writer.kick();
    if (extras.logo) {
        if (!is_whole(*extras.logo))
            return Error(Code::invalid_argument, "the logo is no picture for a printer");
        if (extras.logo->width > line_dots(model)) return does_not_fit("the logo");
        writer.picture(*extras.logo);
    }
    for (const Line& line : receipt.lines) {
        if (columns_of(line.text) > model.columns) return does_not_fit("\"" + line.text + "\"");
        writer.line(line);
    }
    if (!receipt.qr.empty()) CF_TRY(set_code(writer, receipt, model, extras));
    writer.cut();
    return writer.take();
}

Bytes drawer_kick(const PrinterModel& model) {
    CF_CHECK(check(model).ok());
    Writer writer(model);
    writer.kick();
    return writer.take();
}

int qr_width(std::size_t bytes) {
    const auto version = std::ranges::lower_bound(kQrBytes, bytes);
    if (version == kQrBytes.end()) return 0;
    return kQrSmallest + kQrStep * static_cast<int>(version - kQrBytes.begin());
}

}  // namespace counterfoil::receipt
