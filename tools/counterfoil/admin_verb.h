#pragma once

#include "firmware/core/http/message.h"
#include "tools/counterfoil/admin_answer.h"
#include "tools/counterfoil/admin_options.h"
#include "tools/counterfoil/command.h"

// What an administrator does is one request each: a table says which, and one function does it.
namespace counterfoil::tool {

struct AdminField {
    enum class Kind { text, number, flag, truth, account, file };
    enum class Place { path, query, body };

    // "CUSTOMER", which stands by its place and must be there; "--name", or "--name!", which must
    // be there too.
    const char* option;
    const char* member;  // where it goes: in the path, the query or the body; "pattern.prefix"
    const char* told;
    Kind kind = Kind::text;
    Place place = Place::body;

    bool is_positional() const { return option[0] != '-'; }
    bool is_required() const { return is_positional() || std::string_view(option).ends_with('!'); }
};

// How a list is asked for in parts: by how many to pass over, or from where the last part ended.
enum class AdminParts { none, skip, offset, after };

struct AdminVerb {
    const char* name;
    const char* sentence;
    const char* example;  // what follows "counterfoil admin GROUP NAME"
    http::Method method = http::Method::get;
    const char* path = "";
    std::vector<AdminField> fields = {};
    AdminColumns columns = {};
    AdminParts parts = AdminParts::none;
    const char* content_type = "application/json";  // of a file
    bool goes_on = false;                           // as an import does, which is then waited for
};

struct AdminGroup {
    const char* name;
    const char* sentence;
    std::vector<AdminVerb> verbs;
};

AdminGroup customer_verbs();
AdminGroup purchase_verbs();
AdminGroup coupon_verbs();
AdminGroup book_verbs();
AdminGroup pool_verbs();
AdminGroup user_verbs();
AdminGroup terminal_verbs();
AdminGroup import_verbs();
AdminGroup product_verbs();
AdminGroup staff_verbs();
AdminGroup setting_verbs();

// Adds the group's commands below the parent. The options are shared by all of them.
void add_admin_group(CLI::App& admin, const AdminGroup& group, const Shared<AdminOptions>& options,
                     ExitCode& exit_code);

}  // namespace counterfoil::tool
