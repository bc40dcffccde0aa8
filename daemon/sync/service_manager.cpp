#include "daemon/sync/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "firmware/core/base/descriptor.h"

namespace counterfoil::sync {
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::int64_t number_in(const std::string& text) {
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() ? number : 0;
}

}  // namespace

ServiceManager ServiceManager::of_environment() {
    constexpr std::int64_t kMicrosInMilli = 1000;
    const std::string whose = variable("WATCHDOG_PID");
    const bool is_ours = whose.empty() || number_in(whose) == ::getpid();
    const std::int64_t patience_us = is_ours ? number_in(variable("WATCHDOG_USEC")) : 0;
    return {variable("NOTIFY_SOCKET"), patience_us / kMicrosInMilli};
}

void ServiceManager::tell(std::string_view what) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_.empty() || socket_.size() >= sizeof(address.sun_path)) return;
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    if (socket_.front() == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    const base::Descriptor sender(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!sender.ok()) return;
    [[maybe_unused]] const auto sent =
        ::sendto(sender.number(), what.data(), what.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                 static_cast<const sockaddr*>(static_cast<const void*>(&address)), size);
}

void ServiceManager::show_life(std::int64_t now_ms) {
    if (patience_ms_ <= 0 || now_ms - shown_ms_ < patience_ms_ / 2) return;
    shown_ms_ = now_ms;
    tell("WATCHDOG=1");
}

}  // namespace counterfoil::sync
