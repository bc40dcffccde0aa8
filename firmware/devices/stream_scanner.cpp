#include "firmware/devices/stream_scanner.h"

#include <linux/input.h>

#include <algorithm>

namespace counterfoil::devices {
namespace {

// Some devices' own buffers are small: the kernel keeps as few as 64 key events. Reading ahead this
// far bridges a till that is busy for a moment.
constexpr std::size_t kReadAhead = std::size_t{1} << 16;
// A device of events gives nothing, and an error, to a reader with less room than one of them.
constexpr std::size_t kLeastRoom = 64;
static_assert(sizeof(input_event) <= kLeastRoom);
// The loop has others to serve: no more than this in one go.
constexpr int kMostReads = 16;

}  // namespace

StreamScanner::StreamScanner(std::string name, Stream stream, const base::Clock& clock,
                             std::int64_t idle_ms)
    : name_(std::move(name)),
      stream_(std::move(stream)),
      clock_(clock),
      idle_ms_(idle_ms),
      buffer_(kReadAhead) {}

bool StreamScanner::has_space() const {
    return buffer_.size() - (end_ - begin_) >= kLeastRoom;
}

int StreamScanner::descriptor() const {
    return has_space() && !is_broken_off_ ? stream_.descriptor() : -1;
}

std::optional<std::int64_t> StreamScanner::due_ms() const {
    std::optional<std::int64_t> due = stream_.due_ms();
    if (again_ms_) due = *again_ms_;
    if (idle_ms_ > 0 && has_part() && !again_ms_)
        due = std::min(due.value_or(last_byte_ms_ + idle_ms_), last_byte_ms_ + idle_ms_);
    return due;
}

void StreamScanner::work(ScanQueue& queue) {
    const std::int64_t now_ms = clock_.steady_ms();
    again_ms_.reset();
    for (int reads = 0; reads < kMostReads; ++reads) {
        const bool has_more = fill(now_ms);
        hand_out(queue);
        if (!has_more) break;
    }
    // Asked for only after reading: bytes that came meanwhile belong to the scan.
    const bool is_idle = idle_ms_ > 0 && now_ms - last_byte_ms_ >= idle_ms_;
    if (is_idle && has_part() && begin_ == end_ && queue.has_room())
        if (auto text = finish()) push(queue, *std::move(text));
    if (!queue.has_room()) again_ms_ = now_ms + kFullMs;
}

bool StreamScanner::fill(std::int64_t now_ms) {
    if (!has_space() || is_broken_off_) return false;
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
    const Stream::Piece piece = stream_.read(std::span(buffer_).subspan(end_));
    end_ += piece.size;
    is_broken_off_ = piece.kind == Stream::Kind::broken_off;
    if (piece.kind == Stream::Kind::bytes) last_byte_ms_ = now_ms;
    return piece.kind == Stream::Kind::bytes;
}

void StreamScanner::hand_out(ScanQueue& queue) {
    while (queue.has_room()) {
        base::ByteView bytes = base::ByteView(buffer_).subspan(begin_, end_ - begin_);
        auto text = take(bytes);
        begin_ = end_ - bytes.size();
        if (text) {
            push(queue, *std::move(text));
            continue;
        }
        if (is_broken_off_) {
            break_off();
            begin_ = end_;
            is_broken_off_ = false;
        }
        return;
    }
}

void StreamScanner::push(ScanQueue& queue, std::string text) {
    queue.push({std::move(text), "", name_, clock_.steady_ms()});
}

}  // namespace counterfoil::devices
