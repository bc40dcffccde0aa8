#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "firmware/core/http/server.h"

namespace counterfoil::till {

// The folder of the kiosk's pages: the one that the board names, else the one that came with the
// program, which lies beside the program's own folder, or in share/counterfoil there. Nothing where
// there is none: then the till has routes, and no pages.
std::optional<std::filesystem::path> find_pages(const std::optional<std::filesystem::path>& named,
                                                const std::filesystem::path& program);

// What pages may load, see http::security_headers(): nothing from elsewhere.
inline constexpr const char* kPagesPolicy =
    "default-src 'self'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; worker-src 'none'; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

// "http://127.0.0.1:8080/"
std::string url_of(const std::string& address, std::uint16_t port);
// Obeys only who comes to a server that works by that address or by a name of this machine: another
// name that leads here is not ours. A free port is known only once it is taken.
void guard_names(http::Server& server, const std::string& address);

// The program that runs; empty where that cannot be told.
std::filesystem::path this_program();

}  // namespace counterfoil::till
