#include "firmware/till/pages.h"

namespace counterfoil::till {

namespace fs = std::filesystem;

std::optional<fs::path> find_pages(const std::optional<fs::path>& named, const fs::path& program) {
    if (named) return named;
    if (program.empty()) return {};
    const fs::path beside = program.parent_path().parent_path();
    for (const fs::path& folder : {beside / "share/counterfoil/kiosk", beside / "kiosk"}) {
        std::error_code fault;
        if (fs::is_directory(folder, fault)) return folder;
    }
    return {};
}

namespace {

// As it stands before a port.
std::string host_text(const std::string& address) {
    return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

}  // namespace

std::string url_of(const std::string& address, std::uint16_t port) {
    return "http://" + host_text(address) + ":" + std::to_string(port) + "/";
}

void guard_names(http::Server& server, const std::string& address) {
    std::vector<std::string> hosts;
    std::vector<std::string> origins;
    for (const std::string& name : {std::string("localhost"), std::string("127.0.0.1"),
                                    std::string("[::1]"), host_text(address)}) {
        hosts.push_back(name + ":" + std::to_string(server.port()));
        origins.push_back("http://" + hosts.back());
    }
    server.add_guard(http::allow_hosts(std::move(hosts)));
    server.add_guard(http::allow_origins(std::move(origins)));
}

fs::path this_program() {
    std::error_code fault;
    return fs::read_symlink("/proc/self/exe", fault);
}

}  // namespace counterfoil::till
