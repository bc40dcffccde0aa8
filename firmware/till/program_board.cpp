#include <algorithm>

#include "firmware/till/program.h"
#include "firmware/till/route_parts.h"

// What hangs on the till and how it is, for whoever looks after it.
namespace counterfoil::till {

using http::Method;

namespace {

struct KindName {
    std::string_view operator()(const NetworkPlace&) const { return "network"; }
    std::string_view operator()(const SerialPlace&) const { return "serial"; }
    std::string_view operator()(const UsbPlace&) const { return "usb"; }
    std::string_view operator()(const FilePlace&) const { return "file"; }
    std::string_view operator()(const KeyboardPlace&) const { return "keyboard"; }
    std::string_view operator()(const LinesPlace&) const { return "lines"; }
    std::string_view operator()(const PtyPlace&) const { return "pty"; }
    std::string_view operator()(const VideoPlace&) const { return "video"; }
    std::string_view operator()(const FramesPlace&) const { return "frames"; }
};

// The kinds, in the order in which states() has the devices.
std::vector<std::string_view> kinds_of(const Board& board) {
    std::vector<std::string_view> kinds;
    for (const ScannerPlace& place : board.scanners) kinds.push_back(std::visit(KindName(), place));
    for (const CameraPlace& place : board.cameras) kinds.push_back(std::visit(KindName(), place));
    if (board.printer) kinds.push_back(std::visit(KindName(), board.printer->place));
    if (board.display) kinds.push_back(std::visit(KindName(), *board.display));
    return kinds;
}

}  // namespace

Answer Program::board_told() {
    const std::vector<std::string_view> kinds = kinds_of(board_);
    const std::vector<DeviceState> all = states(attached_);
    CF_CHECK(kinds.size() == all.size());
    json::Array devices;
    for (std::size_t i = 0; i < all.size(); ++i) {
        json::Object device;
        device.set("name", all[i].name).set("state", all[i].state).set("kind", kinds[i]);
        devices.add(std::move(device.set("trouble", all[i].trouble)));
    }
    json::Object object;
    object.set("name", board_.name).set("listen", url()).set("devices", std::move(devices));
    if (board_.printer) {
        json::Object printer;
        printer.set("columns", std::int64_t{board_.printer->model.columns});
        object.set("printer",
                   std::move(printer.set("dots", std::int64_t{board_.printer->model.dots})));
    }
    std::error_code fault;
    const auto space = std::filesystem::space(folder_.path, fault);
    if (!fault) object.set("free_bytes", static_cast<std::int64_t>(space.available));
    object.set("version", COUNTERFOIL_VERSION);
    CF_LET(const mirror::Meta meta, till_->desk().shop().meta());
    object.set("central_version", meta.version);
    return std::move(object.set("central_as_of", base::to_rfc3339(meta.made_at)));
}

Answer Program::print_slip(checkout::Outcome<base::Bytes> slip) {
    if (!slip.ok()) return slip.error();
    if (!queue_->can_print_slip()) return checkout::Refusal::printer_not_ready;
    CF_TRY(queue_->print_slip(std::move(slip).value()));
    devices_->wake_printer();
    return json::Object();
}

Answer Program::print_report(Call& call) {
    CF_LET(const checkout::ShiftReport report, till_->desk().report(call.asked));
    return print_slip(papers_->report_slip(report));
}

base::Status Program::add_board() {
    Api::Managed board{Method::get, "/api/board", "The board, its devices and how they are"};
    board.response_schema = schema_of(
        "name:string! listen:string! devices:list! printer:object free_bytes:integer "
        "version:string! central_version:integer! central_as_of:string!");
    board.act = [this](Call&) { return board_told(); };
    CF_TRY(api_->add_managed(router_, std::move(board)));
    Api::Managed test{Method::post, "/api/board/test-print",
                      "Print a slip that shows how the printer prints; nothing is recorded of it"};
    test.request_schema = schema_of("approval:approval");
    test.is_change = true;
    test.act = [this](Call&) {
        return print_slip(papers_->test_slip(base::to_local_text(clock_.now())));
    };
    CF_TRY(api_->add_managed(router_, std::move(test)));
    Api::Managed report{Method::post, "/api/shift/report/print",
                        "Print the X report; nothing is recorded of it"};
    report.request_schema = schema_of("approval:approval");
    report.is_change = true;
    report.act = [this](Call& call) { return print_report(call); };
    return api_->add_managed(router_, std::move(report));
}

}  // namespace counterfoil::till
