#include "firmware/core/base/end_signals.h"

#include <pthread.h>

#include <atomic>
#include <thread>

namespace counterfoil::base {

EndSignals::EndSignals() {
    sigemptyset(&ends_);
    sigaddset(&ends_, SIGINT);
    sigaddset(&ends_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends_, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

void EndSignals::run(const std::function<void()>& work, const std::function<void()>& stop) {
    std::atomic<bool> is_over = false;
    std::thread waiting([&] {
        int signal = 0;
        sigwait(&ends_, &signal);
        if (!is_over) stop();
    });
    work();
    // Where it ended by itself, the thread still waits.
    is_over = true;
    pthread_kill(waiting.native_handle(), SIGTERM);
    waiting.join();
}

}  // namespace counterfoil::base
