#include "daemon/aggregator/store/postgres/bulk_insert.h"

#include <algorithm>

#include "daemon/aggregator/store/postgres/parameters.h"

namespace counterfoil::store {

namespace {

// Takes the word off the front, after white space.
bool take(std::string_view& text, std::string_view word) {
    text.remove_prefix(std::min(text.find_first_not_of(" \n\t"), text.size()));
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
}

// Takes "($1, $2, $3)" off the front.
bool take_parameters(std::string_view& text, std::size_t count) {
    for (std::size_t number = 1; number <= count; ++number)
        if (!take(text, number == 1 ? "(" : ",") || !take(text, "$" + std::to_string(number)))
            return false;
    return take(text, ")");
}

}  // namespace

std::optional<std::string> bulk_insert(std::string_view sql, std::span<const unsigned> types,
                                       Keys keys) {
    constexpr std::string_view kValues = "VALUES";
    const std::size_t at = sql.find(kValues);
    std::string_view beginning = sql;
    if (types.empty() || at == std::string_view::npos || !take(beginning, "INSERT INTO "))
        return std::nullopt;
    std::string_view end = sql.substr(at + kValues.size());
    if (!take_parameters(end, types.size())) return std::nullopt;
    std::string_view next_row = end;
    if (take(next_row, ",") || end.find_first_of("$;") != std::string_view::npos ||
        (keys == Keys::may_repeat && end.find("DO UPDATE") != std::string_view::npos))
        return std::nullopt;
    std::string bulk = std::string(sql.substr(0, at)) + "SELECT * FROM unnest(";
    for (std::size_t index = 0; index < types.size(); ++index)
        bulk += (index == 0 ? "$" : ", $") + std::to_string(index + 1) +
                "::" + std::string(type_name(types[index])) + "[]";
    return bulk + ")" + std::string(end);
}

}  // namespace counterfoil::store
