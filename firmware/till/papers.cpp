#include "firmware/till/papers.h"

#include "firmware/core/base/file.h"
#include "firmware/vision/code_writer.h"
#include "firmware/vision/picture.h"

namespace counterfoil::till {

using base::Bytes;
using base::Code;
using base::Error;
using base::Result;
using checkout::Outcome;
using receipt::Bitmap;

namespace {

constexpr std::size_t kMaxLogoBytes = 1 << 20;
constexpr int kDark = 128;  // what is below is

Result<Bitmap> read_logo(const std::filesystem::path& path, int most_dots) {
    CF_LET(const std::string file, base::read_file(path, kMaxLogoBytes));
    const auto read = vision::read_picture(base::as_bytes(file));
    if (!read.ok()) return read.error().within(path.string());
    const vision::GreyImage& picture = read.value();
    if (picture.width > most_dots || picture.height > kMaxLogoRows)
        return Error(Code::too_large,
                     path.string() + ": the logo has " + std::to_string(picture.width) + " by " +
                         std::to_string(picture.height) + " dots; there is room for " +
                         std::to_string(most_dots) + " by " + std::to_string(kMaxLogoRows));
    Bitmap logo{picture.width, picture.height, {}};
    for (const std::uint8_t pixel : picture.pixels) logo.dots.push_back(pixel < kDark ? 1 : 0);
    return logo;
}

Result<Bitmap> drawn(const std::string& text) {
    CF_LET(const vision::Modules modules, vision::write_code(text));
    Bitmap bitmap{modules.width(), modules.height(), {}};
    for (int y = 0; y < bitmap.height; ++y)
        for (int x = 0; x < bitmap.width; ++x) bitmap.dots.push_back(modules.dark(x, y) ? 1 : 0);
    return bitmap;
}

}  // namespace

Result<PaperStyle> paper_style(receipt::Language language,
                               const std::optional<BoardPrinter>& printer) {
    PaperStyle style;
    style.language = language;
    if (!printer) return style;
    style.printer = printer->model;
    if (printer->logo) {
        CF_LET(style.logo, read_logo(*printer->logo, receipt::line_dots(printer->model)));
    }
    return style;
}

Outcome<Bytes> Papers::operator()(const Owed& owed) {
    if (!owed.is_paper()) return receipt::drawer_kick(style_.printer);
    std::int64_t seq = owed.seq;
    if (owed.type == ledger::EventType::reprint) {
        CF_LET(seq, desk_.seq_of(owed.receipt));
    }
    receipt::Options how = options();
    how.copy = static_cast<int>(owed.copy);
    CF_LET(const receipt::Receipt paper, desk_.paper_of(seq, how));
    return job(paper, owed.opens_drawer);
}

receipt::Options Papers::options() const {
    receipt::Options options;
    options.language = style_.language;
    options.columns = style_.printer.columns;
    return options;
}

Outcome<Bytes> Papers::report_slip(const checkout::ShiftReport& report) {
    return job(desk_.paper_of(report, options()), false);
}

Outcome<Bytes> Papers::test_slip(const std::string& at) {
    const int columns = style_.printer.columns;
    std::string width;
    for (int column = 1; column <= columns; ++column) width += std::to_string(column % 10);
    const bool is_hungarian = style_.language == receipt::Language::hungarian;
    receipt::Paper lines(columns);
    lines.centred(is_hungarian ? "PRÓBANYOMAT, NEM NYUGTA" : "TEST PRINT, NO RECEIPT", true);
    lines.centred(desk_.shop().settings().issuer.name).rule();
    lines.pair(desk_.shop().terminal(), at).left(width);
    lines.left("árvíztűrő tükörfúrógép").left("ÁRVÍZTŰRŐ TÜKÖRFÚRÓGÉP").left("€ 12,90").rule();
    return job({lines.lines(), "https://example.com/"}, false);
}

Outcome<Bytes> Papers::job(const receipt::Receipt& paper, bool opens_drawer) {
    receipt::Extras extras{style_.logo, {}, opens_drawer};
    if (!style_.printer.qr_command && !paper.qr.empty()) {
        CF_LET(extras.qr_modules, drawn(paper.qr));
    }
    CF_LET(Bytes bytes, receipt::to_escpos(paper, style_.printer, extras));
    return bytes;
}

}  // namespace counterfoil::till
