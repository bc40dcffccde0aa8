#include "firmware/core/base/check.h"
#include "firmware/vision/picture.h"

// Picture files of strangers: refused, or as many pixels as were promised.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace counterfoil;
    // A small file can ask for many pixels; those take time, and nothing is learnt from them.
    const auto picture = vision::read_picture({data, size});
    if (!picture.ok()) return 0;
    const vision::GreyImage& image = picture.value();
    CF_CHECK(image.width > 0 && image.width <= vision::kMaxSide);
    CF_CHECK(image.pixels.size() ==
             static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height));
    return 0;
}
