#include "firmware/devices/line_scanner.h"

#include "firmware/devices/serial_line.h"

namespace counterfoil::devices {

SerialScanner::SerialScanner(std::string name, const SerialSettings& settings,
                             const base::Clock& clock)
    : LineScanner(std::move(name), Stream(settings.path, raw_line(settings.baud), clock), clock,
                  settings.idle_ms) {}

LineFileScanner::LineFileScanner(std::string name, std::filesystem::path path,
                                 const base::Clock& clock, std::int64_t idle_ms)
    : LineScanner(std::move(name), Stream(std::move(path), refuse_device, clock), clock, idle_ms) {}

}  // namespace counterfoil::devices
