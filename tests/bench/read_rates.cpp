#include "tests/bench/read_rates.h"

#include <zbar.h>

#include <algorithm>
#include <chrono>

#include "firmware/vision/reader.h"
#include "tools/hardset/code_writer.h"

namespace counterfoil::bench {
namespace {

constexpr std::chrono::milliseconds kBudget(40);

bool is_right(const std::string& text, const tool::HardPicture& picture) {
    // An EAN-13 that starts with 0 and a UPC-A are one code; readers differ in its name.
    return text == picture.text || "0" + picture.text == text || text == "0" + picture.text;
}

class Zbar {
  public:
    Zbar() { scanner_.set_config(zbar::ZBAR_NONE, zbar::ZBAR_CFG_ENABLE, 1); }

    static bool knows(const std::string& format) {
        return format != "DataMatrix" && format != "Aztec" && format != "PDF417";
    }
    bool reads(const tool::HardPicture& picture) {
        const vision::GreyImage& image = picture.image;
        zbar::Image view(static_cast<unsigned>(image.width), static_cast<unsigned>(image.height),
                         "Y800", image.pixels.data(), image.pixels.size());
        scanner_.scan(view);
        return std::any_of(view.symbol_begin(), view.symbol_end(), [&](const zbar::Symbol& symbol) {
            return is_right(symbol.get_data(), picture);
        });
    }

  private:
    zbar::ImageScanner scanner_;
};

template <class Call>
double milliseconds(Call call) {
    const auto start = std::chrono::steady_clock::now();
    call();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
}

}  // namespace

std::vector<Attempt> read_hard_set(std::uint64_t seed, int count) {
    const tool::HardSet set(seed, tool::write_code);
    vision::Reader reader;
    Zbar zbar;
    std::vector<Attempt> attempts;
    for (int i = 0; i < count; ++i) {
        const tool::HardPicture picture = set.make(i);
        Attempt& attempt = attempts.emplace_back();
        attempt.distortion = picture.distortion;
        attempt.zbar_knows = Zbar::knows(picture.format);
        std::vector<vision::Found> found;
        reader.start_over();
        attempt.ours_ms = milliseconds(
            [&] { found = reader.read(picture.image.view(), vision::Effort::thorough, kBudget); });
        for (const vision::Found& code : found)
            (is_right(code.text, picture) ? attempt.ours_read : attempt.ours_wrong) = true;
        attempt.zbar_ms = milliseconds([&] { attempt.zbar_read = zbar.reads(picture); });
    }
    return attempts;
}

}  // namespace counterfoil::bench
