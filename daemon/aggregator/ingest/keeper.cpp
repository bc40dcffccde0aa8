#include "daemon/aggregator/ingest/keeper.h"

#include <algorithm>
#include <set>

#include "daemon/aggregator/ingest/unsigned_end.h"

namespace counterfoil::ingest {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using crypto::Digest;
using ledger::Batch;
using store::Database;
using store::Rows;
using store::Value;
using wire::Cursor;

namespace {

Result<Digest> digest_of(base::ByteView bytes) {
    Digest digest{};
    if (bytes.size() != digest.size())
        return Error(Code::corrupt, "the store holds a hash of another length");
    std::ranges::copy(bytes, digest.begin());
    return digest;
}

// The batch holds this event.
Digest hash_at(const Batch& batch, std::int64_t seq) {
    const auto place = static_cast<std::size_t>(seq - batch.header().from);
    CF_CHECK(place < batch.lines().size());
    return ledger::event_hash(batch.lines()[place].bytes);
}

LedgerName name_of(const Candidate& candidate) {
    return {candidate.header().terminal, candidate.header().epoch};
}

}  // namespace

class Keeping {
  public:
    Keeping(Database& database, base::WallTime now, Held& held)
        : database_(database), now_(now), held_(held) {}

    Status hold(std::span<const Candidate> candidates);
    Result<Kept> take(const Candidate& candidate);
    Status write();

  private:
    using Ledger = Held::Ledger;
    Result<Kept> take_covered(const Candidate& candidate, Ledger& ledger);
    Result<Kept> take_fork(const Candidate& candidate, Ledger& ledger);
    Result<bool> is_other_proven(const Candidate& candidate, const Ledger& ledger);
    Kept take_new(const Candidate& candidate, Ledger& ledger);
    Result<Digest> kept_hash(const LedgerName& name, std::int64_t seq);
    Status write_batches();
    Status write_cursors();

    struct NewBatch {
        const Candidate* candidate;
        std::int64_t from;
    };

    Database& database_;
    base::WallTime now_;
    Held& held_;
    std::vector<NewBatch> batches_;
    Projection projection_;
};

// In one order, so that two keepers never wait for one another in a circle.
Status Keeping::hold(std::span<const Candidate> candidates) {
    std::set<LedgerName> names;
    for (const Candidate& candidate : candidates) names.insert(name_of(candidate));
    std::erase_if(names, [this](const auto& name) { return held_.ledgers_.contains(name); });
    std::vector<store::Question> questions;
    for (const LedgerName& name : names) questions.push_back(held_.question(name));
    CF_LET(const auto answers, database_.query_all(questions));
    auto answer = answers.begin();
    for (const LedgerName& name : names) CF_TRY(held_.note(name, *answer++));
    return {};
}

Result<Kept> Keeping::take(const Candidate& candidate) {
    auto& found = held_.ledgers_.at(name_of(candidate));
    if (!found) return Kept{Kept::Kind::epoch_unknown, {}, 0};
    Ledger& ledger = *found;
    if (ledger.is_frozen) return Kept{Kept::Kind::frozen, {}, 0};
    const ledger::BatchHeader& header = candidate.header();
    if (header.from > ledger.cursor.seq + 1) return Kept{Kept::Kind::gap, ledger.cursor, 0};
    if (header.to <= ledger.cursor.seq) return take_covered(candidate, ledger);
    if (!candidate.is_verified) return Kept{Kept::Kind::unverified, {}, 0};
    const bool follows = header.from == ledger.cursor.seq + 1;
    const Digest before = follows ? header.prev : hash_at(candidate.batch, ledger.cursor.seq);
    if (before != ledger.cursor.head) return take_fork(candidate, ledger);
    return take_new(candidate, ledger);
}

// Its last event's hash covers all before it.
Result<Kept> Keeping::take_covered(const Candidate& candidate, Ledger& ledger) {
    CF_LET(const Digest kept, kept_hash(name_of(candidate), candidate.header().to));
    if (kept == candidate.header().head) return Kept{Kept::Kind::again, ledger.cursor, 0};
    if (!candidate.is_verified) return Kept{Kept::Kind::unverified, {}, 0};
    return take_fork(candidate, ledger);
}

// Whether a signature speaks for what the batch says otherwise than what is held.
Result<bool> Keeping::is_other_proven(const Candidate& candidate, const Ledger& ledger) {
    const ledger::BatchHeader& header = candidate.header();
    const std::int64_t proven = candidate.batch.unproven_from() - 1;
    if (proven < header.from) return false;
    const std::int64_t both = std::min(proven, ledger.cursor.seq);
    if (both < header.from) return true;
    CF_LET(const Digest kept, kept_hash(name_of(candidate), both));
    return kept != hash_at(candidate.batch, both);
}

Result<Kept> Keeping::take_fork(const Candidate& candidate, Ledger& ledger) {
    CF_LET(const bool is_proven, is_other_proven(candidate, ledger));
    if (!is_proven) return Kept{Kept::Kind::unexplained, {}, 0};
    const ledger::BatchHeader& header = candidate.header();
    CF_TRY(database_.run(
        "INSERT INTO fork (terminal, epoch, seq, head, at_ms, bytes) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        {std::string_view(header.terminal), header.epoch, header.to, base::ByteView(header.head),
         now_.unix_ms, base::as_bytes(candidate.bytes)}));
    ledger.is_frozen = true;
    ledger.is_moved = true;
    return Kept{Kept::Kind::fork, {}, 0};
}

