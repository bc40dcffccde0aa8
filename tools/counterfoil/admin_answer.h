#pragma once

#include <string>
#include <vector>

#include "firmware/core/base/wording.h"
#include "firmware/core/json/json.h"

// A centre's answer, which is JSON, for people.
namespace counterfoil::tool {

// What of an answer stands in a table: a list, and which members of its items, in their order.
struct AdminColumns {
    const char* list = nullptr;  // none: the answer is one thing
    std::vector<const char*> members = {};
};

// One thing: a line for each member, "name: value"; then what lists it has, as tables.
std::string record_text(const json::Value& answer, base::Language language);

// A list of it as a table with a line of headings; "(none)" where it is empty.
std::string table_text(const json::Value& rows, const std::vector<const char*>& members,
                       base::Language language);

// A member's name for people: "total_spent" is "spent", "költés".
std::string heading_of(std::string_view member, base::Language language);

}  // namespace counterfoil::tool
