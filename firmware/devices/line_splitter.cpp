#include "firmware/devices/line_splitter.h"

#include <utility>

#include "firmware/core/base/coding.h"
#include "firmware/devices/scanner.h"

namespace counterfoil::devices {
namespace {
constexpr std::uint8_t kGroupSeparator = 0x1d;
}  // namespace

std::optional<std::string> LineSplitter::take(base::ByteView& bytes) {
    while (!bytes.empty()) {
        const std::uint8_t byte = bytes.front();
        bytes = bytes.subspan(1);
        // The LF of a CRLF ends an empty line, which is nothing.
        if (byte != '\n' && byte != '\r') {
            add(byte);
        } else if (auto line = finish()) {
            return line;
        }
    }
    return {};
}

void LineSplitter::add(std::uint8_t byte) {
    const bool is_control = byte < 0x20 && byte != kGroupSeparator;
    if (is_control || line_.size() == kMaxScanBytes) {
        is_bad_ = true;
        line_.clear();
    }
    if (!is_bad_) line_.push_back(static_cast<char>(byte));
}

std::optional<std::string> LineSplitter::finish() {
    if (!has_half_line()) return {};
    if (is_bad_ || !base::is_utf8(line_)) {
        break_off();
        return {};
    }
    return std::exchange(line_, {});
}

void LineSplitter::break_off() {
    if (has_half_line()) ++dropped_;
    line_.clear();
    is_bad_ = false;
}

}  // namespace counterfoil::devices
