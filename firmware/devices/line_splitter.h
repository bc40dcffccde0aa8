#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "firmware/core/base/bytes.h"

namespace counterfoil::devices {

// Bytes in, whole lines out, however the bytes are cut. A line ends with CR, LF or both; an empty
// one is nothing. A line is dropped whole, and counted, when it is longer than a scan can be, is
// not UTF-8, or has a control byte other than GS (0x1d), which parts the fields of a barcode.
class LineSplitter {
  public:
    // Takes bytes from the front of the view up to the end of the first good line, without its
    // terminator; where there is none, takes them all.
    std::optional<std::string> take(base::ByteView& bytes);

    // There has been some of a line, but not its end.
    bool has_half_line() const { return !line_.empty() || is_bad_; }
    // Ends the line as a terminator would.
    std::optional<std::string> finish();
    // The rest of the line will never come.
    void break_off();

    std::int64_t dropped() const { return dropped_; }

  private:
    void add(std::uint8_t byte);

    std::string line_;
    bool is_bad_ = false;  // what the line has had so far makes it no scan
    std::int64_t dropped_ = 0;
};

}  // namespace counterfoil::devices
