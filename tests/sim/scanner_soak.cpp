#include <cstdlib>
#include <iostream>
#include <thread>

#include "tests/sim/scanner_stories.h"

// Five scans a second through a serial scanner and a wedge at once, then codes held to a camera:
// scanner_soak SCANS CAMERA_SCANS SEED.
int main(int argc, char** argv) {
    using namespace counterfoil::test;
    if (argc != 4) {
        std::cerr << "usage: scanner_soak SCANS CAMERA_SCANS SEED\n";
        return 2;
    }
    const auto number = [&](int i) { return std::strtoull(argv[i], nullptr, 10); };
    const std::chrono::milliseconds apart(200);
    const int scans = static_cast<int>(number(1));
    ScannerStory serial;
    std::jthread other([&] { serial = tell_serial_story(scans, apart); });
    const ScannerStory wedge = tell_wedge_story(scans, apart);
    other.join();
    const ScannerStory camera =
        tell_camera_story(static_cast<int>(number(2)), number(3), COUNTERFOIL_DECODER);
    std::cout << serial.summary() << '\n' << wedge.summary() << '\n' << camera.summary() << '\n';
    return serial.went_well() && wedge.went_well() && camera.went_well() ? 0 : 1;
}
