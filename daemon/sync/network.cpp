#include "daemon/sync/network.h"

#include <algorithm>

#include "firmware/core/base/file.h"

namespace counterfoil::sync {
namespace {

constexpr std::size_t kMaxWord = 64;

// The word in the kernel's file; empty where it cannot be read, as of a carrier that is down.
std::string word_in(const std::filesystem::path& path) {
    auto text = base::read_file(path, kMaxWord);
    if (!text.ok()) return {};
    std::string word = std::move(text).value();
    while (word.ends_with('\n')) word.pop_back();
    return word;
}

// Some drivers never say that they are up.
bool is_interface_up(const std::filesystem::path& interface) {
    const std::string state = word_in(interface / "operstate");
    return state == "up" || (state == "unknown" && word_in(interface / "carrier") == "1");
}

}  // namespace

bool Network::is_up() const {
    std::error_code fault;
    const std::filesystem::directory_iterator all(folder_, fault);
    if (fault) return true;
    return std::any_of(begin(all), end(all), [](const auto& interface) {
        return interface.path().filename() != "lo" && is_interface_up(interface.path());
    });
}

bool is_loopback(const std::string& host) {
    return host == "localhost" || host.starts_with("127.") || host == "::1";
}

}  // namespace counterfoil::sync
