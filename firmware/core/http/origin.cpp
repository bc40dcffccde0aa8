#include "firmware/core/http/origin.h"

#include <algorithm>
#include <charconv>

namespace counterfoil::http {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::string_view kSecure = "https://";
constexpr std::string_view kPlain = "http://";
constexpr std::uint16_t kSecurePort = 443;
constexpr std::uint16_t kPlainPort = 80;
constexpr std::size_t kMostHost = 253;

bool is_host_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

bool is_address_character(char c) {
    return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' ||
           c == '.';
}

// Takes the host away, and says whether there was a possible one.
bool take_host(std::string_view& text, std::string& host) {
    const bool is_bracketed = text.starts_with('[');
    const std::size_t end = is_bracketed ? text.find(']') : std::min(text.find(':'), text.size());
    if (end == std::string_view::npos) return false;
    host = is_bracketed ? text.substr(1, end - 1) : text.substr(0, end);
    text.remove_prefix(is_bracketed ? end + 1 : end);
    return !host.empty() && host.size() <= kMostHost &&
           std::ranges::all_of(host, is_bracketed ? is_address_character : is_host_character);
}

bool read_port(std::string_view text, std::uint16_t& port) {
    if (text.empty()) return true;
    if (!text.starts_with(':')) return false;
    text.remove_prefix(1);
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
    return problem == std::errc() && end == text.data() + text.size() && port != 0;
}

}  // namespace

std::string Origin::text() const {
    const bool is_numeric = host.find(':') != std::string::npos;
    return std::string(is_secure ? kSecure : kPlain) + (is_numeric ? "[" + host + "]" : host) +
           ":" + std::to_string(port);
}

bool Origin::is_loopback() const {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Result<Origin> parse_origin(std::string_view text) {
    const std::string given(text);
    Origin origin;
    origin.is_secure = text.starts_with(kSecure);
    if (!origin.is_secure && !text.starts_with(kPlain))
        return Error(Code::invalid_argument, given + ": begins with neither https:// nor http://");
    text.remove_prefix(origin.is_secure ? kSecure.size() : kPlain.size());
    if (text.ends_with('/')) text.remove_suffix(1);
    origin.port = origin.is_secure ? kSecurePort : kPlainPort;
    if (!take_host(text, origin.host) || !read_port(text, origin.port))
        return Error(Code::invalid_argument, given + ": is not like https://centre.example:8443");
    return origin;
}

Result<Client> client_for(const Origin& origin, const std::filesystem::path& authority,
                          ClientSettings settings) {
    if (origin.is_secure) {
        auto authorities =
            authority.empty() ? Authorities::of_system() : Authorities::load(authority);
        if (!authorities.ok()) return authorities.error();
        settings.authorities = std::make_shared<Authorities>(std::move(authorities).value());
    }
    return Client(origin.host, origin.port, std::move(settings));
}

}  // namespace counterfoil::http
