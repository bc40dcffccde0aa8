#include "daemon/aggregator/backup/replay.h"

#include <algorithm>

#include "daemon/aggregator/ingest/certificates.h"
#include "daemon/aggregator/ingest/keeper.h"
#include "daemon/aggregator/ingest/rebuild.h"

namespace counterfoil::backup {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using ingest::Candidate;
using ingest::kCentre;
using ingest::Kept;
using ingest::LedgerName;
using store::Database;
using store::Rows;
using store::Value;

namespace {

std::string place_of(const LedgerName& name, std::int64_t seq) {
    return name.terminal + ", epoch " + std::to_string(name.epoch) + ", up to event " +
           std::to_string(seq);
}

class Replay {
  public:
    Replay(Database& from, Database& to, const Progress& progress)
        : from_(from), to_(to), progress_(progress) {}

    Status introduce(const crypto::Certificate& centre);
    Status take_ledgers();
    Status settle_ledgers();
    Status compare_terminals();
    Status check_forks();
    Status copy_others();

  private:
    Result<Candidate> examine(std::string_view bytes, const LedgerName& name, std::int64_t seq);
    Status take_ledger(const LedgerName& name);
    Status take_batch(const LedgerName& name, const Rows& row);
    Status settle_ledger(const LedgerName& name, const Rows& rows, std::size_t row);
    Result<Rows> ledgers();

