#include "daemon/aggregator/ingest/head_file.h"

#include "daemon/aggregator/ingest/own_ledger.h"
#include "firmware/core/base/file.h"

namespace counterfoil::ingest {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using wire::Cursor;

namespace {

constexpr std::size_t kMaxBytes = 1024;

void read_cursor(wire::Fields& fields, Cursor& cursor) {
    cursor = fields.cursor();
}

json::Object object_of(const Cursor& cursor) {
    json::Object object;
    wire::set_cursor(object, cursor);
    return object;
}

// Each event of the centre's own is a batch.
Result<bool> is_held(store::Database& database, const Cursor& cursor) {
    if (cursor.seq == 0) return true;
    CF_LET(
        const store::Rows rows,
        database.query("SELECT head FROM batch WHERE terminal = $1 AND epoch = $2 AND to_seq = $3",
                       {kCentre, cursor.epoch, cursor.seq}));
    return !rows.empty() && base::as_text(rows.blob(0, 0)) == base::as_text(cursor.head);
}

}  // namespace

Result<std::optional<Cursor>> HeadFile::read() const {
    if (path_.empty()) return std::optional<Cursor>();
    const auto text = base::read_file(path_, kMaxBytes);
    if (!text.ok() && text.error().code() == Code::not_found) return std::optional<Cursor>();
    if (!text.ok()) return text.error();
    const std::string_view line = text.value();
    auto cursor =
        wire::read_only_form<Cursor>(line.substr(0, line.find('\n')), read_cursor, object_of);
    if (!cursor.ok())
        return Error(Code::corrupt, path_.string() + " is damaged: " + cursor.error().message());
    return std::optional(cursor.value());
}

Status HeadFile::write(const Cursor& cursor) const {
    if (path_.empty()) return {};
    const std::string line = wire::write_object<Cursor>(cursor, read_cursor, object_of) + "\n";
    return base::replace_file(path_, line, base::Readers::everyone);
}

Status HeadFile::check(store::Database& database) const {
    CF_LET(const auto told, read());
    if (!told) return {};
    CF_LET(const std::int64_t epoch, own_epoch(database));
    CF_LET(const bool held, is_held(database, *told));
    if (epoch > told->epoch || (epoch == told->epoch && held)) return {};
    return Error(Code::rolled_back,
                 "the store is older than what the centre has recorded: " + path_.string() +
                     " says event " + std::to_string(told->seq) + " of epoch " +
                     std::to_string(told->epoch) +
                     ", which the store does not hold; to go on with an older state, use "
                     "'counterfoil-aggregator restore' with a backup, so that terminals are told");
}

}  // namespace counterfoil::ingest
