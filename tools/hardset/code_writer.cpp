#include "tools/hardset/code_writer.h"

#include "firmware/vision/code_writer.h"

namespace counterfoil::tool {

vision::GreyImage write_code(const std::string& format, const std::string& text, int module_px) {
    vision::CodeOptions options;
    options.format = format;
    const auto modules = vision::write_code(text, options);
    CF_CHECK(modules.ok());
    return vision::to_bitmap(modules.value(), module_px);
}

}  // namespace counterfoil::tool