Kept Keeping::take_new(const Candidate& candidate, Ledger& ledger) {
    const ledger::BatchHeader& header = candidate.header();
    const std::int64_t held = ledger.cursor.seq;
    CF_CHECK(header.to > held);
    const auto unsigned_from = unsigned_end(candidate.batch, held, ledger.unsigned_from);
    if (!unsigned_from) return {Kept::Kind::unexplained, {}, 0};
    const LedgerName name = name_of(candidate);
    batches_.push_back({&candidate, held + 1});
    ledger.receipt = projection_.add(name, candidate.facts, held, header.to, ledger.receipt);
    projection_.move_unsigned_end(name, ledger.unsigned_from, *unsigned_from);
    ledger.unsigned_from = *unsigned_from;
    ledger.cursor = {header.epoch, header.to, header.head};
    ledger.is_moved = true;
    return {Kept::Kind::kept, ledger.cursor, static_cast<std::uint64_t>(header.to - held)};
}

Result<Digest> Keeping::kept_hash(const LedgerName& name, std::int64_t seq) {
    // What this very transaction has taken stands nowhere else yet.
    for (const NewBatch& fresh : batches_)
        if (name_of(*fresh.candidate) == name && fresh.from <= seq &&
            seq <= fresh.candidate->header().to)
            return hash_at(fresh.candidate->batch, seq);
    CF_LET(const Rows head,
           database_.query("SELECT to_seq, head FROM batch WHERE terminal = $1 AND epoch = $2 "
                           "AND to_seq >= $3 ORDER BY to_seq LIMIT 1",
                           {std::string_view(name.terminal), name.epoch, seq}));
    if (head.empty()) return Error(Code::corrupt, "a batch below a ledger's cursor is missing");
    if (head.integer(0, 0) == seq) return digest_of(head.blob(0, 1));
    CF_LET(const Rows rows,
           database_.query("SELECT bytes FROM batch WHERE terminal = $1 AND "
                           "epoch = $2 AND to_seq = $3",
                           {std::string_view(name.terminal), name.epoch, head.integer(0, 0)}));
    if (rows.empty()) return Error(Code::corrupt, "a batch has gone");
    CF_LET(const Batch batch, Batch::read(rows.text(0, 0)));
    if (batch.header().from > seq) return Error(Code::corrupt, "a batch begins too late");
    return hash_at(batch, seq);
}

Status Keeping::write() {
    return database_.together([this]() -> Status {
        CF_TRY(write_batches());
        CF_TRY(write_cursors());
        return projection_.write(database_, held_.versions_);
    });
}

