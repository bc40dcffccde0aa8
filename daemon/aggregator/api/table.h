#pragma once

#include "daemon/aggregator/api/shape.h"
#include "firmware/core/http/message.h"

// Lists for spreadsheets: what is answered as JSON, as a table.
namespace counterfoil::api {

struct Table {
    std::string text;        // CSV with a header line, a column for each member that is no list
    std::int64_t total = 0;  // of all rows, of which these may be a part
};

// Of an answer in that shape, the list of that name.
services::Outcome<Table> table_of(std::string_view answer, const Shape& shape,
                                  const std::string& list);

// Whether a list is asked for as a table: "?format=csv" or, where there is no format, by Accept.
bool wants_table(const http::Headers& headers, const http::Parameters& query);

}  // namespace counterfoil::api
