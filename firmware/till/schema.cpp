#include "firmware/till/schema.h"

#include <sstream>

#include "firmware/core/json/json.h"

namespace counterfoil::till {
namespace {

json::Object type_of(const std::string& type) {
    json::Object object;
    if (type == "list") {
        json::Object items;
        items.set("type", "object");
        object.set("type", "array").set("items", std::move(items));
    } else if (type == "texts") {
        json::Object items;
        items.set("type", "string");
        object.set("type", "array").set("items", std::move(items));
    } else if (type == "payments" || type == "back_lines") {
        const auto items = json::Document::parse(
            schema_of(type == "payments" ? "kind:string! amount_minor:integer! reference:string "
                                           "currency:string"
                                         : "line:integer! quantity_milli:integer"));
        CF_CHECK(items.ok());
        object.set("type", "array").set("items", items.value().root());
    } else if (type == "approval") {
        json::Object text;
        text.set("type", "string");
        json::Object pin;
        pin.set("type", "string");
        json::Object members;
        members.set("staff", std::move(text)).set("pin", std::move(pin));
        object.set("type", "object").set("properties", std::move(members));
    } else {
        object.set("type", type);
    }
    return object;
}

}  // namespace

std::string schema_of(std::string_view members) {
    json::Object properties;
    json::Array required;
    bool any = false;
    std::istringstream words{std::string(members)};
    for (std::string word; words >> word;) {
        const bool needed = word.ends_with('!');
        if (needed) word.pop_back();
        const std::size_t colon = word.find(':');
        CF_CHECK(colon != std::string::npos);
        const std::string name = word.substr(0, colon);
        properties.set(name, type_of(word.substr(colon + 1)));
        if (needed) required.add(name);
        any = any || needed;
    }
    json::Object object;
    object.set("type", "object").set("properties", std::move(properties));
    if (any) object.set("required", std::move(required));
    const auto text = object.write();
    CF_CHECK(text.ok());
    return text.value();
}

}  // namespace counterfoil::till
