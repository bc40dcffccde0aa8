#include "firmware/checkout/paper_table.h"

namespace counterfoil::checkout {

using base::Result;
using base::Status;
using sqlite::Transaction;

namespace {

// One paper is begun at a time; more than this many rows would not be ours.
constexpr std::size_t kMostBegun = 1000;

std::int64_t number(PaperState state) {
    return state == PaperState::begun ? 1 : 2;
}

}  // namespace

Result<std::optional<std::int64_t>> PaperTable::cursor() {
    CF_LET(auto find, connection_.prepare("SELECT seq FROM paper_cursor"));
    CF_LET(const bool row, find.step());
    return row ? std::optional(find.integer(0)) : std::nullopt;
}

Status PaperTable::put_cursor(std::int64_t cursor) {
    CF_LET(auto insert, connection_.prepare("INSERT INTO paper_cursor VALUES (0, ?) ON CONFLICT "
                                            "DO UPDATE SET seq = excluded.seq"));
    return insert.bind(1, cursor).run();
}

Status PaperTable::put(std::int64_t seq, PaperState state) {
    CF_LET(auto insert, connection_.prepare("INSERT INTO paper VALUES (?, ?) ON CONFLICT DO UPDATE "
                                            "SET state = excluded.state"));
    return insert.bind(1, seq).bind(2, number(state)).run();
}

Status PaperTable::start_at(std::int64_t cursor) {
    CF_LET(auto transaction, Transaction::begin(connection_));
    CF_TRY(connection_.execute("DELETE FROM paper"));
    CF_TRY(put_cursor(cursor));
    return transaction.commit();
}

Status PaperTable::skip_to(std::int64_t cursor) {
    CF_LET(auto transaction, Transaction::begin(connection_));
    CF_TRY(put_cursor(cursor));
    return transaction.commit();
}

Status PaperTable::forget_up_to(std::int64_t seq) {
    CF_LET(auto transaction, Transaction::begin(connection_));
    CF_LET(const auto here, cursor());
    CF_LET(auto remove, connection_.prepare("DELETE FROM paper WHERE seq <= ?"));
    CF_TRY(remove.bind(1, seq).run());
    if (here.value_or(0) < seq) CF_TRY(put_cursor(seq));
    return transaction.commit();
}

Status PaperTable::begin(std::int64_t seq) {
    CF_LET(auto transaction, Transaction::begin(connection_));
    CF_TRY(put(seq, PaperState::begun));
    CF_TRY(put_cursor(seq));
    return transaction.commit();
}

Status PaperTable::take_back(std::int64_t seq) {
    CF_LET(auto transaction, Transaction::begin(connection_));
    CF_LET(const auto here, cursor());
    // Also where this was done before and could not be told to be durable.
    CF_CHECK(here == seq || here == seq - 1);
    CF_LET(auto remove, connection_.prepare("DELETE FROM paper WHERE seq = ?"));
    CF_TRY(remove.bind(1, seq).run());
    CF_TRY(put_cursor(seq - 1));
    return transaction.commit();
}

Status PaperTable::doubt(std::int64_t seq) {
    CF_LET(auto transaction, Transaction::begin(connection_));
    CF_LET(const auto here, cursor());
    CF_TRY(put(seq, PaperState::in_doubt));
    if (here.value_or(0) < seq) CF_TRY(put_cursor(seq));
    return transaction.commit();
}

Status PaperTable::settle(std::int64_t seq) {
    CF_LET(auto remove, connection_.prepare("DELETE FROM paper WHERE seq = ?"));
    return remove.bind(1, seq).run();
}

Result<std::vector<std::int64_t>> PaperTable::in_state(PaperState state, std::size_t most) {
    CF_LET(auto rows,
           connection_.prepare("SELECT seq FROM paper WHERE state = ? ORDER BY seq LIMIT ?"));
    rows.bind(1, number(state)).bind(2, static_cast<std::int64_t>(most));
    std::vector<std::int64_t> all;
    for (;;) {
        CF_LET(const bool row, rows.step());
        if (!row) return all;
        all.push_back(rows.integer(0));
    }
}

Result<std::vector<std::int64_t>> PaperTable::doubt_begun() {
    CF_LET(const auto begun, in_state(PaperState::begun, kMostBegun));
    if (begun.empty()) return begun;
    CF_LET(auto update, connection_.prepare("UPDATE paper SET state = ? WHERE state = ?"));
    CF_TRY(update.bind(1, number(PaperState::in_doubt)).bind(2, number(PaperState::begun)).run());
    return begun;
}

Result<std::optional<PaperState>> PaperTable::state(std::int64_t seq) {
    CF_LET(auto find, connection_.prepare("SELECT state FROM paper WHERE seq = ?"));
    CF_LET(const bool row, find.bind(1, seq).step());
    if (!row) return std::optional<PaperState>();
    const bool begun = find.integer(0) == number(PaperState::begun);
    return std::optional(begun ? PaperState::begun : PaperState::in_doubt);
}

Result<std::vector<std::int64_t>> PaperTable::unsettled() {
    CF_LET(auto rows, connection_.prepare("SELECT seq FROM paper ORDER BY seq"));
    std::vector<std::int64_t> all;
    for (;;) {
        CF_LET(const bool row, rows.step());
        if (!row) return all;
        all.push_back(rows.integer(0));
    }
}

Result<std::vector<std::int64_t>> PaperTable::in_doubt(std::size_t most) {
    return in_state(PaperState::in_doubt, most);
}

}  // namespace counterfoil::checkout
