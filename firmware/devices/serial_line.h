#pragma once

#include "firmware/devices/stream.h"

namespace counterfoil::devices {

// Whether a serial line can be set to the speed: the usual ones from 1200 to 921600.
bool is_baud(int baud);

// Sets a serial line raw: eight bits, no parity, one stop bit, at a speed that is_baud() knows. It
// refuses what is no serial line.
Stream::Setup raw_line(int baud);

}  // namespace counterfoil::devices
