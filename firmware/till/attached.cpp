#include "firmware/till/attached.h"

#include <type_traits>

#include "firmware/devices/camera.h"
#include "firmware/devices/frame_fifo.h"
#include "firmware/devices/hid_scanner.h"
#include "firmware/devices/line_scanner.h"
#include "firmware/devices/pty_scanner.h"
#include "firmware/devices/serial_line.h"
#include "firmware/till/late_camera.h"

namespace counterfoil::till {

using devices::Channel;
using devices::PrinterState;
using devices::Scanner;
using devices::ScannerState;

namespace {

// As most displays that speak Epson's commands have them.
const std::vector<devices::DisplayPage> kDisplayPages = {{base::CodePage::pc852, 18},
                                                         {base::CodePage::pc866, 17}};

class Opener {
  public:
    Opener(const Surroundings& surroundings, const base::Clock& clock)
        : surroundings_(surroundings), clock_(clock) {}

    std::unique_ptr<Scanner> scanner(const std::string& name, const SerialPlace& place) const {
        const devices::SerialSettings settings{in_folder(place.path), place.baud, 0};
        return std::make_unique<devices::SerialScanner>(name, settings, clock_);
    }
    std::unique_ptr<Scanner> scanner(const std::string& name, const KeyboardPlace& place) const {
        devices::HidSettings settings;
        settings.path = in_folder(place.path);
        settings.keys.layout = place.layout;
        return std::make_unique<devices::HidScanner>(name, settings, clock_);
    }
    std::unique_ptr<Scanner> scanner(const std::string& name, const LinesPlace& place) const {
        return std::make_unique<devices::LineFileScanner>(name, in_folder(place.path), clock_);
    }
    std::unique_ptr<Scanner> scanner(const std::string& name, const PtyPlace& place) const {
        return std::make_unique<devices::PtyScanner>(name, in_folder(place.link), clock_);
    }
    std::unique_ptr<Scanner> camera(const std::string& name, const CameraPlace& place) const {
        auto look = [place = in_folder(place), &clock = clock_] { return source(place, clock); };
        return std::make_unique<LateCamera>(name, std::move(look), surroundings_.decoder, clock_);
    }

    Channel channel(const NetworkPlace& place) const {
        return Channel(devices::network_opener(place.address, place.port));
    }
    Channel channel(const SerialPlace& place) const {
        return Channel(
            devices::device_opener(in_folder(place.path), devices::raw_line(place.baud)));
    }
    Channel channel(const UsbPlace& place) const {
        return Channel(devices::device_opener(in_folder(place.path)));
    }
    Channel channel(const FilePlace& place) const {
        return Channel(devices::file_opener(in_folder(place.path)));
    }
    template <class... Places>
    Channel channel(const std::variant<Places...>& place) const {
        return std::visit([&](const auto& one) { return channel(one); }, place);
    }

  private:
    std::filesystem::path in_folder(const std::filesystem::path& path) const {
        return surroundings_.folder / path;
    }
    CameraPlace in_folder(CameraPlace place) const {
        std::visit([&](auto& one) { one.path = in_folder(one.path); }, place);
        return place;
    }
    static std::unique_ptr<devices::FrameSource> source(const CameraPlace& place,
                                                        const base::Clock& clock) {
        if (const auto* video = std::get_if<VideoPlace>(&place))
            return std::make_unique<devices::V4L2Camera>(
                devices::CameraSettings{video->path}, std::make_unique<devices::LinuxVideoDevice>(),
                clock);
        // Whoever writes pictures wants each of them looked at.
        const devices::FrameFifoSettings settings{std::get<FramesPlace>(place).path, false};
        return std::make_unique<devices::FrameFifo>(settings, clock);
    }

    const Surroundings& surroundings_;
    const base::Clock& clock_;
};

std::string_view word(ScannerState state) {
    return state == ScannerState::ready ? "ready" : "away";
}

std::string_view word(PrinterState state) {
    switch (state) {
        case PrinterState::away:
            return "away";
        case PrinterState::unknown:
            return "unknown";
        case PrinterState::ready:
            return "ready";
        case PrinterState::paper_out:
            return "paper_out";
        case PrinterState::cover_open:
            return "cover_open";
        case PrinterState::error:
            return "error";
        case PrinterState::offline:
            return "offline";
    }
    return "away";
}

}  // namespace

Attached attach(const Board& board, const Surroundings& surroundings, const base::Clock& clock) {
    const Opener opener(surroundings, clock);
    Attached attached;
    for (std::size_t i = 0; i < board.scanners.size(); ++i) {
        const std::string name = "scanner " + std::to_string(i + 1);
        attached.scanners.push_back(
            {name, std::visit([&](const auto& place) { return opener.scanner(name, place); },
                              board.scanners[i])});
    }
    for (std::size_t i = 0; i < board.cameras.size(); ++i) {
        const std::string name = "camera " + std::to_string(i + 1);
        attached.scanners.push_back({name, opener.camera(name, board.cameras[i])});
    }
    if (board.printer)
        attached.printer = std::make_unique<devices::Printer>(
            board.printer->settings, opener.channel(board.printer->place), clock);
    if (board.display)
        attached.display = std::make_unique<devices::CustomerDisplay>(
            opener.channel(*board.display), kDisplayPages, clock);
    return attached;
}

std::vector<DeviceState> states(const Attached& attached) {
    std::vector<DeviceState> states;
    for (const AttachedScanner& one : attached.scanners)
        states.push_back({one.name, word(one.scanner->state()), one.scanner->trouble()});
    if (attached.printer)
        states.push_back({"printer", word(attached.printer->state()), attached.printer->trouble()});
    if (attached.display)
        states.push_back({"display", attached.display->is_away() ? "away" : "ready",
                          attached.display->trouble()});
    return states;
}

}  // namespace counterfoil::till
