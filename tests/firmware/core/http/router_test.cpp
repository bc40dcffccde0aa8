#include "firmware/core/http/router.h"

#include <gtest/gtest.h>

#include "firmware/core/http/openapi.h"
#include "firmware/core/json/json.h"

namespace counterfoil::http {
namespace {

Route routed(Method method, std::string pattern) {
    Route route;
    route.method = method;
    route.pattern = std::move(pattern);
    route.handler = [](const Request&, Responder responder) { responder.send({}); };
    return route;
}

Router shop() {
    Router router;
    for (const char* pattern : {"/", "/sales", "/sales/{id}", "/sales/last", "/sales/{id}/lines",
                                "/files/{rest...}", "/sales/last/{rest...}"})
        CF_CHECK(router.add(routed(Method::get, pattern)).ok());
    CF_CHECK(router.add(routed(Method::post, "/sales")).ok());
    return router;
}

// "pattern name=value ...", "404", or "405 allowed".
std::string matched(const Router& router, Method method, std::string_view target) {
    const auto match = router.match(method, parse_target(target).value().segments);
    if (const auto* other = std::get_if<Router::NotAllowed>(&match)) return "405 " + other->allow;
    const auto* found = std::get_if<Router::Found>(&match);
    if (found == nullptr) return "404";
    std::string text = found->route->pattern;
    for (const auto& [name, value] : found->parameters) text += " " + name + "=" + value;
    return text;
}

TEST(HttpRouter, FindsTheMostParticularRoute) {
    const Router router = shop();
    const auto get = [&](std::string_view target) { return matched(router, Method::get, target); };
    EXPECT_EQ(get("/"), "/");
    EXPECT_EQ(get("/sales"), "/sales");
    EXPECT_EQ(get("/sales/last"), "/sales/last");
    EXPECT_EQ(get("/sales/4%2F2"), "/sales/{id} id=4/2");
    EXPECT_EQ(get("/sales/7/lines"), "/sales/{id}/lines id=7");
    EXPECT_EQ(get("/files"), "/files/{rest...} rest=");
    EXPECT_EQ(get("/files/a/b%20c"), "/files/{rest...} rest=a/b c");
    EXPECT_EQ(get("/sales/last/lines"), "/sales/last/{rest...} rest=lines");
    EXPECT_EQ(get("/sales/"), "404");
    EXPECT_EQ(get("/sales//lines"), "404");
    EXPECT_EQ(get("/Sales"), "404");
    EXPECT_EQ(get("/sales/7/8"), "404");
}

TEST(HttpRouter, TellsWhatIsAllowed) {
    const Router router = shop();
    EXPECT_EQ(matched(router, Method::head, "/sales"), "/sales");
    EXPECT_EQ(matched(router, Method::remove, "/sales"), "405 GET, HEAD, POST, OPTIONS");
    EXPECT_EQ(matched(router, Method::options, "/sales/4"), "405 GET, HEAD, OPTIONS");
    EXPECT_EQ(matched(router, Method::options, "/none"), "404");
}

TEST(HttpRouter, RefusesRoutesThatMakeNoSense) {
    Router router = shop();
    for (const char* pattern : {"", "sales", "/{", "/{}", "/a{id}", "/{Id}", "/{rest...}/a",
                                "/{a b}", "/}", "/sales/{number}"})
        EXPECT_EQ(router.add(routed(Method::post, pattern)).error().code(),
                  base::Code::invalid_argument)
            << pattern;
    EXPECT_EQ(router.add(routed(Method::get, "/sales")).error().code(), base::Code::already_exists);
    EXPECT_EQ(router.add(routed(Method::remove, "/files/{other...}")).error().code(),
              base::Code::invalid_argument);
    EXPECT_FALSE(router.add(routed(Method::options, "/other")).ok());
    Route bad = routed(Method::get, "/other");
    bad.description.response_schema = "{";
    EXPECT_FALSE(router.add(std::move(bad)).ok());
}

TEST(HttpOpenapi, DescribesEveryRoute) {
    Router router;
    Route sale = routed(Method::post, "/api/sales/{id}");
    sale.description = {"Makes \"a\" sale",
                        R"({"type":"object","minProperties":1})",
                        R"({"type":"string"})",
                        {"sales", "till"}};
    sale.description.response_status = 201;
    sale.description.needs_token = true;
    ASSERT_TRUE(router.add(std::move(sale)).ok());
    ASSERT_TRUE(router.add(routed(Method::get, "/api/sales/{id}")).ok());
    ASSERT_TRUE(router.add(routed(Method::get, "/ui/{rest...}")).ok());
    const auto text = openapi(router, "Till", "1.2");
    ASSERT_TRUE(text.ok());
    const std::string error =
        R"({"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}})";
    const std::string refusals = R"("4XX":{"description":"refused","content":)" + error +
                                 R"(},"default":{"description":"something is broken","content":)" +
                                 error + "}}}";
    EXPECT_EQ(
        text.value(),
        R"({"openapi":"3.0.3","info":{"title":"Till","version":"1.2"},"servers":[{"url":"/"}],)"
        R"("paths":{"/api/sales/{id}":{"post":{"operationId":"post_api_sales_id",)"
        R"("summary":"Makes \"a\" sale","tags":["sales","till"],)"
        R"("parameters":[{"name":"id","in":"path","required":true,)"
        R"("schema":{"type":"string"}}],"requestBody":{"required":true,"content":)"
        R"({"application/json":{"schema":{"type":"object","minProperties":1}}}},)"
        R"("security":[{"bearer":[]}],)"
        R"("responses":{"201":{"description":"done","content":{"application/json":)"
        R"({"schema":{"type":"string"}}}},)" +
            refusals +
            R"(,"get":{"operationId":"get_api_sales_id","summary":"","tags":[],)"
            R"("parameters":[{"name":"id","in":"path","required":true,)"
            R"("schema":{"type":"string"}}],"security":[],)"
            R"("responses":{"200":{"description":"done"},)" +
            refusals +
            R"(},"/ui/{rest}":{"get":{"operationId":"get_ui_rest","summary":"","tags":[],)"
            R"("parameters":[{"name":"rest","in":"path","required":true,)"
            R"("schema":{"type":"string"}}],"security":[],)"
            R"("responses":{"200":{"description":"done"},)" +
            refusals +
            R"(}},"components":{"schemas":{"Error":{"type":"object","properties":{"detail":)"
            R"({"type":"string"},"error_code":{"type":"string"},"timestamp":)"
            R"({"type":"string"}}}},"securitySchemes":{"bearer":{"type":"http",)"
            R"("scheme":"bearer","bearerFormat":"JWT"}}}})");
    EXPECT_TRUE(json::Document::parse(text.value()).ok());
}

}  // namespace
}  // namespace counterfoil::http
