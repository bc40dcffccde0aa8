#include "firmware/devices/hid_scanner.h"

#include <linux/input.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "firmware/core/base/file.h"

namespace counterfoil::devices {
namespace {

using base::Code;
using base::Error;
using base::Status;

Status take_over(int descriptor, const std::filesystem::path& path, bool simulated) {
    // Without the grab, every code would also be typed into whatever has the focus.
    if (::ioctl(descriptor, EVIOCGRAB, 1) != 0) {
        // A FIFO knows nothing of grabs.
        if (errno != ENOTTY) return base::system_error(errno, path);
        if (simulated) return {};
        return Error(Code::invalid_argument, path.string() + " is no event device");
    }
    // The wall clock can be set between two keys, which would part or join scans.
    int clock = CLOCK_MONOTONIC;
    if (::ioctl(descriptor, EVIOCSCLOCKID, &clock) != 0) return base::system_error(errno, path);
    return {};
}

Stream::Setup grab(bool simulated) {
    return [simulated](int descriptor, const std::filesystem::path& path) {
        return take_over(descriptor, path, simulated);
    };
}

KeyEvent key_event(const input_event& event) {
    return {event.type, event.code, event.value,
            std::int64_t{event.input_event_sec} * 1000 + event.input_event_usec / 1000};
}

}  // namespace

HidScanner::HidScanner(std::string name, const HidSettings& settings, const base::Clock& clock)
    : StreamScanner(std::move(name), Stream(settings.path, grab(settings.simulated), clock), clock),
      decoder_(settings.keys) {}

std::optional<std::string> HidScanner::take(base::ByteView& bytes) {
    while (bytes.size() >= sizeof(input_event)) {
        input_event event{};
        std::memcpy(&event, bytes.data(), sizeof event);
        bytes = bytes.subspan(sizeof event);
        if (auto text = decoder_.take(key_event(event))) return text;
    }
    return {};
}

}  // namespace counterfoil::devices
