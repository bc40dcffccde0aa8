#include "firmware/till/board.h"

#include <arpa/inet.h>

#include "firmware/core/base/file.h"
#include "firmware/devices/serial_line.h"
#include "firmware/till/strict_object.h"

namespace counterfoil::till {

using base::Result;
using devices::KeyboardLayout;
using devices::Proof;

namespace {

constexpr std::size_t kMaxBoardBytes = 64 << 10;
constexpr std::int64_t kMaxName = 64;
constexpr std::int64_t kMaxPath = 1024;
constexpr std::int64_t kMaxAddress = 45;
constexpr std::int64_t kLastPort = 65535;
constexpr std::int64_t kFewestDots = 384;
constexpr std::int64_t kMostDots = 2048;
constexpr int kWideColumns = 42;
constexpr int kNarrowColumns = 32;
constexpr std::int64_t kMaxBaud = 10'000'000;
constexpr std::size_t kMaxPages = 4;
constexpr std::int64_t kLastPage = 255;

bool is_address(const std::string& text) {
    in6_addr room{};
    return ::inet_pton(AF_INET, text.c_str(), &room) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), &room) == 1;
}

std::uint16_t read_port(StrictObject& object) {
    return static_cast<std::uint16_t>(object.number("port", 1, kLastPort));
}

NetworkPlace read_network(StrictObject& object) {
    NetworkPlace place;
    place.address = object.text("address", kMaxAddress);
    if (!is_address(place.address)) object.fail("address", "an address of numbers");
    place.port = read_port(object);
    return place;
}

// PINs go to it in the clear: it is for this machine's own screens.
NetworkPlace read_listen(StrictObject& object) {
    NetworkPlace place;
    place.address =
        object.choice<std::string>("address", {{"127.0.0.1", "127.0.0.1"}, {"::1", "::1"}});
    place.port = read_port(object);
    return place;
}

std::filesystem::path read_path(StrictObject& object) {
    return object.text("path", kMaxPath);
}

SerialPlace read_serial(StrictObject& object) {
    SerialPlace place;
    place.path = read_path(object);
    place.baud = static_cast<int>(object.number("baud", 1, kMaxBaud));
    if (!devices::is_baud(place.baud)) object.fail("baud", "a usual speed, 1200 to 921600");
    return place;
}

KeyboardPlace read_keyboard(StrictObject& object) {
    KeyboardPlace place;
    place.path = read_path(object);
    place.layout = object.choice<KeyboardLayout>(
        "layout", {{"us", KeyboardLayout::us}, {"hu", KeyboardLayout::hungarian}});
    return place;
}

template <class Place>
Place read_file_place(StrictObject& object) {
    return {read_path(object)};
}

// Reads what a device's kind says that it has.
template <class Place>
using Reader = Place (*)(StrictObject&);

ScannerPlace read_scanner(StrictObject& object) {
    const auto read = object.choice<Reader<ScannerPlace>>(
        "kind", {{"serial", [](StrictObject& in) -> ScannerPlace { return read_serial(in); }},
                 {"keyboard", [](StrictObject& in) -> ScannerPlace { return read_keyboard(in); }},
                 {"lines",
                  [](StrictObject& in) -> ScannerPlace { return read_file_place<LinesPlace>(in); }},
                 {"pty", [](StrictObject& in) -> ScannerPlace {
                      return PtyPlace{in.text("link", kMaxPath)};
                  }}});
    return read(object);
}

CameraPlace read_camera(StrictObject& object) {
    const auto read = object.choice<Reader<CameraPlace>>(
        "kind",
        {{"v4l2", [](StrictObject& in) -> CameraPlace { return read_file_place<VideoPlace>(in); }},
         {"frames",
          [](StrictObject& in) -> CameraPlace { return read_file_place<FramesPlace>(in); }}});
    return read(object);
}

int one_of(StrictObject& object, std::string_view name, int first, int second) {
    const auto value = object.number(name, std::min(first, second), std::max(first, second));
    if (value != first && value != second)
        object.fail(name, std::to_string(first) + " or " + std::to_string(second));
    return static_cast<int>(value);
}

receipt::PageNumber read_page(StrictObject& object) {
    using base::CodePage;
    const auto page = object.choice<CodePage>("page", {{"pc852", CodePage::pc852},
                                                       {"wpc1250", CodePage::wpc1250},
                                                       {"pc866", CodePage::pc866},
                                                       {"wpc1251", CodePage::wpc1251}});
    return {page, static_cast<std::uint8_t>(object.number("number", 0, kLastPage))};
}

