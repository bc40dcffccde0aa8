#include <map>
#include <set>

#include "tests/daemon/aggregator/own_centre.h"

// What the centre says of its own interface, over real HTTP.
namespace counterfoil::aggregator {
namespace {

using Answer = OwnCentre::Answer;
using Methods = std::set<std::string>;
using Routes = std::map<std::string, Methods>;
using http::PatternPart;

std::string lower(std::string_view name) {
    std::string text(name);
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

// As the description writes it, or with something in the place of each name.
std::string path_of(const std::string& pattern, bool is_asked) {
    std::string path;
    const std::vector<PatternPart> parts = http::parse_pattern(pattern).value();
    for (const PatternPart& part : parts) {
        const bool is_literal = part.kind == PatternPart::Kind::literal;
        const std::string name = is_asked ? "x" : "{" + part.text + "}";
        path += "/" + (is_literal ? part.text : name);
    }
    return path.empty() ? "/" : path;
}

class DescriptionTest : public testing::Test {
  protected:
    Routes described() {
        constexpr json::Limits kLarge{4 << 20, 32};
        const Answer answer = centre_.get("/api/openapi.json", "");
        const auto document = json::Document::parse(answer.body, kLarge).value();
        Routes routes;
        const json::Value paths = document.root().object("paths").value();
        for (auto path = paths.first(); path; path = path->next())
            for (auto method = path->first(); method; method = method->next())
                routes[std::string(path->name())].insert(std::string(method->name()));
        return routes;
    }
    // What is at the path, as the server itself says to whoever asks.
    Methods allowed(const std::string& path) {
        const Answer answer = centre_.ask(http::Method::options, path_of(path, true), "");
        Methods methods;
        for (const auto name : http::elements(answer.headers.find("Allow").value_or("")))
            if (name != "HEAD" && name != "OPTIONS") methods.insert(lower(name));
        return methods;
    }

    OwnCentre centre_{store::Dialect::sqlite};
};

TEST_F(DescriptionTest, HoldsEachRouteAndNoOther) {
    Routes routed;
    for (const auto& route : centre_.routes())
        EXPECT_TRUE(routed[path_of(route->pattern, false)]
                        .insert(lower(http::method_name(route->method)))
                        .second);
    const Routes told = described();
    EXPECT_EQ(told, routed);
    EXPECT_GT(told.size(), 50U);
}

TEST_F(DescriptionTest, SaysOfEachPathWhatTheServerDoes) {
    for (const auto& [path, methods] : described()) EXPECT_EQ(allowed(path), methods) << path;
    EXPECT_EQ(allowed("/api/nothing"), Methods());
}

}  // namespace
}  // namespace counterfoil::aggregator
