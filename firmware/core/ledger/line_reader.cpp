#include "firmware/core/ledger/line_reader.h"

#include <algorithm>

namespace counterfoil::ledger {

LineReader::LineReader(std::istream& in, std::size_t max_line_bytes)
    : in_(in), max_line_bytes_(max_line_bytes), buffer_(2 * (max_line_bytes + 1)) {}

// Moves the started line to the buffer's front and reads on behind it.
bool LineReader::refill() {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
    in_.read(buffer_.data() + end_, static_cast<std::streamsize>(buffer_.size() - end_));
    const auto got = static_cast<std::size_t>(in_.gcount());
    end_ += got;
    return got > 0;
}

LineReader::Line LineReader::next() {
    std::size_t searched = 0;
    for (;;) {
        const std::string_view held(buffer_.data() + begin_, end_ - begin_);
        const std::size_t stop = held.find('\n', searched);
        if (stop != std::string_view::npos) {
            begin_ += stop + 1;
            if (stop > max_line_bytes_) return {Kind::too_long, {}};
            return {Kind::whole, held.substr(0, stop)};
        }
        if (held.size() > max_line_bytes_) return {Kind::too_long, {}};
        searched = held.size();
        if (!refill()) return {end_ > begin_ ? Kind::truncated : Kind::end, {}};
    }
}

}  // namespace counterfoil::ledger
