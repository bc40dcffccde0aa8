#include "firmware/core/http/openapi.h"

#include <algorithm>
#include <map>

#include "firmware/core/json/json.h"

namespace counterfoil::http {
namespace {

using json::Array;
using json::Object;

const std::string kJson = "application/json";

Object text_schema() {
    Object schema;
    schema.set("type", "string");
    return schema;
}

// {"application/json": {"schema": ...}}, with what the schema's text holds.
base::Result<Object> content_of(const std::string& type, const std::string& schema) {
    Object media;
    if (schema.empty()) {
        media.set("schema", text_schema());
    } else {
        CF_LET(const auto document, json::Document::parse(schema));
        media.set("schema", document.root());
    }
    Object content;
    content.set(type, std::move(media));
    return content;
}

Object error_content() {
    Object reference;
    reference.set("$ref", "#/components/schemas/Error");
    Object media;
    media.set("schema", std::move(reference));
    Object content;
    content.set("application/json", std::move(media));
    return content;
}

Object refusal(const char* description) {
    Object response;
    response.set("description", description).set("content", error_content());
    return response;
}

base::Result<Object> responses_of(const Description& description) {
    Object good;
    good.set("description", "done");
    if (!description.response_schema.empty() || description.response_type != kJson) {
        CF_LET(Object content, content_of(description.response_type, description.response_schema));
        good.set("content", std::move(content));
    }
    Object responses;
    responses.set(std::to_string(description.response_status), std::move(good));
    responses.set("4XX", refusal("refused")).set("default", refusal("something is broken"));
    return responses;
}

Array parameters_of(const std::vector<PatternPart>& parts, const Description& description) {
    Array parameters;
    for (const PatternPart& part : parts) {
        if (part.kind == PatternPart::Kind::literal) continue;
        Object parameter;
        parameter.set("name", part.text).set("in", "path").set_flag("required", true);
        parameter.set("schema", text_schema());
        parameters.add(std::move(parameter));
    }
    for (const Description::Parameter& told : description.parameters) {
        Object parameter;
        parameter.set("name", told.name).set("in", told.in).set_flag("required", told.is_required);
        parameter.set("description", told.description).set("schema", text_schema());
        parameters.add(std::move(parameter));
    }
    return parameters;
}

std::string lower_name(Method method) {
    std::string name(method_name(method));
    for (char& c : name) c = static_cast<char>(c - 'A' + 'a');
    return name;
}

// "get_api_customers_id": one of its own, since a method stands once at a path.
std::string operation_id(Method method, const std::vector<PatternPart>& parts) {
    std::string id = lower_name(method);
    for (const PatternPart& part : parts) id += "_" + part.text;
    std::ranges::replace_if(
        id, [](char c) { return c == '.' || c == '-'; }, '_');
    return id;
}

base::Result<Object> operation_of(const Route& route, const std::vector<PatternPart>& parts) {
    const Description& description = route.description;
    Object operation;
    operation.set("operationId", operation_id(route.method, parts));
    operation.set("summary", description.summary);
    Array tags;
    for (const std::string& tag : description.tags) tags.add(tag);
    operation.set("tags", std::move(tags));
    operation.set("parameters", parameters_of(parts, description));
    if (!description.request_schema.empty()) {
        CF_LET(Object content, content_of(description.request_type, description.request_schema));
        Object body;
        body.set_flag("required", true).set("content", std::move(content));
        operation.set("requestBody", std::move(body));
    }
    Array security;
    if (description.needs_token) {
        Object bearer;
        bearer.set("bearer", Array());
        security.add(std::move(bearer));
    }
    operation.set("security", std::move(security));
    CF_LET(Object responses, responses_of(description));
    operation.set("responses", std::move(responses));
    return operation;
}

Object components() {
    Object properties;
    for (const char* name : {"detail", "error_code", "timestamp"})
        properties.set(name, text_schema());
    Object error;
    error.set("type", "object").set("properties", std::move(properties));
    Object schemas;
    schemas.set("Error", std::move(error));
    Object bearer;
    bearer.set("type", "http").set("scheme", "bearer").set("bearerFormat", "JWT");
    Object security;
    security.set("bearer", std::move(bearer));
    Object all;
    all.set("schemas", std::move(schemas)).set("securitySchemes", std::move(security));
    return all;
}

// OpenAPI has no word for a rest: it is written as a name.
std::string path_of(const std::vector<PatternPart>& parts) {
    std::string path;
    for (const auto& [kind, text] : parts)
        path += kind == PatternPart::Kind::literal ? "/" + text : "/{" + text + "}";
    return path.empty() ? "/" : path;
}

}  // namespace

base::Result<std::string> openapi(const Router& router, std::string_view title,
                                  std::string_view version) {
    std::map<std::string, Object> operations;
    for (const auto& route : router.routes()) {
        CF_LET(const auto parts, parse_pattern(route->pattern));
        CF_LET(Object operation, operation_of(*route, parts));
        operations[path_of(parts)].set(lower_name(route->method), std::move(operation));
    }
    Object paths;
    for (auto& [path, of_path] : operations) paths.set(path, std::move(of_path));
    Object information;
    information.set("title", title).set("version", version);
    Object document;
    Object server;
    server.set("url", "/");
    Array servers;
    servers.add(std::move(server));
    document.set("openapi", "3.0.3").set("info", std::move(information));
    document.set("servers", std::move(servers));
    document.set("paths", std::move(paths)).set("components", components());
    return document.write();
}

}  // namespace counterfoil::http
