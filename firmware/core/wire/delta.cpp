#include "firmware/core/wire/delta.h"

#include <algorithm>

#include "firmware/core/wire/from_terminal.h"

namespace counterfoil::wire {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

// A delta's object, with the number of the rows that stand behind it.
struct Announced {
    Delta delta;
    std::int64_t rows = 0;
};

json::Object object_of(const Place& place) {
    json::Object object;
    object.set("terminal", place.terminal).set("epoch", place.epoch).set("seq", place.seq);
    return object;
}

json::Object object_of(const Announced& announced) {
    const Delta& delta = announced.delta;
    json::Object object;
    object.set("class", delta.data_class).set("from", delta.from).set("to", delta.to);
    object.set_flag("more", delta.more);
    if (delta.includes) object.set("includes", object_of(*delta.includes));
    object.set("server_time", base::to_rfc3339(delta.server_time)).set("rows", announced.rows);
    return object;
}

Place read_place(Fields& fields) {
    Place place;
    const auto object = fields.object("includes");
    if (!object.ok()) {
        fields.fail("includes");
        return place;
    }
    Fields within(object.value());
    place.terminal = within.terminal("terminal");
    place.epoch = within.epoch("epoch");
    place.seq = within.count("seq");
    if (within.error()) fields.fail("includes");
    return place;
}

void read_fields(Fields& fields, Announced& announced) {
    Delta& delta = announced.delta;
    delta.data_class = fields.data_class("class");
    delta.from = fields.count("from");
    delta.to = fields.number("to", delta.from, json::kMaxInteger);
    delta.more = fields.flag("more");
    if (fields.has("includes")) delta.includes = read_place(fields);
    delta.server_time = fields.time("server_time");
    announced.rows = fields.number("rows", 0, kMaxDeltaRows);
    // Whoever pulls again must have come further.
    if (delta.to == delta.from && (delta.more || announced.rows > 0)) fields.fail("to");
}

bool is_row(std::string_view row) {
    return !row.empty() &&
           std::ranges::none_of(row, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

Status check_rows(const std::vector<std::string_view>& rows) {
    std::size_t bytes = 0;
    for (const std::string_view row : rows) {
        bytes += row.size() + 1;
        if (!is_row(row))
            return Error(Code::invalid_argument, "a row of a delta is one line of text");
    }
    if (bytes <= kMaxDeltaRowsBytes && rows.size() <= kMaxDeltaRows) return {};
    return Error(Code::too_large, "the rows are more than one delta may hold");
}

}  // namespace

Result<std::string> write(const Delta& delta, crypto::Signer& signer) {
    CF_TRY(check_rows(delta.rows));
    const auto rows = static_cast<std::int64_t>(delta.rows.size());
    std::string content = write_object<Announced>(Announced{delta, rows}, read_fields, object_of);
    for (const std::string_view row : delta.rows) content.append("\n").append(row);
    return write_signed(Kind::delta, content, signer);
}

Result<Delta> read_delta(std::string_view proven_content) {
    std::string_view rest = proven_content;
    const auto take_line = [&rest] {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(line.size());
        return line;
    };
    CF_LET(Announced announced, read_object<Announced>(take_line(), read_fields));
    std::vector<std::string_view>& rows = announced.delta.rows;
    while (!rest.empty() && rows.size() < static_cast<std::size_t>(announced.rows)) {
        rest.remove_prefix(1);
        rows.push_back(take_line());
        if (!is_row(rows.back())) return Error(Code::malformed, "a row of the delta is none");
    }
    if (rest.empty() && rows.size() == static_cast<std::size_t>(announced.rows))
        return std::move(announced.delta);
    return Error(Code::malformed, "the delta does not have as many rows as it says");
}

}  // namespace counterfoil::wire
