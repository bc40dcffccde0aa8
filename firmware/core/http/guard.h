#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "firmware/core/http/message.h"

namespace counterfoil::http {

// Stands before all routes. Either part may be empty.
struct Guard {
    // Looks at a request before its body is read.
    std::function<std::optional<Refusal>(const Request&)> check;
    // Adds to each response, refusals included. Where the request could not be read it is empty.
    std::function<void(const Request&, Response&)> dress;
};

// 421 for a Host that is none of these ("localhost:8080"; case does not matter): another name that
// leads here, as in DNS rebinding, is not obeyed.
Guard allow_hosts(std::vector<std::string> hosts);

// 403 for a write with an Origin that is none of these ("http://localhost:8080"). A write without
// an Origin comes from no web page and passes.
Guard allow_origins(std::vector<std::string> origins);

// No sniffing of types, no framing, no referrer, and the given Content-Security-Policy, to which
// frame-ancestors 'none' is added where it says nothing about it.
Guard security_headers(std::string content_security_policy);

struct CorsSettings {
    std::vector<std::string> origins;
    std::string methods = "GET, POST, PUT, PATCH, DELETE";
    std::string headers = "Authorization, Content-Type";
    bool credentials = false;
    std::int64_t max_age_s = 600;
};

// Lets the pages of other origins read the responses. It refuses nothing.
Guard cors(CorsSettings settings);

}  // namespace counterfoil::http
