#pragma once

#include <string>

#include "firmware/core/http/client.h"

namespace counterfoil::http {

// Where a server is: "https://centre.example:8443".
struct Origin {
    bool is_secure = true;
    std::string host;  // a name or a numeric address, IPv6 without its brackets
    std::uint16_t port = 0;

    bool operator==(const Origin&) const = default;
    std::string text() const;
    // Whether it can only be this machine, so that nobody listens on the way.
    bool is_loopback() const;
};

// With 443 or 80 where no port is said. invalid_argument for another scheme, a path, a query, or a
// user's name; a slash at the end is none of these.
base::Result<Origin> parse_origin(std::string_view text);

// A client for it. Where it is secure it believes the authorities of the file or, without one, this
// system's.
base::Result<Client> client_for(const Origin& origin, const std::filesystem::path& authority,
                                ClientSettings settings = {});

}  // namespace counterfoil::http
