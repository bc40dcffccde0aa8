#include "tools/paper/paper.h"

#include <algorithm>

#include "firmware/vision/code_writer.h"
#include "tools/paper/commands.h"

namespace counterfoil::tool {

using base::ByteView;
using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::uint8_t kWhite = 255;
constexpr int kLineSpacing = 30;
constexpr int kFontBWidth = 9;
constexpr int kDotsPerByte = 8;
constexpr int kMargin = 16;  // of white, around the printable part
constexpr int kCutterGap = 60;
constexpr int kCutDash = 8;
constexpr std::uint8_t kDoubleHeight = 0x01;
constexpr std::uint8_t kCentre = 1;
constexpr std::uint8_t kPartialCut = 66;

// GS ( k: the count, the kind of symbol, the function, then its parameters.
constexpr std::size_t kSymbolHead = 4;
constexpr std::uint8_t kQrCode = 49;
constexpr std::uint8_t kQrModuleSize = 67;
constexpr std::uint8_t kQrStore = 80;
constexpr std::uint8_t kQrPrint = 81;

void append_utf8(std::string& text, char32_t character) {
    const auto add = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
    CF_CHECK(character < 0x10000);
    if (character < 0x80) {
        add(character);
    } else if (character < 0x800) {
        add(0xc0 | character >> 6);
        add(0x80 | (character & 0x3f));
    } else {
        add(0xe0 | character >> 12);
        add(0x80 | (character >> 6 & 0x3f));
        add(0x80 | (character & 0x3f));
    }
}

// A printer's state, and the paper that comes out of it.
class Press {
  public:
    Press(const receipt::PrinterModel& model, Font& font)
        : model_(model), font_(font), width_(model.dots + 2 * kMargin) {
        reset();
    }

    Status take(const Command& command) {
        const ByteView parameters = command.parameters;
        switch (command.verb) {
            case Verb::text:
                return set_text(parameters);
            case Verb::line_feed:
                return end_line();
            case Verb::initialise:
                reset();
                return {};
            case Verb::code_page:
                return select_page(parameters[0]);
            case Verb::font:
                narrow_ = parameters[0] != 0;
                return {};
            case Verb::bold:
                bold_ = (parameters[0] & 1) != 0;
                return {};
            case Verb::align:
                centred_ = parameters[0] == kCentre;
                return {};
            case Verb::feed_lines:
                return feed(parameters[0] * kLineSpacing);
            case Verb::pulse:
                ++printed_.pulses;
                return {};
            case Verb::size:
                return set_size(parameters[0]);
            case Verb::left_margin:
                margin_ = parameters[0] | parameters[1] << 8;
                return {};
            case Verb::area_width:
                area_ = parameters[0] | parameters[1] << 8;
                return {};
            case Verb::cut:
                return cut(parameters[0]);
            case Verb::raster:
                return raster(parameters);
            case Verb::symbol:
                return symbol(parameters);
            case Verb::country:
            case Verb::report_status:
            case Verb::process_id:
            case Verb::send_status:
            case Verb::real_time_status:
            case Verb::leave_chinese:
                return {};
        }
        return {};
    }

    Result<Printed> finish() {
        if (!line_.empty()) CF_TRY(end_line());
        CF_TRY(feed(kMargin));
        printed_.picture.width = width_;
        printed_.picture.height = rows_;
        return std::move(printed_);
    }

  private:
    struct Letter {
        char32_t character;
        bool bold;
        bool high;
    };

    static Error bad(const std::string& message) { return Error(Code::malformed, message); }

    void reset() {
        line_.clear();
        page_.reset();
        bold_ = high_ = narrow_ = centred_ = false;
        margin_ = 0;
        area_ = model_.dots;
    }

    int letter_width() const { return narrow_ ? kFontBWidth : font_.cell_width(); }

    Status set_text(ByteView bytes) {
        for (const std::uint8_t byte : bytes) {
            if (byte >= 0x80 && !page_) return bad("text before a code page was selected");
            const char32_t character = page_ ? base::from_code_page(*page_, byte) : byte;
            if (character == 0xfffd) return bad("a byte that its code page lacks");
            line_.push_back({character, bold_, high_});
        }
        if (static_cast<int>(line_.size()) * letter_width() > area_)
            return bad("a line is wider than the paper");
        return {};
    }

    Status select_page(std::uint8_t number) {
        const auto known = std::ranges::find(model_.pages, number, &receipt::PageNumber::number);
        if (known == model_.pages.end()) return bad("a code page that the printer lacks");
        page_ = known->page;
        ++printed_.page_switches;
        return {};
    }

    Status set_size(std::uint8_t size) {
        if (size > kDoubleHeight) return bad("a character size that we do not use");
        high_ = size == kDoubleHeight;
        return {};
    }

    Status feed(int rows) {
        if (rows_ + rows > vision::kMaxSide) return Error(Code::too_large, "the paper is too long");
        rows_ += rows;
        printed_.picture.pixels.resize(
            static_cast<std::size_t>(rows_) * static_cast<std::size_t>(width_), kWhite);
        return {};
    }

    // A dot of the printable part; what lies beside the head is not printed.
    void blacken(int x, int y) {
        if (x < 0 || x >= model_.dots) return;
        printed_.picture.pixels[static_cast<std::size_t>(y * width_ + kMargin + x)] = 0;
    }

    int left_of(int dots) const { return margin_ + (centred_ ? (area_ - dots) / 2 : 0); }

