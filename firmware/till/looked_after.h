#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "firmware/core/base/clock.h"
#include "firmware/core/base/descriptor.h"
#include "firmware/core/http/loop.h"

namespace counterfoil::till {

// A device on the loop: its work is done when it has something to read or room to write, and when
// its time has come. The device may close and change its descriptor in any work, because the loop
// itself watches only a set of this object's own, which holds that descriptor between two works.
class LookedAfter {
  public:
    struct Device {
        std::function<int()> descriptor;                      // -1: none to wait for now
        std::function<short()> awaited;                       // the events of poll()
        std::function<std::optional<std::int64_t>()> due_ms;  // Clock::steady_ms; none: never
        std::function<void()> work;
    };

    // Its first work is done when the loop runs. Loop, clock and all that the device's calls need
    // must outlive it; it is not destroyed by one of them.
    static base::Result<std::unique_ptr<LookedAfter>> start(http::Loop& loop,
                                                            const base::Clock& clock,
                                                            Device device);

    // Its work is done soon, because something was changed from outside.
    void wake();

  private:
    LookedAfter(http::Loop& loop, const base::Clock& clock, Device device);

    void work();
    void wait();
    bool put_into_set();

    http::Loop& loop_;
    const base::Clock& clock_;
    Device device_;
    base::Descriptor set_;
    int watched_ = -1;
    http::Watch watch_;
    http::Timer timer_;
};

}  // namespace counterfoil::till
