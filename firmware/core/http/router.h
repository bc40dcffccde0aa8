#pragma once

#include <functional>
#include <map>
#include <memory>
#include <variant>

#include "firmware/core/http/message.h"
#include "firmware/core/http/responder.h"

namespace counterfoil::http {

// Runs on the loop's thread and answers through the Responder, now or later. The request is gone
// when the handler returns: what is needed later is copied.
using Handler = std::function<void(const Request&, Responder)>;

// What a route's reader is told about it. A schema is a JSON text, or empty.
struct Description {
    std::string summary;
    std::string request_schema;
    std::string response_schema;
    std::vector<std::string> tags;
    struct Parameter {
        std::string name;
        std::string in;  // "header", "query" or "cookie"
        std::string description;
        bool is_required = false;
    };
    std::vector<Parameter> parameters = {};
    std::string request_type = "application/json";
    std::string response_type = "application/json";
    int response_status = 200;
    bool needs_token = false;  // "Authorization: Bearer ..."
};

struct Route {
    Method method = Method::get;
    // "/api/sales/{id}": a name in braces stands for one segment that is not empty;
    // "/ui/{rest...}", at the end only, for all that follow, none included, joined by slashes.
    std::string pattern;
    Handler handler;
    Description description;
    // In the place of Limits::body_bytes.
    std::optional<std::size_t> max_body_bytes;
    // Judges a request by its head, before the body is read: a response in the place of the
    // handler's, after which the connection ends where a body is still to come. Empty: all may.
    std::function<std::optional<Response>(const Request&)> judge_head = {};
};

// Finds the route for a path. A literal segment goes before a name, a name before a rest.
class Router {
  public:
    struct Found {
        const Route* route;
        Parameters parameters;
    };
    struct NotFound {};
    struct NotAllowed {
        // "GET, HEAD, OPTIONS"
        std::string allow;
    };
    using Match = std::variant<Found, NotFound, NotAllowed>;

    Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;
    ~Router();

    // invalid_argument for a pattern that is none or gives a place another name than before, a
    // schema that is no JSON, or HEAD and OPTIONS, which are answered of themselves; already_exists
    // where the same is routed already.
    base::Status add(Route route);

    // HEAD finds what GET would. OPTIONS finds no route: it is NotAllowed wherever there is one.
    Match match(Method method, const std::vector<std::string>& segments) const;

    // In the order in which they were added.
    const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

  private:
    struct Node;

    std::vector<std::unique_ptr<Route>> routes_;
    std::unique_ptr<Node> root_;
};

// A pattern's parts, as the router and the description of the routes read them.
struct PatternPart {
    enum class Kind { literal, name, rest };
    Kind kind;
    std::string text;
};
base::Result<std::vector<PatternPart>> parse_pattern(std::string_view pattern);

}  // namespace counterfoil::http
