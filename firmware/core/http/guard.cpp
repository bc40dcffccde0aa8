#include "firmware/core/http/guard.h"

#include <algorithm>

namespace counterfoil::http {
namespace {

bool holds(const std::vector<std::string>& texts, std::string_view wanted) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](const std::string& text) { return same_name(text, wanted); });
}

}  // namespace

Guard allow_hosts(std::vector<std::string> hosts) {
    Guard guard;
    guard.check = [hosts = std::move(hosts)](const Request& request) -> std::optional<Refusal> {
        if (holds(hosts, request.headers.find("Host").value_or(""))) return {};
        return Refusal{421,
                       "wrong_host",
                       {"This server does not answer for that host.",
                        "Ez a kiszolgáló nem felel ezen a néven."}};
    };
    return guard;
}

Guard allow_origins(std::vector<std::string> origins) {
    Guard guard;
    guard.check = [origins = std::move(origins)](const Request& request) -> std::optional<Refusal> {
        const auto origin = request.headers.find("Origin");
        if (!origin || !is_write(request.method) || holds(origins, *origin)) return {};
        return Refusal{403,
                       "wrong_origin",
                       {"Pages of that origin may not change anything here.",
                        "Onnan származó lap itt semmit sem módosíthat."}};
    };
    return guard;
}

Guard security_headers(std::string content_security_policy) {
    std::string policy = std::move(content_security_policy);
    if (policy.find("frame-ancestors") == std::string::npos)
        policy += policy.empty() ? "frame-ancestors 'none'" : "; frame-ancestors 'none'";
    Guard guard;
    guard.dress = [policy = std::move(policy)](const Request&, Response& response) {
        response.headers.set("X-Content-Type-Options", "nosniff");
        response.headers.set("X-Frame-Options", "DENY");
        response.headers.set("Referrer-Policy", "no-referrer");
        if (!response.headers.find("Content-Security-Policy"))
            response.headers.add("Content-Security-Policy", policy);
    };
    return guard;
}

Guard cors(CorsSettings settings) {
    Guard guard;
    guard.dress = [settings = std::move(settings)](const Request& request, Response& response) {
        // A cache must not give one origin's answer to another.
        response.headers.add("Vary", "Origin");
        const auto origin = request.headers.find("Origin");
        if (!origin || !holds(settings.origins, *origin)) return;
        response.headers.set("Access-Control-Allow-Origin", *origin);
        if (settings.credentials) response.headers.set("Access-Control-Allow-Credentials", "true");
        if (!request.headers.find("Access-Control-Request-Method")) return;
        response.headers.set("Access-Control-Allow-Methods", settings.methods);
        response.headers.set("Access-Control-Allow-Headers", settings.headers);
        response.headers.set("Access-Control-Max-Age", std::to_string(settings.max_age_s));
    };
    return guard;
}

}  // namespace counterfoil::http
