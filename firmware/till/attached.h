#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/base/clock.h"
#include "firmware/devices/customer_display.h"
#include "firmware/devices/scanner.h"
#include "firmware/till/board.h"

namespace counterfoil::till {

struct AttachedScanner {
    std::string name;  // "scanner 1", "camera 1": as its scans have it
    std::unique_ptr<devices::Scanner> scanner;
};

// The devices that a board names. All of it runs on the till's one loop thread.
struct Attached {
    std::vector<AttachedScanner> scanners;  // the cameras behind the others
    std::unique_ptr<devices::Printer> printer;
    std::unique_ptr<devices::CustomerDisplay> display;
};

struct Surroundings {
    std::filesystem::path folder;  // the till's data: where relative paths begin
    // counterfoil-decoder; see vision::decoder_beside_program().
    std::filesystem::path decoder;
};

// Opens nothing yet: every device is looked for by its first work(), and again until it is there.
// The clock must outlive the devices.
Attached attach(const Board& board, const Surroundings& surroundings, const base::Clock& clock);

// How a device is, for whoever asks after the till's health.
struct DeviceState {
    std::string name;        // "scanner 1", "camera 1", "printer", "display"
    std::string_view state;  // "ready" or "away"; of a printer also "unknown", "paper_out", ...
    std::string trouble;     // why it is away; empty where it is not, or was not looked for yet

    bool operator==(const DeviceState&) const = default;
};
std::vector<DeviceState> states(const Attached& attached);

}  // namespace counterfoil::till
