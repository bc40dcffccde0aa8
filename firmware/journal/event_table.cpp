#include "firmware/journal/event_table.h"

#include <algorithm>

namespace counterfoil::journal {

using base::Result;
using base::Status;

namespace {

StoredEvent current_row(const sqlite::Statement& row) {
    StoredEvent event{row.integer(0), row.text(1), {}};
    const base::ByteView signature = row.blob(2);
    // The table's own rule allows 64 bytes or none; a damaged file may hold anything.
    if (signature.size() == sizeof(crypto::Signature))
        std::ranges::copy(signature, event.signature.emplace().begin());
    return event;
}

}  // namespace

Result<EventTable> EventTable::open(sqlite::Connection& connection) {
    CF_LET(sqlite::Statement insert,
           connection.prepare("INSERT INTO event (seq, bytes, signature) VALUES (?, ?, ?)"));
    CF_LET(sqlite::Statement select,
           connection.prepare("SELECT seq, bytes, signature FROM event WHERE seq >= ? "
                              "AND seq <= ? ORDER BY seq"));
    return EventTable(connection, std::move(insert), std::move(select));
}

Status EventTable::insert(std::int64_t seq, std::string_view bytes,
                          const std::optional<crypto::Signature>& signature) {
    insert_.bind(1, seq).bind(2, bytes);
    if (signature)
        insert_.bind(3, base::ByteView(*signature));
    else
        insert_.bind_null(3);
    return insert_.run();
}

Result<std::int64_t> EventTable::last_seq() {
    return connection_->read_integer("SELECT coalesce(max(seq), 0) FROM event");
}

Result<std::int64_t> EventTable::find_seq(const char* sql, std::int64_t bound) {
    CF_LET(sqlite::Statement find, connection_->prepare(sql));
    CF_LET(const bool row, find.bind(1, bound).step());
    return row ? find.integer(0) : 0;
}

Result<std::int64_t> EventTable::last_signed_seq(std::int64_t last) {
    return find_seq(
        "SELECT seq FROM event WHERE seq <= ? AND signature IS NOT NULL ORDER BY seq DESC LIMIT 1",
        last);
}

Result<std::int64_t> EventTable::first_signed_seq(std::int64_t first) {
    return find_seq(
        "SELECT seq FROM event WHERE seq >= ? AND signature IS NOT NULL ORDER BY seq LIMIT 1",
        first);
}

Status EventTable::remove_up_to(std::int64_t last) {
    CF_LET(sqlite::Statement remove, connection_->prepare("DELETE FROM event WHERE seq <= ?"));
    return remove.bind(1, last).run();
}

Result<std::optional<ledger::SignedEvent>> EventTable::find(std::int64_t seq) {
    select_.bind(1, seq).bind(2, seq);
    CF_LET(const bool row, select_.step());
    if (!row) return std::optional<ledger::SignedEvent>();
    const StoredEvent event = current_row(select_);
    ledger::SignedEvent found{std::string(event.bytes), event.signature};
    select_.reset();
    return std::optional(std::move(found));
}

Status EventTable::visit(std::int64_t first, std::int64_t last, const Visit& visit) {
    select_.bind(1, first).bind(2, last);
    for (;;) {
        CF_LET(const bool row, select_.step());
        if (!row) return {};
        const Status visited = visit(current_row(select_));
        if (visited.ok()) continue;
        select_.reset();
        return visited;
    }
}

}  // namespace counterfoil::journal
