#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "firmware/core/base/bytes.h"
#include "firmware/devices/scanner.h"
#include "firmware/vision/frame.h"

namespace counterfoil::devices {

// A picture as its source has it: grey pixels, or, where there are none, a JPEG, which nobody but
// the confined decoder unpacks.
struct Frame {
    vision::GreyView grey;
    base::ByteView jpeg;

    bool is_jpeg() const { return grey.pixels == nullptr; }
};

// Where pictures come from. All of it runs on the till's one loop thread.
class FrameSource {
  public:
    virtual ~FrameSource() = default;

    // Where to wait until there is something to read; -1 where waiting is of no use.
    virtual int descriptor() const = 0;

    // When next() wants to be called although nothing can be read. Clock::steady_ms; none: never.
    virtual std::optional<std::int64_t> due_ms() const = 0;

    // The next picture, if one is there; never waits. It is in memory of the source, which keeps it
    // until the following call.
    virtual std::optional<Frame> next() = 0;

    virtual ScannerState state() const = 0;

    // Pictures that came broken. One that was passed over for a newer one is none of them.
    virtual std::int64_t dropped() const = 0;

    // Why it is away, in a sentence; empty while it is ready or was not looked for yet.
    virtual const std::string& trouble() const = 0;
};

}  // namespace counterfoil::devices
