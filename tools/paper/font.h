#pragma once

#include <filesystem>
#include <memory>

#include "firmware/core/base/result.h"
#include "firmware/vision/frame.h"

namespace counterfoil::tool {

// The letters of a font of fixed width, as dots.
class Font {
  public:
    // From a font file, so large that a character fills a cell of that size. not_found where the
    // file is missing, malformed where it is no font.
    static base::Result<Font> open(const std::filesystem::path& path, int cell_width,
                                   int cell_height);
    ~Font();
    Font(Font&&) noexcept;
    Font& operator=(Font&&) noexcept;

    int cell_width() const;
    int cell_height() const;

    // Dots of a cell, 0 black, 255 white. A character that the font lacks is the font's own sign
    // for that.
    const vision::GreyImage& cell(char32_t character);

  private:
    struct State;
    explicit Font(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace counterfoil::tool
