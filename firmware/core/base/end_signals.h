#pragma once

#include <csignal>
#include <functional>

namespace counterfoil::base {

// A program that is ended by SIGINT or SIGTERM in its own order. To be made before any other
// thread is there, so that no thread is ever interrupted by them, from then on until the program's
// end. SIGPIPE is ignored, too.
class EndSignals {
  public:
    EndSignals();

    // Returns when the work does. The first signal until then calls `stop` on another thread, which
    // must make the work return.
    void run(const std::function<void()>& work, const std::function<void()>& stop);

  private:
    sigset_t ends_{};
};

}  // namespace counterfoil::base