// In what most printers are alike, so that it can be left out.
void read_peculiar(StrictObject& object, BoardPrinter& printer) {
    receipt::PrinterModel& model = printer.model;
    if (object.has("logo")) printer.logo = object.text("logo", kMaxPath);
    if (object.has("pages")) {
        model.pages.clear();
        object.each("pages", kMaxPages,
                    [&](StrictObject& in) { model.pages.push_back(read_page(in)); });
        if (model.pages.empty()) object.fail("pages", "at least one");
    }
    if (object.has("double_height")) model.double_height = object.flag("double_height");
    if (object.has("chinese")) model.chinese = object.flag("chinese");
}

// What says nothing, as a file, is not asked, and proves nothing.
void read_model(StrictObject& object, BoardPrinter& printer) {
    constexpr int kPinTwo = 2;
    constexpr int kPinFive = 5;
    using receipt::Cut;
    using receipt::DrawerPin;
    printer.model.columns = one_of(object, "columns", kWideColumns, kNarrowColumns);
    printer.model.dots = static_cast<int>(object.number("dots", kFewestDots, kMostDots));
    printer.model.qr_command = object.flag("qr_command");
    printer.model.cut = object.choice<Cut>(
        "cut", {{"none", Cut::none}, {"partial", Cut::partial}, {"full", Cut::full}});
    printer.model.drawer = one_of(object, "drawer_pin", kPinTwo, kPinFive) == kPinTwo
                               ? DrawerPin::two
                               : DrawerPin::five;
    printer.settings.proof = object.choice<Proof>("proof", {{"process_id", Proof::process_id},
                                                            {"in_order", Proof::in_order},
                                                            {"handed_over", Proof::handed_over}});
    printer.settings.asks = object.flag("asks");
    printer.model.tells_status = printer.settings.asks;
    read_peculiar(object, printer);
    const bool is_file = std::holds_alternative<FilePlace>(printer.place);
    if (is_file && printer.settings.asks) object.fail("asks", "false, because a file says nothing");
    if (!printer.settings.asks && printer.settings.proof != Proof::handed_over)
        object.fail("proof", "handed_over, because the printer is not asked");
}

BoardPrinter read_printer(StrictObject& object) {
    using Place = decltype(BoardPrinter::place);
    const auto read = object.choice<Reader<Place>>(
        "kind",
        {{"tcp", [](StrictObject& in) -> Place { return read_network(in); }},
         {"serial", [](StrictObject& in) -> Place { return read_serial(in); }},
         {"usb", [](StrictObject& in) -> Place { return read_file_place<UsbPlace>(in); }},
         {"file", [](StrictObject& in) -> Place { return read_file_place<FilePlace>(in); }}});
    BoardPrinter printer;
    printer.place = read(object);
    object.within("model", [&](StrictObject& model) { read_model(model, printer); });
    return printer;
}

DisplayPlace read_display(StrictObject& object) {
    const auto read = object.choice<Reader<DisplayPlace>>(
        "kind", {{"serial", [](StrictObject& in) -> DisplayPlace { return read_serial(in); }},
                 {"file", [](StrictObject& in) -> DisplayPlace {
                      return read_file_place<FilePlace>(in);
                  }}});
    return read(object);
}

Board read_all(StrictObject& file) {
    Board board;
    board.name = file.text("name", kMaxName);
    file.within("listen", [&](StrictObject& in) { board.listen = read_listen(in); });
    file.each("scanners", kMaxScanners,
              [&](StrictObject& in) { board.scanners.push_back(read_scanner(in)); });
    file.each("cameras", kMaxCameras,
              [&](StrictObject& in) { board.cameras.push_back(read_camera(in)); });
    if (!file.is_null("printer"))
        file.within("printer", [&](StrictObject& in) { board.printer = read_printer(in); });
    if (!file.is_null("display"))
        file.within("display", [&](StrictObject& in) { board.display = read_display(in); });
    if (file.has("kiosk_folder")) board.kiosk_folder = file.text("kiosk_folder", kMaxPath);
    file.end();
    return board;
}

}  // namespace

Result<Board> read_board(const std::filesystem::path& path) {
    CF_LET(const std::string text, base::read_file(path, kMaxBoardBytes));
    const auto document = json::Document::parse(text);
    if (!document.ok()) return document.error().within(path.string());
    StrictObject::Fault fault;
    StrictObject file(document.value().root(), "", fault);
    Board board = read_all(file);
    if (fault) return fault->within(path.string());
    if (board.printer && board.printer->logo)
        board.printer->logo = path.parent_path() / *board.printer->logo;
    return board;
}

}  // namespace counterfoil::till
