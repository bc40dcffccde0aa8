#pragma once

#include <cstdint>
#include <string_view>

#include "firmware/core/base/bytes.h"
#include "firmware/core/base/result.h"

// ESC/POS taken apart, as a printer does it. It was written from the printers' manuals and shares
// nothing with what writes ESC/POS, so that each shows the other's mistakes.
namespace counterfoil::tool {

enum class Verb {
    text,  // some bytes of text
    line_feed,
    initialise,
    country,
    code_page,
    font,
    bold,
    align,
    feed_lines,
    pulse,
    size,
    left_margin,
    area_width,
    report_status,
    cut,
    raster,
    symbol,  // GS ( k, of all kinds
    process_id,
    send_status,       // GS r
    real_time_status,  // DLE EOT
    leave_chinese,
};

std::string_view verb_name(Verb verb);

// `parameters` are the bytes behind the command's name, data included; of text, the text.
struct Command {
    Verb verb = Verb::text;
    base::ByteView parameters;
};

// More parameters than any command of a receipt needs.
inline constexpr std::size_t kMaxParameters = std::size_t{1} << 20;

// The first command of the bytes; it is in their memory. `size`: how many bytes it has; 0 while its
// end is still to come. malformed where it is no command that we know, too_large over the bound.
struct Cutting {
    Command command;
    std::size_t size = 0;
};
base::Result<Cutting> first_command(base::ByteView bytes);

}  // namespace counterfoil::tool
