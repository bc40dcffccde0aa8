#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "firmware/core/base/bytes.h"
#include "firmware/vision/frame.h"

namespace counterfoil::devices {

// Bytes in, whole pictures out: binary PGMs one after the other, each with exactly the head
// "P5\n640 480\n255\n" (or with a line feed between width and height) and no larger than
// vision::kMaxSide and kMaxPixels allow. What is none is skipped up to the next "P5\n", and
// counted. A picture that is followed by anything but the next one's head was cut short and has
// swallowed part of what came after it: it is dropped, and its own bytes are searched for the next.
class PgmSplitter {
  public:
    // Free memory for the bytes that come next; add() says how many there were. Both end the life
    // of the views that take() gave.
    std::span<std::uint8_t> room();
    void add(std::size_t size);

    // The first whole picture, in the splitter's memory.
    std::optional<vision::GreyView> take();

    // The rest of what was added will never come. Views live on.
    void break_off();

    // How many bytes wait to be taken.
    std::size_t waiting() const { return end_ - begin_; }
    std::int64_t dropped() const { return dropped_; }

  private:
    bool find_head();
    bool is_followed_by_another(std::size_t size) const;
    void drop();
    base::ByteView bytes() const { return base::ByteView(buffer_).subspan(begin_, waiting()); }

    std::vector<std::uint8_t> buffer_;
    std::size_t begin_ = 0;  // what was added and not taken is [begin_, end_)
    std::size_t end_ = 0;
    bool is_searching_ = false;  // skipping what was counted already
    std::int64_t dropped_ = 0;
};

}  // namespace counterfoil::devices
