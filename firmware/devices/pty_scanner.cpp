#include "firmware/devices/pty_scanner.h"

#include <stdlib.h>

#include <array>
#include <cerrno>

#include "firmware/core/base/file.h"
#include "firmware/devices/serial_line.h"

namespace counterfoil::devices {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Status;

namespace {

// It has no wire; any will do.
constexpr int kBaud = 115200;

}  // namespace

// Opening this device makes a new pseudo-terminal, of which the stream reads the one end.
PtyScanner::PtyScanner(std::string name, std::filesystem::path link, const base::Clock& clock)
    : LineScanner(
          std::move(name),
          Stream(
              "/dev/ptmx",
              [this](int master, const std::filesystem::path&) { return set_up(master); }, clock),
          clock),
      link_(std::move(link)) {}

PtyScanner::~PtyScanner() {
    std::error_code fault;
    // Another scanner may have taken the name over.
    if (held_.ok() && std::filesystem::read_symlink(link_, fault) == terminal_ && !fault)
        std::filesystem::remove(link_, fault);
}

Status PtyScanner::set_up(int master) {
    std::array<char, 128> name{};
    if (::grantpt(master) != 0 || ::unlockpt(master) != 0) return base::system_error(errno, link_);
    if (const int fault = ::ptsname_r(master, name.data(), name.size()); fault != 0)
        return base::system_error(fault, link_);
    terminal_ = name.data();
    Descriptor terminal = Descriptor::open(terminal_, O_RDWR | O_NOCTTY);
    if (!terminal.ok()) return base::system_error(errno, terminal_);
    // Otherwise what is written would arrive with its line feeds turned into two characters.
    CF_TRY(raw_line(kBaud)(terminal.number(), terminal_));
    CF_TRY(put_link());
    held_ = std::move(terminal);
    return {};
}

Status PtyScanner::put_link() {
    std::error_code fault;
    const auto there = std::filesystem::symlink_status(link_, fault);
    if (std::filesystem::exists(there) && !std::filesystem::is_symlink(there))
        return Error(Code::already_exists, link_.string() + " is there and is no symbolic link");
    std::filesystem::path made = link_;
    made += ".new";
    std::filesystem::remove(made, fault);
    std::filesystem::create_symlink(terminal_, made, fault);
    if (!fault) std::filesystem::rename(made, link_, fault);
    if (fault) return base::system_error(fault.value(), link_);
    return {};
}

}  // namespace counterfoil::devices
