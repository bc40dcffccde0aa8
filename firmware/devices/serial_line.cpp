#include "firmware/devices/serial_line.h"

#include <termios.h>

#include <array>
#include <cerrno>

#include "firmware/core/base/file.h"

namespace counterfoil::devices {
namespace {

using base::Status;

struct Speed {
    int baud;
    speed_t flag;
};

constexpr std::array kSpeeds = {
    Speed{1200, B1200},     Speed{2400, B2400},     Speed{4800, B4800},     Speed{9600, B9600},
    Speed{19200, B19200},   Speed{38400, B38400},   Speed{57600, B57600},   Speed{115200, B115200},
    Speed{230400, B230400}, Speed{460800, B460800}, Speed{921600, B921600},
};

std::optional<speed_t> speed_of(int baud) {
    for (const Speed& speed : kSpeeds)
        if (speed.baud == baud) return speed.flag;
    return {};
}

Status set_raw(int descriptor, const std::filesystem::path& path, speed_t speed) {
    termios line{};
    if (::tcgetattr(descriptor, &line) != 0) return base::system_error(errno, path);
    ::cfmakeraw(&line);  // eight bits, no parity; nothing is translated or echoed
    line.c_cflag |= CLOCAL | CREAD;
    line.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS);
    // With no least count of bytes, a read of an idle line would look like its end.
    line.c_cc[VMIN] = 1;
    line.c_cc[VTIME] = 0;
    ::cfsetispeed(&line, speed);
    ::cfsetospeed(&line, speed);
    if (::tcsetattr(descriptor, TCSANOW, &line) != 0) return base::system_error(errno, path);
    return {};
}

}  // namespace

bool is_baud(int baud) {
    return speed_of(baud).has_value();
}

Stream::Setup raw_line(int baud) {
    const auto speed = speed_of(baud);
    CF_CHECK(speed);
    return [speed](int descriptor, const std::filesystem::path& path) {
        return set_raw(descriptor, path, *speed);
    };
}

}  // namespace counterfoil::devices
