#include "firmware/till/papers.h"

#include "firmware/vision/code_writer.h"

namespace counterfoil::till {

using base::Bytes;
using base::Result;
using checkout::Outcome;
using receipt::Bitmap;

namespace {

Result<Bitmap> drawn(const std::string& text) {
    CF_LET(const vision::Modules modules, vision::write_code(text));
    Bitmap bitmap{modules.width(), modules.height(), {}};
    for (int y = 0; y < bitmap.height; ++y)
        for (int x = 0; x < bitmap.width; ++x) bitmap.dots.push_back(modules.dark(x, y) ? 1 : 0);
    return bitmap;
}

}  // namespace

Outcome<Bytes> Papers::operator()(const Owed& owed) {
    if (!owed.is_paper()) return receipt::drawer_kick(style_.printer);
    std::int64_t seq = owed.seq;
    if (owed.type == ledger::EventType::reprint) {
        CF_LET(seq, desk_.seq_of(owed.receipt));
    }
    receipt::Options options;
    options.language = style_.language;
    options.columns = style_.printer.columns;
    options.copy = static_cast<int>(owed.copy);
    CF_LET(const receipt::Receipt paper, desk_.paper_of(seq, options));
    receipt::Extras extras{style_.logo, {}, owed.opens_drawer};
    if (!style_.printer.qr_command && !paper.qr.empty()) {
        CF_LET(extras.qr_modules, drawn(paper.qr));
    }
    CF_LET(Bytes bytes, receipt::to_escpos(paper, style_.printer, extras));
    return bytes;
}

}  // namespace counterfoil::till
