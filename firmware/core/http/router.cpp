#include "firmware/core/http/router.h"

#include "firmware/core/json/json.h"

namespace counterfoil::http {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using Kind = PatternPart::Kind;

bool is_name(std::string_view text) {
    for (const char c : text)
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
    return !text.empty();
}

Result<PatternPart> parse_part(std::string_view text) {
    if (text.find_first_of("{}") == std::string_view::npos)
        return PatternPart{Kind::literal, std::string(text)};
    if (text.front() == '{' && text.back() == '}') {
        text = text.substr(1, text.size() - 2);
        const bool is_rest = text.ends_with("...");
        if (is_rest) text.remove_suffix(3);
        if (is_name(text)) return PatternPart{is_rest ? Kind::rest : Kind::name, std::string(text)};
    }
    return Error(Code::invalid_argument, "a part of the pattern is neither a literal nor a name");
}

Status check_schema(const std::string& schema) {
    return schema.empty() ? Status() : json::check(schema, {});
}

std::string joined(const std::vector<std::string>& segments, std::size_t from) {
    std::string text;
    for (std::size_t i = from; i < segments.size(); ++i)
        text += (i > from ? "/" : "") + segments[i];
    return text;
}

}  // namespace

// A node's routes end there. Each node is reached in one way only, so that a search looks at each
// at most once.
struct Router::Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> name;
    std::unique_ptr<Node> rest;
    std::map<Method, const Route*> routes;
    std::vector<std::string> names;

    Node& child(const PatternPart& part) {
        auto& slot = part.kind == Kind::literal ? literals[part.text]
                     : part.kind == Kind::name  ? name
                                                : rest;
        if (!slot) slot = std::make_unique<Node>();
        return *slot;
    }

    // The node at the end of the path that has routes; `values` is what stood for the names.
    const Node* find(const std::vector<std::string>& segments, std::size_t at,
                     std::vector<std::string>& values) const {
        if (at == segments.size() && !routes.empty()) return this;
        if (at < segments.size()) {
            const auto literal = literals.find(segments[at]);
            if (literal != literals.end())
                if (const Node* found = literal->second->find(segments, at + 1, values))
                    return found;
            if (name && !segments[at].empty()) {
                values.push_back(segments[at]);
                if (const Node* found = name->find(segments, at + 1, values)) return found;
                values.pop_back();
            }
        }
        if (!rest) return nullptr;
        values.push_back(joined(segments, at));
        return rest.get();
    }

    std::string allow() const {
        std::string text;
        for (const auto& [method, route] : routes) {
            text.append(method_name(method)).append(", ");
            if (method == Method::get) text += "HEAD, ";
        }
        return text + "OPTIONS";
    }
};

Result<std::vector<PatternPart>> parse_pattern(std::string_view pattern) {
    if (pattern.empty() || pattern.front() != '/')
        return Error(Code::invalid_argument, "a pattern starts with a slash");
    std::vector<PatternPart> parts;
    for (pattern.remove_prefix(1); !pattern.empty() || !parts.empty();) {
        const std::size_t slash = pattern.find('/');
        if (!parts.empty() && parts.back().kind == Kind::rest)
            return Error(Code::invalid_argument, "only the end of a pattern stands for a rest");
        CF_LET(PatternPart part, parse_part(pattern.substr(0, slash)));
        parts.push_back(std::move(part));
        if (slash == std::string_view::npos || parts.size() == kMaxSegments) break;
        pattern.remove_prefix(slash + 1);
    }
    return parts;
}

Router::Router() : root_(std::make_unique<Node>()) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

Status Router::add(Route route) {
    CF_CHECK(route.handler != nullptr);
    if (route.method == Method::head || route.method == Method::options)
        return Error(Code::invalid_argument, "HEAD and OPTIONS are answered of themselves");
    if (!check_schema(route.description.request_schema).ok() ||
        !check_schema(route.description.response_schema).ok())
        return Error(Code::invalid_argument, route.pattern + ": a schema is no JSON");
    auto parts = parse_pattern(route.pattern);
    if (!parts.ok()) return parts.error().within(route.pattern);
    Node* node = root_.get();
    std::vector<std::string> names;
    for (const PatternPart& part : parts.value()) {
        node = &node->child(part);
        if (part.kind != Kind::literal) names.push_back(part.text);
    }
    if (node->routes.contains(route.method))
        return Error(Code::already_exists, route.pattern + " is routed already");
    if (!node->routes.empty() && node->names != names)
        return Error(Code::invalid_argument, route.pattern + ": another name for the same place");
    routes_.push_back(std::make_unique<Route>(std::move(route)));
    node->routes[routes_.back()->method] = routes_.back().get();
    node->names = std::move(names);
    return {};
}

Router::Match Router::match(Method method, const std::vector<std::string>& segments) const {
    std::vector<std::string> values;
    const Node* node = root_->find(segments, 0, values);
    if (node == nullptr) return NotFound{};
    const auto route = node->routes.find(method == Method::head ? Method::get : method);
    if (route == node->routes.end()) return NotAllowed{node->allow()};
    Found found{route->second, {}};
    CF_CHECK(node->names.size() == values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        found.parameters.emplace_back(node->names[i], std::move(values[i]));
    return found;
}

}  // namespace counterfoil::http
