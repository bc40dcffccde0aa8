#pragma once

#include <string>

#include "firmware/vision/frame.h"

namespace counterfoil::tool {

// The code of a text as CodeWriter in tools/hardset/hardset.h wants it. The format is one of
// kFormats, the text one that it can hold.
vision::GreyImage write_code(const std::string& format, const std::string& text, int module_px);

}  // namespace counterfoil::tool
