#pragma once

#include <istream>
#include <string_view>
#include <vector>

namespace counterfoil::ledger {

// Cuts a stream into lines without copying them; memory is bounded by the longest line allowed.
class LineReader {
  public:
    enum class Kind { whole, truncated, too_long, end };
    struct Line {
        Kind kind = Kind::end;
        std::string_view text;  // valid until the next call
    };

    // The stream must outlive the reader.
    LineReader(std::istream& in, std::size_t max_line_bytes);

    Line next();

  private:
    bool refill();

    std::istream& in_;
    std::size_t max_line_bytes_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace counterfoil::ledger
