#pragma once

#include <string>
#include <string_view>

namespace counterfoil::till {

// A JSON schema from a short description: members by name and type, "!" behind those that must be
// there. "amount_minor:integer! reason:string" is an object with two members. Types are the JSON
// ones, "list" for an array of objects, "texts" for one of texts, "payments"
// and "back_lines" for what is paid and given back, and "approval" for a manager's
// name and PIN.
std::string schema_of(std::string_view members);

}  // namespace counterfoil::till
