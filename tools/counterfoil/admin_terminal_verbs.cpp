#include "tools/counterfoil/admin_verb.h"

namespace counterfoil::tool {

using http::Method;
using Kind = AdminField::Kind;
using Place = AdminField::Place;

namespace {

const AdminField kTerminal{"TERMINAL", "name", "the terminal's name", Kind::text, Place::path};

AdminVerb evidence(const char* name, const char* sentence, const char* path,
                   std::vector<const char*> columns) {
    return {name,
            sentence,
            "T01",
            Method::get,
            path,
            {kTerminal},
            {name, std::move(columns)},
            AdminParts::offset};
}

AdminVerb import(const char* name, const char* sentence, const char* example, const char* path,
                 const char* content_type) {
    return {name,
            sentence,
            example,
            Method::post,
            path,
            {{"FILE", "", "the file", Kind::file},
             {"--dry-run", "dry_run", "tells what is wrong, line by line, and writes nothing",
              Kind::flag, Place::query}},
            {},
            AdminParts::none,
            content_type,
            true};
}

}  // namespace

AdminGroup terminal_verbs() {
    return {
        "terminals",
        "Tills: who is set up, silent, behind, frozen, revoked",
        {{"code",
          "A code by which a terminal is set up, once, within a quarter of an hour",
          "T01 --store 1",
          Method::post,
          "/api/terminals/codes",
          {{"TERMINAL", "terminal", "the terminal's name"},
           {"--store!", "store", "the number of the store", Kind::number}}},
         {"list",
          "Terminals, a part of the list",
          "--limit 500",
          Method::get,
          "/api/terminals",
          {},
          {"terminals",
           {"name", "store", "last_seen", "events_held", "backlog", "is_frozen", "forks",
            "quarantined", "is_revoked"}},
          AdminParts::skip},
         {"show", "One terminal", "T01", Method::get, "/api/terminals/{name}", {kTerminal}},
         {"revoke",
          "Takes a terminal's rights back: what it sends is not taken any more",
          "T01 --reason stolen",
          Method::post,
          "/api/terminals/{name}/revoke",
          {kTerminal, {"--reason!", "reason", "why"}}},
         evidence("forks", "Second histories of a terminal's ledgers, the latest first",
                  "/api/terminals/{name}/forks", {"found_at", "epoch", "seq", "size", "digest"}),
         evidence("quarantine", "What could not be taken of a terminal, the latest first",
                  "/api/terminals/{name}/quarantine", {"found_at", "reason", "size", "digest"})}};
}

AdminGroup import_verbs() {
    return {"imports",
            "Members of another programme: all of them are written, or none",
            {import("members", "Members out of a table: loyalty_id,name,email,phone,role",
                    "members.csv --dry-run", "/api/imports/members", "text/csv"),
             import("browser-data", "Customers, purchases and coupons that a browser has kept",
                    "kept.json --dry-run", "/api/imports/browser-data", "application/json"),
             {"show",
              "How an import goes",
              "ID",
              Method::get,
              "/api/imports/{id}",
              {{"ID", "id", "the import's", Kind::text, Place::path}}}}};
}

}  // namespace counterfoil::tool