    Status end_line() {
        const bool is_high = std::ranges::any_of(line_, &Letter::high);
        const int times = is_high ? 2 : 1;
        const int top = rows_;
        CF_TRY(feed(std::max(kLineSpacing, times * font_.cell_height())));
        int left = left_of(static_cast<int>(line_.size()) * letter_width());
        for (const Letter& letter : line_) {
            draw(letter, left, top + (is_high && !letter.high ? font_.cell_height() : 0));
            append_utf8(printed_.text, letter.character);
            left += letter_width();
        }
        printed_.text.push_back('\n');
        line_.clear();
        return {};
    }

    void draw(const Letter& letter, int left, int top) {
        const vision::GreyImage& cell = font_.cell(letter.character);
        const int times = letter.high ? 2 : 1;
        for (int y = 0; y < cell.height * times; ++y)
            for (int x = 0; x < letter_width(); ++x) {
                if (cell.view().at(x * cell.width / letter_width(), y / times) != 0) continue;
                blacken(left + x, top + y);
                if (letter.bold) blacken(left + x + 1, top + y);
            }
    }

    Status cut(std::uint8_t how) {
        ++printed_.cuts;
        CF_TRY(feed(kCutterGap));
        const int whole = how == kPartialCut ? kCutDash : 0;
        for (int x = 0; x < model_.dots; ++x)
            if (whole == 0 || x / whole % 2 == 0) blacken(x, rows_ - 1);
        forget_first_sheets();
        sheet_ends_.push_back(rows_);
        return {};
    }

    // A day's roll is longer than a picture may be: of the picture, the last sheets are kept.
    void forget_first_sheets() {
        constexpr int kEnough = vision::kMaxSide / 2;
        if (rows_ <= kEnough || sheet_ends_.empty()) return;
        const auto kept_from =
            std::ranges::find_if(sheet_ends_, [&](int end) { return rows_ - end <= kEnough; });
        const int gone = kept_from == sheet_ends_.end() ? sheet_ends_.back() : *kept_from;
        auto& pixels = printed_.picture.pixels;
        pixels.erase(pixels.begin(), pixels.begin() + std::ptrdiff_t{gone} * width_);
        rows_ -= gone;
        std::erase_if(sheet_ends_, [gone](int end) { return end <= gone; });
        for (int& end : sheet_ends_) end -= gone;
    }

    Status raster(ByteView parameters) {
        if (parameters[0] != 0) return bad("a raster mode that we do not use");
        const int row_bytes = parameters[1] | parameters[2] << 8;
        const int rows = parameters[3] | parameters[4] << 8;
        if (row_bytes * kDotsPerByte > area_ + kDotsPerByte - 1)
            return bad("a picture is wider than the paper");
        const ByteView dots = parameters.subspan(5);
        const int top = rows_;
        CF_TRY(feed(rows));
        const int left = left_of(row_bytes * kDotsPerByte);
        for (int y = 0; y < rows; ++y)
            for (int x = 0; x < row_bytes * kDotsPerByte; ++x) {
                const int byte = dots[static_cast<std::size_t>(y * row_bytes + x / kDotsPerByte)];
                if ((byte >> (kDotsPerByte - 1 - x % kDotsPerByte) & 1) != 0)
                    blacken(left + x, top + y);
            }
        return {};
    }

    Status symbol(ByteView parameters) {
        if (parameters.size() < kSymbolHead + 1 || parameters[2] != kQrCode)
            return bad("a symbol that is no QR code");
        const ByteView rest = parameters.subspan(kSymbolHead);
        if (parameters[3] == kQrModuleSize) module_dots_ = rest[0];
        if (parameters[3] == kQrStore) stored_ = base::as_text(rest.subspan(1));
        return parameters[3] == kQrPrint ? draw_code() : Status{};
    }

    Status draw_code() {
        CF_LET(const vision::Modules modules, vision::write_code(stored_));
        const int dots = modules.width() * module_dots_;
        if (module_dots_ < 1 || dots > area_) return bad("a QR code is wider than the paper");
        const int top = rows_;
        CF_TRY(feed(modules.height() * module_dots_));
        const int left = left_of(dots);
        for (int y = 0; y < dots; ++y)
            for (int x = 0; x < dots; ++x)
                if (modules.dark(x / module_dots_, y / module_dots_)) blacken(left + x, top + y);
        printed_.codes.push_back(stored_);
        return {};
    }

    const receipt::PrinterModel& model_;
    Font& font_;
    int width_;
    int rows_ = 0;
    std::vector<int> sheet_ends_;  // the row behind each cut
    Printed printed_;
    std::vector<Letter> line_;
    std::optional<base::CodePage> page_;
    bool bold_ = false;
    bool high_ = false;
    bool narrow_ = false;
    bool centred_ = false;
    int margin_ = 0;
    int area_ = 0;
    int module_dots_ = 0;
    std::string stored_;
};

}  // namespace

Result<Printed> print(ByteView escpos, const receipt::PrinterModel& model, Font& font) {
    CF_TRY(receipt::check(model));
    if (escpos.size() > kMaxEscPosBytes) return Error(Code::too_large, "more than a receipt");
    Press press(model, font);
    const std::size_t size = escpos.size();
    while (!escpos.empty()) {
        const std::string at = "at byte " + std::to_string(size - escpos.size());
        const auto cutting = first_command(escpos);
        if (!cutting.ok()) return cutting.error().within(at);
        if (cutting.value().size == 0) return Error(Code::malformed, "a command breaks off " + at);
        const Command& command = cutting.value().command;
        if (const Status taken = press.take(command); !taken.ok())
            return taken.error().within(at + ", " + std::string(verb_name(command.verb)));
        escpos = escpos.subspan(cutting.value().size);
    }
    return press.finish();
}

}  // namespace counterfoil::tool
