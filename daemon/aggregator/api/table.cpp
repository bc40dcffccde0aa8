#include "daemon/aggregator/api/table.h"

#include <algorithm>

#include "daemon/aggregator/services/csv.h"

namespace counterfoil::api {
namespace {

// A thousand rows of the widest list take less.
constexpr json::Limits kAnswerLimits{8UL << 20, 16};

bool is_column(const Field& field) {
    return field.kind == Field::Kind::text || field.kind == Field::Kind::integer ||
           field.kind == Field::Kind::flag;
}

std::string cell_of(const std::optional<json::Value>& value) {
    if (!value || value->is_null()) return {};
    if (const auto text = value->text()) return std::string(*text);
    if (const auto number = value->integer()) return std::to_string(*number);
    return value->boolean().value_or(false) ? "true" : "false";
}

}  // namespace

services::Outcome<Table> table_of(std::string_view answer, const Shape& shape,
                                  const std::string& list) {
    CF_LET(const auto document, json::Document::parse(answer, kAnswerLimits));
    CF_LET(const json::Value rows, document.root().array(list));
    const auto listed = std::ranges::find(shape.fields(), list, &Field::name);
    CF_CHECK(listed != shape.fields().end() && listed->kind == Field::Kind::list);
    std::vector<std::string> columns;
    for (const Field& field : listed->shape->fields())
        if (is_column(field)) columns.push_back(field.name);
    Table table;
    services::append_csv(table.text, columns, false);
    for (auto row = rows.first(); row; row = row->next()) {
        std::vector<std::string> cells;
        for (const std::string& name : columns) cells.push_back(cell_of(row->find(name)));
        services::append_csv(table.text, cells, true);
    }
    CF_LET(table.total, document.root().integer("total"));
    return table;
}

bool wants_table(const http::Headers& headers, const http::Parameters& query) {
    if (const auto format = http::find(query, "format")) return format == "csv";
    const auto accepted = headers.find("Accept");
    return accepted && std::ranges::any_of(http::elements(*accepted), [](std::string_view type) {
               return type.starts_with("text/csv");
           });
}

}  // namespace counterfoil::api
