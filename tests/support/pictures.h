#pragma once

#include <string>
#include <string_view>

#include "firmware/vision/code_writer.h"
#include "firmware/vision/enhance.h"

namespace counterfoil::test {

// A clean picture of one code.
inline vision::GreyImage code_picture(std::string_view text, const std::string& format = "QRCode",
                                      int pixels_per_module = 4) {
    vision::CodeOptions options;
    options.format = format;
    const auto modules = vision::write_code(text, options);
    CF_CHECK(modules.ok());
    return vision::to_bitmap(modules.value(), pixels_per_module);
}

// A larger grey picture to put others into.
inline vision::GreyImage empty_picture(int width, int height, std::uint8_t grey = 200) {
    vision::GreyImage image{width, height, {}};
    image.pixels.assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), grey);
    return image;
}

inline void put_into(vision::GreyImage& picture, const vision::GreyImage& part, int left, int top) {
    CF_CHECK(left + part.width <= picture.width && top + part.height <= picture.height);
    for (int y = 0; y < part.height; ++y)
        for (int x = 0; x < part.width; ++x)
            picture.pixels[static_cast<std::size_t>((top + y) * picture.width + left + x)] =
                part.view().at(x, y);
}

// Turned about its middle; what was outside is white.
inline vision::GreyImage turned(const vision::GreyImage& picture, double degrees) {
    return vision::cut_out(picture.view(), {picture.width / 2.0, picture.height / 2.0,
                                            picture.width, picture.height, degrees});
}

}  // namespace counterfoil::test
