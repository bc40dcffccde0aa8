#include "firmware/till/looked_after.h"

#include <poll.h>
#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>

#include "firmware/core/base/file.h"

namespace counterfoil::till {

using base::Result;

// What a device awaits is told to epoll as it is.
static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT);

namespace {

// When to look at a device that should be waited for and cannot be.
constexpr std::int64_t kLookMs = 1000;

}  // namespace

LookedAfter::LookedAfter(http::Loop& loop, const base::Clock& clock, Device device)
    : loop_(loop),
      clock_(clock),
      device_(std::move(device)),
      set_(::epoll_create1(EPOLL_CLOEXEC)) {}

Result<std::unique_ptr<LookedAfter>> LookedAfter::start(http::Loop& loop, const base::Clock& clock,
                                                        Device device) {
    std::unique_ptr<LookedAfter> made(new LookedAfter(loop, clock, std::move(device)));
    if (!made->set_.ok()) return base::system_error(errno, "a set of descriptors");
    CF_LET(made->watch_, loop.watch(made->set_.number(), http::Readiness::read,
                                    [raw = made.get()] { raw->work(); }));
    made->wake();
    return made;
}

void LookedAfter::wake() {
    timer_ = loop_.after(0, [this] { work(); });
}

void LookedAfter::work() {
    timer_.stop();
    // Before the device can close it: the number may be another file's a moment later.
    if (watched_ >= 0) ::epoll_ctl(set_.number(), EPOLL_CTL_DEL, watched_, nullptr);
    watched_ = -1;
    device_.work();
    wait();
}

void LookedAfter::wait() {
    const std::int64_t now_ms = clock_.steady_ms();
    // Asked for once: a device may reckon it from now, and would never be due if asked again.
    std::optional<std::int64_t> due_ms = device_.due_ms();
    if (!put_into_set()) due_ms = std::min(due_ms.value_or(now_ms + kLookMs), now_ms + kLookMs);
    if (!due_ms) return;
    timer_ = loop_.after(std::max<std::int64_t>(*due_ms - now_ms, 0), [this] { work(); });
}

bool LookedAfter::put_into_set() {
    const int descriptor = device_.descriptor();
    if (descriptor < 0) return true;
    epoll_event wanted{};
    wanted.events = static_cast<std::uint32_t>(device_.awaited());
    if (::epoll_ctl(set_.number(), EPOLL_CTL_ADD, descriptor, &wanted) != 0) return false;
    watched_ = descriptor;
    return true;
}

}  // namespace counterfoil::till
