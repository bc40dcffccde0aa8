#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace counterfoil::sync {

// systemd, where it has started this process: it is told that the work has begun, that it goes on,
// and that it ends, in a datagram each, as sd_notify(3) describes. Without systemd nothing is told.
class ServiceManager {
  public:
    // Out of the environment: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    static ServiceManager of_environment();
    // A socket's path, "@" in front of an abstract one, empty for nobody; and how long it waits for
    // a sign of life, 0 for ever.
    ServiceManager(std::string socket, std::int64_t patience_ms)
        : socket_(std::move(socket)), patience_ms_(patience_ms) {}

    // "READY=1", "WATCHDOG=1", "STOPPING=1". Nobody can do anything about one that is lost.
    void tell(std::string_view what) const;
    // A sign of life once half of its patience is over.
    void show_life(std::int64_t now_ms);

  private:
    std::string socket_;
    std::int64_t patience_ms_;
    std::int64_t shown_ms_ = 0;
};

}  // namespace counterfoil::sync
