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

// A column, and where its cells stand in a row.
struct Column {
    std::string name;
    std::string outer;  // the object that it is in; empty: the row itself
    std::string inner;
};

std::vector<Column> columns_of(const Shape& shape) {
    std::vector<Column> columns;
    for (const Field& field : shape.fields()) {
        if (is_column(field)) columns.push_back({field.name, "", field.name});
        if (field.kind != Field::Kind::object) continue;
        for (const Field& inner : field.shape->fields())
            if (is_column(inner))
                columns.push_back({field.name + "_" + inner.name, field.name, inner.name});
    }
    return columns;
}

std::string cell_of(const std::optional<json::Value>& value) {
    if (!value || value->is_null()) return {};
    if (const auto text = value->text()) return std::string(*text);
    if (const auto number = value->integer()) return std::to_string(*number);
    return value->boolean().value_or(false) ? "true" : "false";
}

std::string cell_of(const json::Value& row, const Column& column) {
    if (column.outer.empty()) return cell_of(row.find(column.inner));
    const auto outer = row.find(column.outer);
    return outer && outer->is_object() ? cell_of(outer->find(column.inner)) : std::string();
}

}  // namespace

services::Outcome<Table> table_of(std::string_view answer, const Shape& shape,
                                  const std::string& list) {
    CF_LET(const auto document, json::Document::parse(answer, kAnswerLimits));
    CF_LET(const json::Value rows, document.root().array(list));
    const auto listed = std::ranges::find(shape.fields(), list, &Field::name);
    CF_CHECK(listed != shape.fields().end() && listed->kind == Field::Kind::list);
    const std::vector<Column> columns = columns_of(*listed->shape);
    std::vector<std::string> cells;
    for (const Column& column : columns) cells.push_back(column.name);
    Table table;
    services::append_csv(table.text, cells, false);
    for (auto row = rows.first(); row; row = row->next()) {
        cells.clear();
        for (const Column& column : columns) cells.push_back(cell_of(*row, column));
        services::append_csv(table.text, cells, true);
    }
    if (const auto total = document.root().find("total")) table.total = total->integer();
    if (const auto next = document.root().find("next")) table.next = next->text().value_or("");
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
