#include "daemon/aggregator/ingest/own_ledger.h"

#include <algorithm>
#include <array>

#include "daemon/aggregator/ingest/class_versions.h"
#include "firmware/core/base/coding.h"
#include "firmware/core/ledger/export.h"

namespace counterfoil::ingest {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using ledger::EventType;

namespace {

// What acts that ask beforehand move, in the order in which a projection comes to it; whoever asks
// nothing may be beside a centre at work, and holds no more than he moves.
constexpr std::array kMovedClasses{kCoupons, kMembers};

// The centre is a terminal of its own store.
Status introduce(const OwnLedger::World& world) {
    const std::string_view name = kCentre;
    CF_TRY(
        world.database.run("INSERT INTO terminal (name, store, certificate) "
                           "VALUES ($1, 0, $2) ON CONFLICT DO NOTHING",
                           {name, base::ByteView(world.certificate.der())}));
    CF_LET(const store::Rows kept,
           world.database.query("SELECT certificate FROM terminal WHERE name = $1", {name}));
    if (base::as_text(kept.blob(0, 0)) != base::as_text(world.certificate.der()))
        return Error(Code::key_mismatch, "the store is of a centre with another certificate");
    return {};
}

Result<wire::Cursor> open_epoch(store::Database& database, std::int64_t epoch) {
    const LedgerName name{std::string(kCentre), epoch};
    CF_TRY(open_ledger(database, name));
    CF_LET(const auto cursor, find_cursor(database, name));
    return *cursor;
}

// Whoever is set up anew has another history: what is held of an epoch, or may still come from the
// device that it was opened for, is never mixed with it. The rows are held, in the order in which
// keepers hold them, so that none moves meanwhile.
Result<std::int64_t> epoch_to_open(store::Database& database,
                                   const crypto::Certificate& certificate) {
    const std::string_view terminal = certificate.name();
    CF_LET(const store::Rows rows,
           database.query("SELECT epoch, seq, frozen, certificate FROM ledger WHERE terminal = $1 "
                          "ORDER BY epoch" +
                              std::string(database.for_update()),
                          {terminal}));
    if (rows.empty()) return 1;
    const std::size_t last = rows.size() - 1;
    const bool is_anothers = !rows.is_null(last, 3) &&
                             base::as_text(rows.blob(last, 3)) != base::as_text(certificate.der());
    const bool is_begun = rows.integer(last, 1) > 0 || rows.integer(last, 2) != 0 || is_anothers;
    return rows.integer(last, 0) + (is_begun ? 1 : 0);
}

}  // namespace

Result<std::int64_t> own_epoch(store::Database& database) {
    CF_LET(const store::Rows rows,
           database.query("SELECT max(epoch) FROM ledger WHERE terminal = $1", {kCentre}));
    return rows.is_null(0, 0) ? 1 : rows.integer(0, 0);
}

Result<wire::Cursor> own_cursor(store::Database& database) {
    CF_LET(const std::int64_t epoch, own_epoch(database));
    CF_LET(const auto cursor, find_cursor(database, {std::string(kCentre), epoch}));
    return cursor.value_or(wire::Cursor{});
}

Result<OwnLedger> OwnLedger::open(const World& world) {
    CF_TRY(HeadFile(world.head_file).check(world.database));
    CF_TRY(introduce(world));
    CF_LET(const std::int64_t epoch, own_epoch(world.database));
    CF_LET(const wire::Cursor cursor, open_epoch(world.database, epoch));
    OwnLedger own(world, cursor);
    if (cursor.seq == 0)
        CF_TRY(own.record(EventType::genesis, own.genesis(), ""));
    else
        CF_TRY(own.mark());
    return own;
}

Result<wire::Cursor> OwnLedger::begin_epoch(const World& world, std::int64_t epoch,
                                            const std::string& reason) {
    CF_TRY(introduce(world));
    CF_LET(const std::int64_t last, own_epoch(world.database));
    CF_CHECK(epoch > last);
    CF_TRY(begin_versions(world.database, world.clock.now()));
    CF_LET(const wire::Cursor ended, open_epoch(world.database, last));
    CF_LET(const wire::Cursor cursor, open_epoch(world.database, epoch));
    OwnLedger own(world, cursor);
    json::Object follows;
    wire::set_cursor(follows, ended);
    json::Object body = own.genesis();
    body.set("follows", std::move(follows)).set("reason", reason);
    CF_LET(const wire::Cursor begun, own.add(EventType::genesis, body, ""));
    CF_TRY(own.settle());
    return begun;
}

json::Object OwnLedger::genesis() const {
    return ledger::genesis_body(boot_, {world_.certificate});
}

Result<std::string> OwnLedger::write(const wire::Cursor& after, EventType type,
                                     const json::Object& body, const std::string& staff) {
    ledger::Envelope envelope;
    envelope.terminal = kCentre;
    envelope.epoch = after.epoch;
    envelope.seq = after.seq + 1;
    envelope.prev = after.head;
    envelope.at = world_.clock.now();
    envelope.boot = boot_;
    envelope.mono_ms = world_.clock.steady_ms();
    envelope.staff = staff;
    envelope.type = type;
    CF_LET(const std::string text, body.write());
    return ledger::write_event(envelope, text);
}

// With a crew, collect_signatures() has it.
Status OwnLedger::sign(ledger::SignedEvent& event, const crypto::Digest& hash) {
    if (crew_ != nullptr) {
        crew_->ask(hash);
        return {};
    }
    CF_LET(event.signature, world_.signer.sign(hash));
    return {};
}

Status OwnLedger::collect_signatures() {
    if (crew_ == nullptr) return {};
    CF_LET(const auto signatures, crew_->collect());
    CF_CHECK(signatures.size() == waiting_.size());
    for (std::size_t i = 0; i < signatures.size(); ++i) waiting_[i].signature = signatures[i];
    return {};
}

Status OwnLedger::record(EventType type, const json::Object& body, const std::string& staff) {
    return within([&]() -> Status {
        CF_TRY(add(type, body, staff));
        return {};
    });
}

Status OwnLedger::within(const std::function<Status()>& acts) {
    return within({}, [&acts](std::span<const store::Rows>) { return acts(); });
}

Result<store::Transaction> OwnLedger::begin(std::span<const store::Question> questions,
                                            std::vector<store::Rows>& answers) {
    const LedgerName name{std::string(kCentre), cursor_.epoch};
    const std::size_t held = questions.empty() ? 1 : 1 + kMovedClasses.size();
    std::vector<store::Question> all{held_->question(name)};
    for (const std::string_view moved : std::span(kMovedClasses).first(held - 1))
        all.push_back(held_->versions().question(moved));
    all.insert(all.end(), questions.begin(), questions.end());
    CF_LET(auto transaction, store::Transaction::begin_with(world_.database, all, answers));
    CF_TRY(held_->note(name, answers.front()));
    for (std::size_t i = 1; i < held; ++i) held_->versions().note(kMovedClasses[i - 1], answers[i]);
    const auto begun = held_->cursor(name);
    if (!begun) return Error(Code::corrupt, "the centre's own ledger has gone");
    begin_at(*begun);
    answers.erase(answers.begin(), answers.begin() + static_cast<std::ptrdiff_t>(held));
    return transaction;
}

Status OwnLedger::within(std::span<const store::Question> questions, const Acts& acts) {
    const wire::Cursor before = cursor_;
    held_.emplace(world_.database);
    const Status done = do_within(questions, acts);
    held_.reset();
    if (!done.ok()) {
        begin_at(before);
        return done;
    }
    if (cursor_ == begun_ || world_.clock.steady_ms() < mark_due_ms_) return {};
    // It is done, whatever becomes of the file: who marks beside tells what fails, and tries again.
    [[maybe_unused]] const Status marked = mark();
    return {};
}

// Another process may have recorded something; none does until this transaction has ended.
Status OwnLedger::do_within(std::span<const store::Question> questions, const Acts& acts) {
    std::vector<store::Rows> answers;
    CF_LET(auto transaction, begin(questions, answers));
    begun_ = cursor_;
    Status done = acts(answers);
    if (done.ok() || !settled_.ok()) done = settle();
    CF_TRY(done);
    return transaction.commit();
}

Status OwnLedger::mark() {
    if (world_.head_file.empty()) return {};
    CF_LET(const StoreMark now, mark_of(world_.database));
    mark_due_ms_ = world_.clock.steady_ms() + world_.mark_patience_ms;
    if (marked_ == now) return {};
    CF_TRY(HeadFile(world_.head_file).write(now));
    marked_ = now;
    return {};
}

void OwnLedger::begin_at(const wire::Cursor& cursor) {
    cursor_ = cursor;
    kept_ = cursor;
    waiting_.clear();
    waiting_bytes_ = 0;
    settled_ = {};
    if (crew_ != nullptr) crew_->forget();
}

Result<wire::Cursor> OwnLedger::add(EventType type, const json::Object& body,
                                    const std::string& staff) {
    CF_TRY(settled_);
    ledger::SignedEvent event;
    CF_LET(event.bytes, write(cursor_, type, body, staff));
    const crypto::Digest hash = ledger::event_hash(event.bytes);
    CF_TRY(sign(event, hash));
    cursor_.head = hash;
    ++cursor_.seq;
    waiting_bytes_ += event.bytes.size();
    waiting_.push_back(std::move(event));
    if (waiting_.size() >= ledger::kMaxBatchEvents || waiting_bytes_ >= ledger::kMaxBatchTextBytes)
        CF_TRY(settle());
    return cursor_;
}

Status OwnLedger::add_all(std::span<const Entry> entries, const std::string& staff) {
    for (const Entry& entry : entries) CF_TRY(add(entry.type, entry.body, staff));
    return {};
}

Status OwnLedger::settle() {
    if (settled_.ok()) settled_ = keep_waiting();
    return settled_;
}

Status OwnLedger::keep_waiting() {
    CF_TRY(collect_signatures());
    std::span<const ledger::SignedEvent> left(waiting_);
    while (!left.empty()) {
        const std::int64_t before = kept_.seq;
        CF_TRY(keep(left));
        CF_CHECK(kept_.seq > before && kept_.seq <= cursor_.seq);
        left = left.subspan(static_cast<std::size_t>(kept_.seq - before));
    }
    waiting_.clear();
    waiting_bytes_ = 0;
    return {};
}

Status OwnLedger::keep(std::span<const ledger::SignedEvent> events) {
    const ledger::WrittenBatch batch =
        ledger::write_batch(std::string(kCentre), kept_.epoch, kept_.seq + 1, kept_.head, events);
    auto candidate = examine_written(batch, certificate_);
    if (!candidate.ok()) return Error(Code::corrupt, candidate.error().sentence);
    if (!candidate.value().facts.flags.empty())
        return Error(Code::invalid_argument, "the centre would not believe that event itself");
    std::vector<Candidate> one;
    one.push_back(std::move(candidate).value());
    Held fresh(world_.database);
    CF_LET(const auto kept,
           keep_within(world_.database, one, world_.clock.now(), held_ ? *held_ : fresh));
    if (kept.front().kind != Kept::Kind::kept)
        return Error(Code::second_writer, "somebody else has written the centre's own ledger");
    kept_ = kept.front().cursor;
    return {};
}

Result<std::int64_t> OwnLedger::provision(const crypto::Certificate& certificate,
                                          std::int64_t store, const std::string& staff) {
    std::int64_t epoch = 0;
    const Status done = within([&]() -> Status {
        CF_LET(epoch, add_provisioning(certificate, store, staff));
        return {};
    });
    CF_TRY(done);
    return epoch;
}

Result<std::int64_t> OwnLedger::add_provisioning(const crypto::Certificate& certificate,
                                                 std::int64_t store, const std::string& staff) {
    if (certificate.name() == kCentre)
        return Error(Code::invalid_argument, "no terminal has the centre's name");
    CF_TRY(settle());
    CF_LET(const std::int64_t epoch, epoch_to_open(world_.database, certificate));
    json::Object body;
    body.set("terminal", certificate.name()).set("store", store);
    body.set("certificate", base::to_base64url(certificate.der())).set("epoch", epoch);
    CF_TRY(add(EventType::terminal_provisioned, body, staff));
    return epoch;
}

Status OwnLedger::revoke(const std::string& terminal, const std::string& reason,
                         const std::string& staff) {
    json::Object body;
    body.set("terminal", terminal).set("reason", reason);
    return record(EventType::terminal_revoked, body, staff);
}

}  // namespace counterfoil::ingest
