#pragma once

#include "daemon/aggregator/api/shape.h"
#include "firmware/core/http/message.h"

// Lists for spreadsheets: what is answered as JSON, as a table.
namespace counterfoil::api {

struct Table {
    // CSV with a header line, and a column for each member that is no list: of an object within,
    // one for each of its own, as "pattern_length".
    std::string text;
    std::optional<std::int64_t> total;  // of all rows, of which these may be a part
    std::string next;                   // where the next part begins; empty: it is not told
};

// Of an answer in that shape, the list of that name.
services::Outcome<Table> table_of(std::string_view answer, const Shape& shape,
                                  const std::string& list);

// Whether a list is asked for as a table: "?format=csv" or, where there is no format, by Accept.
bool wants_table(const http::Headers& headers, const http::Parameters& query);

}  // namespace counterfoil::api
