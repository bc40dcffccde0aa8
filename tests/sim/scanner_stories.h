#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

// Somebody holds one code after the other to a scanner, in real time, and the till listens: through
// a real pty, a real FIFO of key events, a real FIFO of camera frames.
namespace counterfoil::test {

struct ScannerStory {
    std::string scanner;
    std::vector<std::string> shown;
    std::vector<std::string> heard;

    // Each code once, in order.
    bool went_well() const { return heard == shown; }
    // "serial: 3000 of 3000 in order", or what went wrong first.
    std::string summary() const;
};

ScannerStory tell_serial_story(int scans, std::chrono::milliseconds apart);
ScannerStory tell_wedge_story(int scans, std::chrono::milliseconds apart);

// A camera of 1280 by 720 at 30 frames a second. Each code is in view for half a second, somewhere
// and at some angle, then away for another; the seed decides which, and the sensor's noise.
ScannerStory tell_camera_story(int scans, std::uint64_t seed, const std::filesystem::path& decoder);

}  // namespace counterfoil::test
