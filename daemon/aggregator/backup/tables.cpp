#include "daemon/aggregator/backup/tables.h"

#include <algorithm>

namespace counterfoil::backup {

using base::Result;
using base::Status;
using store::Database;
using store::Rows;
using store::Value;

namespace {

// A batch has up to 64 KiB.
constexpr std::size_t kPageRows = 128;

template <class Item, class Text>
std::string joined(const std::vector<Item>& items, Text text) {
    std::string all;
    for (std::size_t i = 0; i < items.size(); ++i) all += (i == 0 ? "" : ", ") + text(i);
    return all;
}

std::string parameter(std::size_t place) {
    return "$" + std::to_string(place + 1);
}

Value value_of(const Rows& rows, std::size_t row, std::size_t column, const std::string& type) {
    if (rows.is_null(row, column)) return {};
    if (type == "INTEGER") return rows.integer(row, column);
    if (type == "BLOB") return rows.blob(row, column);
    return rows.text(row, column);
}

struct Statements {
    std::string first;
    std::string next;  // behind a key
    std::string insert;
};

Statements statements_of(const Table& table) {
    const std::string columns =
        joined(table.columns, [&](std::size_t i) { return table.columns[i].name; });
    const std::string key =
        joined(table.key, [&](std::size_t i) { return table.columns[table.key[i]].name; });
    const std::string select = "SELECT " + columns + " FROM " + table.name;
    const std::string end = " ORDER BY " + key + " LIMIT " + std::to_string(kPageRows);
    return {select + end,
            select + " WHERE (" + key + ") > (" + joined(table.key, parameter) + ")" + end,
            "INSERT INTO " + table.name + " (" + columns + ") VALUES (" +
                joined(table.columns, parameter) + ")"};
}

}  // namespace

Result<std::vector<Table>> tables_of(Database& sqlite) {
    CF_CHECK(sqlite.dialect() == store::Dialect::sqlite);
    CF_LET(const Rows rows,
           sqlite.query("SELECT m.name, c.name, c.type, c.pk FROM sqlite_schema m, "
                        "pragma_table_info(m.name) c WHERE m.type = 'table' AND "
                        "m.name <> 'schema_version' ORDER BY m.name, c.cid"));
    std::vector<Table> tables;
    std::vector<std::pair<std::int64_t, std::size_t>> key;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (tables.empty() || tables.back().name != rows.text(row, 0)) {
            tables.push_back({std::string(rows.text(row, 0)), {}, {}});
            key.clear();
        }
        Table& table = tables.back();
        table.columns.push_back({std::string(rows.text(row, 1)), std::string(rows.text(row, 2))});
        if (rows.integer(row, 3) == 0) continue;
        key.emplace_back(rows.integer(row, 3), table.columns.size() - 1);
        std::ranges::sort(key);
        table.key.clear();
        for (const auto& [ignored, place] : key) table.key.push_back(place);
    }
    // Rows without one have no order to be copied in.
    for (const Table& table : tables) CF_CHECK(!table.key.empty());
    return tables;
}

Status copy_rows(Database& from, Database& to, const Table& table) {
    const Statements statements = statements_of(table);
    CF_LET(Rows rows, from.query(statements.first));
    for (;;) {
        std::vector<Value> values;
        for (std::size_t row = 0; row < rows.size(); ++row)
            for (std::size_t column = 0; column < table.columns.size(); ++column)
                values.push_back(value_of(rows, row, column, table.columns[column].type));
        CF_TRY(to.run_each(statements.insert, table.columns.size(), values));
        if (rows.size() < kPageRows) return {};
        std::vector<Value> behind;
        for (const std::size_t place : table.key)
            behind.push_back(value_of(rows, rows.size() - 1, place, table.columns[place].type));
        CF_LET(Rows next, from.query(statements.next, std::span<const Value>(behind)));
        rows = std::move(next);
    }
}

}  // namespace counterfoil::backup