Status Keeping::write_batches() {
    constexpr std::size_t kWidth = 7;
    std::vector<Value> values;
    for (const auto& [candidate, from] : batches_) {
        const ledger::BatchHeader& header = candidate->header();
        for (const Value& value :
             {Value(std::string_view(header.terminal)), Value(header.epoch), Value(header.to),
              Value(from), Value(base::ByteView(header.head)), Value(now_.unix_ms),
              Value(base::as_bytes(candidate->bytes))})
            values.push_back(value);
    }
    return database_.run_each(
        "INSERT INTO batch (terminal, epoch, to_seq, from_seq, head, at_ms, bytes) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        kWidth, values);
}

Status Keeping::write_cursors() {
    constexpr std::size_t kWidth = 7;
    std::vector<Value> values;
    for (auto& [name, ledger] : held_.ledgers_) {
        if (!ledger || !std::exchange(ledger->is_moved, false)) continue;
        for (const Value& value :
             {Value(ledger->cursor.seq), Value(base::ByteView(ledger->cursor.head)),
              Value(std::int64_t{ledger->is_frozen}), Value(ledger->receipt),
              Value(ledger->unsigned_from), Value(std::string_view(name.terminal)),
              Value(name.epoch)})
            values.push_back(value);
    }
    return database_.run_each(
        "UPDATE ledger SET seq = $1, head = $2, frozen = $3, receipt = $4, unsigned_from = $5 "
        "WHERE terminal = $6 AND epoch = $7",
        kWidth, values);
}

Held::Held(Database& database)
    : sql_(
          "SELECT seq, head, frozen, receipt, unsigned_from FROM ledger "
          "WHERE terminal = $1 AND epoch = $2" +
          std::string(database.for_update())),
      versions_(database) {}

store::Question Held::question(const LedgerName& name) const {
    return {sql_, {std::string_view(name.terminal), name.epoch}};
}

Status Held::note(const LedgerName& name, const Rows& answer) {
    auto& ledger = ledgers_[name];
    ledger.reset();
    if (answer.empty()) return {};
    CF_LET(const Digest head, digest_of(answer.blob(0, 1)));
    ledger = Ledger{{name.epoch, answer.integer(0, 0), head},
                    answer.integer(0, 2) != 0,
                    answer.integer(0, 3),
                    answer.integer(0, 4),
                    false};
    return {};
}

std::optional<Cursor> Held::cursor(const LedgerName& name) const {
    const auto known = ledgers_.find(name);
    if (known == ledgers_.end() || !known->second) return {};
    return known->second->cursor;
}

Result<std::optional<Cursor>> find_cursor(Database& database, const LedgerName& name) {
    CF_LET(const Rows rows,
           database.query("SELECT seq, head FROM ledger WHERE terminal = $1 AND epoch = $2",
                          {std::string_view(name.terminal), name.epoch}));
    if (rows.empty()) return std::optional<Cursor>();
    CF_LET(const Digest head, digest_of(rows.blob(0, 1)));
    return std::optional(Cursor{name.epoch, rows.integer(0, 0), head});
}

Result<std::vector<Kept>> keep_within(Database& database, std::span<const Candidate> candidates,
                                      base::WallTime now) {
    Held held(database);
    return keep_within(database, candidates, now, held);
}

Result<std::vector<Kept>> keep_within(Database& database, std::span<const Candidate> candidates,
                                      base::WallTime now, Held& held) {
    Keeping keeping(database, now, held);
    CF_TRY(keeping.hold(candidates));
    std::vector<Kept> all;
    for (const Candidate& candidate : candidates) {
        CF_LET(const Kept kept, keeping.take(candidate));
        all.push_back(kept);
    }
    CF_TRY(keeping.write());
    return all;
}

Result<std::vector<Kept>> keep(Database& database, std::span<const Candidate> candidates,
                               base::WallTime now) {
    CF_LET(auto transaction, store::Transaction::begin(database));
    CF_LET(auto all, keep_within(database, candidates, now));
    CF_TRY(transaction.commit());
    return all;
}

}  // namespace counterfoil::ingest