    Database& from_;
    Database& to_;
    const Progress& progress_;
    ingest::Certificates certificates_;
    std::int64_t events_ = 0;
    std::int64_t all_events_ = 0;
};

Status Replay::introduce(const crypto::Certificate& centre) {
    CF_LET(const Rows rows,
           from_.query("SELECT certificate FROM terminal WHERE name = $1", {kCentre}));
    if (rows.empty() || base::as_text(rows.blob(0, 0)) != base::as_text(centre.der()))
        return Error(Code::key_mismatch, "the backup is of a centre with another certificate");
    CF_TRY(to_.run("INSERT INTO terminal (name, store, certificate) VALUES ($1, 0, $2)",
                   {kCentre, base::ByteView(centre.der())}));
    return certificates_.learn(std::string(kCentre), centre);
}

Result<Rows> Replay::ledgers() {
    return from_.query(
        "SELECT terminal, epoch, seq, head, frozen, incarnation FROM ledger "
        "ORDER BY terminal <> $1, terminal, epoch",
        {kCentre});
}

Status Replay::take_ledgers() {
    CF_LET(const Rows rows, ledgers());
    for (std::size_t row = 0; row < rows.size(); ++row) all_events_ += rows.integer(row, 2);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const LedgerName name{std::string(rows.text(row, 0)), rows.integer(row, 1)};
        CF_TRY(ingest::open_ledger(to_, name));
        CF_TRY(take_ledger(name));
    }
    return {};
}

Status Replay::take_ledger(const LedgerName& name) {
    for (std::int64_t seq = 0;;) {
        CF_LET(const Rows row,
               from_.query("SELECT to_seq, from_seq, head, at_ms, bytes FROM batch WHERE "
                           "terminal = $1 AND epoch = $2 AND to_seq > $3 ORDER BY to_seq LIMIT 1",
                           {std::string_view(name.terminal), name.epoch, seq}));
        if (row.empty()) return {};
        CF_TRY(take_batch(name, row));
        seq = row.integer(0, 0);
    }
}

Result<Candidate> Replay::examine(std::string_view bytes, const LedgerName& name,
                                  std::int64_t seq) {
    const auto known = certificates_.of(name.terminal);
    if (known.empty()) return Error(Code::corrupt, name.terminal + " was never provisioned");
    std::string why;
    for (const ingest::Terminal& terminal : known) {
        auto candidate = ingest::examine_as(bytes, name.terminal, terminal);
        if (candidate.ok() && candidate.value().header().epoch == name.epoch)
            return std::move(candidate).value();
        why = candidate.ok() ? "it is of another epoch" : candidate.error().sentence;
    }
    return Error(Code::corrupt, place_of(name, seq) + ": " + why);
}

Status Replay::take_batch(const LedgerName& name, const Rows& row) {
    const std::int64_t to = row.integer(0, 0);
    CF_LET(Candidate candidate, examine(row.text(0, 4), name, to));
    CF_TRY(certificates_.learn(candidate.facts));
    std::vector<Candidate> batch;
    batch.push_back(std::move(candidate));
    CF_LET(const auto all, ingest::keep_within(to_, batch, {row.integer(0, 3)}));
    const Kept& kept = all.front();
    const auto events = static_cast<std::uint64_t>(to - row.integer(0, 1) + 1);
    if (kept.kind != Kept::Kind::kept || kept.cursor.seq != to || kept.events != events ||
        base::as_text(kept.cursor.head) != row.text(0, 2))
        return Error(Code::corrupt, place_of(name, to) + ": it does not follow what is before it");
    events_ += static_cast<std::int64_t>(events);
    progress_("taking events", events_, all_events_);
    return {};
}

Status Replay::settle_ledgers() {
    CF_LET(const Rows rows, ledgers());
    for (std::size_t row = 0; row < rows.size(); ++row)
        CF_TRY(settle_ledger({std::string(rows.text(row, 0)), rows.integer(row, 1)}, rows, row));
    return {};
}

// What its events do not say: whether it was stopped, and who asked before it had any.
Status Replay::settle_ledger(const LedgerName& name, const Rows& rows, std::size_t row) {
    CF_LET(const auto cursor, ingest::find_cursor(to_, name));
    const std::int64_t seq = rows.integer(row, 2);
    if (cursor->seq != seq || base::as_text(cursor->head) != rows.text(row, 3))
        return Error(Code::corrupt, place_of(name, seq) + ": its events do not lead there");
    const std::string_view terminal = name.terminal;
    if (rows.integer(row, 4) != 0)
        CF_TRY(to_.run("UPDATE ledger SET frozen = 1 WHERE terminal = $1 AND epoch = $2",
                       {terminal, name.epoch}));
    if (seq == 0 && !rows.is_null(row, 5))
        CF_TRY(to_.run("UPDATE ledger SET incarnation = $1 WHERE terminal = $2 AND epoch = $3",
                       {rows.text(row, 5), terminal, name.epoch}));
    return {};
}

Status Replay::compare_terminals() {
    constexpr std::string_view kRows =
        "SELECT name, store, certificate, revoked FROM terminal ORDER BY name";
    CF_LET(const Rows told, from_.query(kRows));
    CF_LET(const Rows made, to_.query(kRows));
    if (told == made) return {};
    return Error(Code::corrupt, "its terminals are not those of the centre's own ledger");
}

Status Replay::check_forks() {
    LedgerName name{"", 0};
    std::int64_t seq = 0;
    std::string head;
    for (;;) {
        CF_LET(const Rows row, from_.query("SELECT terminal, epoch, seq, head, bytes FROM fork "
                                           "WHERE (terminal, epoch, seq, head) > ($1, $2, $3, $4) "
                                           "ORDER BY terminal, epoch, seq, head LIMIT 1",
                                           {std::string_view(name.terminal), name.epoch, seq,
                                            base::as_bytes(head)}));
        if (row.empty()) return {};
        name = {std::string(row.text(0, 0)), row.integer(0, 1)};
        seq = row.integer(0, 2);
        head = row.text(0, 3);
        CF_LET(const Candidate candidate, examine(row.text(0, 4), name, seq));
        if (candidate.header().to != seq || base::as_text(candidate.header().head) != head)
            return Error(Code::corrupt, place_of(name, seq) + ": a fork that is none");
    }
}

Status Replay::copy_others() {
    CF_LET(const auto tables, tables_of(from_));
    for (const Table& table : tables) {
        const bool is_told =
            table.name == "ledger" || table.name == "batch" || table.name == ingest::kKeys ||
            table.name == "session" ||
            std::ranges::find(ingest::kDerivedTables, table.name) != ingest::kDerivedTables.end();
        if (!is_told) CF_TRY(copy_rows(from_, to_, table));
    }
    return {};
}

}  // namespace

Status replay(Database& from, Database& to, const crypto::Certificate& centre,
              const Progress& progress) {
    Replay replay(from, to, progress);
    CF_TRY(replay.introduce(centre));
    CF_TRY(ingest::copy_keys(from, to));
    CF_TRY(replay.take_ledgers());
    CF_TRY(replay.settle_ledgers());
    CF_TRY(replay.compare_terminals());
    CF_TRY(replay.check_forks());
    return replay.copy_others();
}

}  // namespace counterfoil::backup
