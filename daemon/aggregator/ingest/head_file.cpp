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

// A file of an older program has no events.
void read_mark(wire::Fields& fields, StoreMark& mark) {
    mark.own = fields.cursor();
    if (fields.has("events")) mark.events = fields.number("events", 1, json::kMaxInteger);
}

json::Object object_of(const StoreMark& mark) {
    json::Object object;
    wire::set_cursor(object, mark.own);
    if (mark.events > 0) object.set("events", mark.events);
    return object;
}

Error rolled_back(const std::string& why) {
    return {Code::rolled_back,
            "the store is older than what the centre has recorded: " + why +
                "; to go on with an older state, use 'counterfoil-aggregator restore' with a "
                "backup, so that terminals are told"};
}

// A mark is made between transactions, each of which ends with a batch.
Result<bool> is_held(store::Database& database, const Cursor& cursor) {
    if (cursor.seq == 0) return true;
    CF_LET(
        const store::Rows rows,
        database.query("SELECT head FROM batch WHERE terminal = $1 AND epoch = $2 AND to_seq = $3",
                       {kCentre, cursor.epoch, cursor.seq}));
    return !rows.empty() && base::as_text(rows.blob(0, 0)) == base::as_text(cursor.head);
}

}  // namespace

Result<StoreMark> mark_of(store::Database& database) {
    CF_LET(const store::Rows events,
           database.query("SELECT CAST(COALESCE(SUM(seq), 0) AS BIGINT) FROM ledger"));
    CF_LET(const Cursor own, own_cursor(database));
    return StoreMark{own, events.integer(0, 0)};
}

Result<std::optional<StoreMark>> HeadFile::read() const {
    if (path_.empty()) return std::optional<StoreMark>();
    const auto text = base::read_file(path_, kMaxBytes);
    if (!text.ok() && text.error().code() == Code::not_found) return std::optional<StoreMark>();
    if (!text.ok()) return text.error();
    const std::string_view line = text.value();
    auto mark =
        wire::read_only_form<StoreMark>(line.substr(0, line.find('\n')), read_mark, object_of);
    if (!mark.ok())
        return Error(Code::corrupt, path_.string() + " is damaged: " + mark.error().message());
    return std::optional(mark.value());
}

Status HeadFile::write(const StoreMark& mark) const {
    if (path_.empty()) return {};
    const std::string line = wire::write_object<StoreMark>(mark, read_mark, object_of) + "\n";
    return base::replace_file(path_, line, base::Readers::everyone);
}

Status HeadFile::check(store::Database& database) const {
    CF_LET(const auto told, read());
    if (!told) return {};
    CF_LET(const StoreMark held, mark_of(database));
    if (held.own.epoch > told->own.epoch) return {};
    CF_LET(const bool is_there, is_held(database, told->own));
    if (held.own.epoch < told->own.epoch || !is_there)
        return rolled_back(path_.string() + " says event " + std::to_string(told->own.seq) +
                           " of epoch " + std::to_string(told->own.epoch) +
                           ", which the store does not hold");
    if (held.events < told->events)
        return rolled_back(path_.string() + " says " + std::to_string(told->events) +
                           " events, and the store holds " + std::to_string(held.events));
    return {};
}

}  // namespace counterfoil::ingest
