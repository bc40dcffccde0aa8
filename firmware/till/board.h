#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/devices/key_layout.h"
#include "firmware/devices/printer.h"
#include "firmware/receipt/escpos.h"

// What hangs on a till, as its board's file says. boards/board.schema.json describes every member
// for people and editors; a test keeps it and the reader the same. Paths are as the file has them:
// relative ones begin in the till's data folder. Only the logo comes with the board: its path
// begins in the board's folder, and is given with that.
namespace counterfoil::till {

inline constexpr std::size_t kMaxScanners = 8;
inline constexpr std::size_t kMaxCameras = 2;

struct NetworkPlace {
    std::string address;  // of numbers
    std::uint16_t port = 0;
};
struct SerialPlace {
    std::filesystem::path path;
    int baud = 9600;
};
struct UsbPlace {
    std::filesystem::path path;
};
struct FilePlace {
    std::filesystem::path path;
};

struct KeyboardPlace {
    std::filesystem::path path;
    devices::KeyboardLayout layout = devices::KeyboardLayout::us;
};
struct LinesPlace {
    std::filesystem::path path;  // a FIFO or file
};
struct PtyPlace {
    std::filesystem::path link;
};
using ScannerPlace = std::variant<SerialPlace, KeyboardPlace, LinesPlace, PtyPlace>;

struct VideoPlace {
    std::filesystem::path path;
};
struct FramesPlace {
    std::filesystem::path path;  // a FIFO or file
};
using CameraPlace = std::variant<VideoPlace, FramesPlace>;

struct BoardPrinter {
    std::variant<NetworkPlace, SerialPlace, UsbPlace, FilePlace> place;
    receipt::PrinterModel model;
    devices::PrinterSettings settings;
    std::optional<std::filesystem::path> logo;
};

using DisplayPlace = std::variant<SerialPlace, FilePlace>;

struct Board {
    std::string name;
    NetworkPlace listen;
    std::vector<ScannerPlace> scanners;
    std::vector<CameraPlace> cameras;
    std::optional<BoardPrinter> printer;
    std::optional<DisplayPlace> display;
    std::optional<std::filesystem::path> kiosk_folder;
};

// malformed where the file is not in its form, in a sentence that says where and what is right:
// "boards/sim/board.json: printer.port: 1 to 65535".
base::Result<Board> read_board(const std::filesystem::path& path);

}  // namespace counterfoil::till
