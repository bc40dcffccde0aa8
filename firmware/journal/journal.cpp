#include "firmware/journal/journal.h"

#include <algorithm>

#include "firmware/journal/base_file.h"
#include "firmware/journal/identity.h"
#include "firmware/journal/integrity.h"
#include "firmware/journal/mark.h"
#include "firmware/journal/recorder.h"
#include "firmware/journal/schema.h"

namespace counterfoil::journal {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using ledger::EventType;

namespace {

constexpr std::size_t kMaxDrafts = 256;
// All is written anew, so an emptier file than one part in so many is left as it is.
constexpr std::int64_t kWorthwhile = 5;
constexpr std::int64_t kSpareBytes = 1 << 20;

bool is_sale(const Draft& draft) {
    return draft.type == EventType::sale || draft.type == EventType::training_sale;
}

Error restored(const std::string& why) {
    return Error(Code::restored_copy,
                 why +
                     "; this looks like a copy from a backup: use the newest ledger of this "
                     "terminal, or have the terminal set up anew");
}

// The mark was written by this very journal, at a place that the journal still has.
Status check_mark(const Mark& mark, const Identity& identity, EventTable& events, const Tail& tail,
                  const ledger::Base& base) {
    if (mark.incarnation != identity.incarnation)
        return restored("the mark beside the journal belongs to another journal");
    if (mark.seq > tail.seq)
        return restored("the journal ends with event " + std::to_string(tail.seq) + ", but event " +
                        std::to_string(mark.seq) + " was recorded once");
    if (mark.seq == 0) return {};
    // It lags further behind than it ever should; what the centre has signed for is no old copy.
    if (mark.seq <= base.seq) return {};
    CF_LET(const auto event, events.find(mark.seq));
    if (!event) return damaged_event(mark.seq, ledger::Fault::event_missing);
    if (ledger::event_hash(event->bytes) != mark.head)
        return restored("event " + std::to_string(mark.seq) + " is not the one recorded here");
    return {};
}

Status check_key(const ledger::ExportHeader& header, const crypto::Signer& signer) {
    if (header.certificates.front().public_key() == signer.public_key()) return {};
    return Error(Code::key_mismatch, "the key is not the one that this ledger's certificate of " +
                                         header.terminal + " is for");
}

Status check_room(const DiskGauge& disk, std::int64_t needed) {
    CF_LET(const std::int64_t there, disk.free_bytes());
    if (there >= needed) return {};
    return Error(Code::disk_nearly_full, "making the journal's file smaller needs " +
                                             std::to_string(needed) + " bytes of the disk, and " +
                                             std::to_string(there) + " are free");
}

Chain chain_from(const Tail& tail) {
    Chain chain;
    chain.next_seq = tail.seq + 1;
    chain.head = tail.hash;
    chain.unsigned_from = tail.unsigned_from;
    const auto last = ledger::read_event(tail.last->bytes);
    CF_CHECK(last.ok());
    const auto at = base::from_rfc3339(last.value().at);
    const auto boot = base::Uuid::parse(last.value().boot);
    if (at.ok() && boot.ok()) chain.last = LastTime{at.value(), boot.value(), last.value().mono_ms};
    return chain;
}

}  // namespace

struct Journal::State {
    State(const World& surroundings, const Paths& paths, sqlite::WriterClaim writer,
          sqlite::Connection database, MarkFile mark_file)
        : world(surroundings),
          base_place{paths.base(), paths.vfs},
          claim(std::move(writer)),
          connection(std::move(database)),
          mark(std::move(mark_file)) {}

    World world;
    BaseFile::Place base_place;
    sqlite::WriterClaim claim;
    sqlite::Connection connection;
    MarkFile mark;
    Identity identity;
    std::optional<EventTable> events;
    std::optional<Projections> projections;
    Chain chain;
    ledger::Base base;
    std::optional<BaseFile> base_file;  // while it is pruned
    // Set once it is unknown what the disk holds.
    std::optional<Error> broken;

    ~State() {
        // What the mark could not tell after a failed sync, the next opening finds in the events.
        [[maybe_unused]] const Status synced = mark.sync();
    }

    Status open_tables() {
        CF_LET(events, EventTable::open(connection));
        CF_LET(projections, Projections::open(connection));
        return {};
    }

    Status open_base_file() {
        if (base_file) return {};
        CF_LET(base_file, BaseFile::open(base_place, identity, base, *events));
        return {};
    }

    // Within a transaction of the caller's.
    Status derive_projections() {
        std::int64_t from = 1;
        if (base.seq == 0) {
            CF_TRY(projections->clear());
        } else {
            CF_TRY(open_base_file());
            CF_TRY(base_file->connection().check_structure());
            CF_TRY(projections->copy_from(base_file->connection()));
            from = base_file->at().seq + 1;
            base_file.reset();
        }
        return events->visit(from, [this](const StoredEvent& stored) -> Status {
            CF_LET(const ledger::EventView event, ledger::read_event(stored.bytes));
            return projections->apply(event);
        });
    }

    // Whether all is counted: a plan may be longer than a step.
    Result<bool> count_before_pruning(std::int64_t last) {
        CF_TRY(open_base_file());
        if (base_file->at().seq >= last) return true;
        const std::int64_t next = std::min(last, base_file->at().seq + kPruneStep);
        const Status counted = base_file->go_on(*events, next);
        // What it shows after a fault may not be what the disk has.
        if (!counted.ok()) base_file.reset();
        CF_TRY(counted);
        return next == last;
    }

    // What was counted is on the disk.
    Status remove_up_to(std::int64_t last) {
        CF_LET(const auto event, events->find(last));
        CF_CHECK(event && base_file && base_file->at().seq >= last && last > base.seq);
        CF_CHECK(last <= chain.next_seq - 1 - kKeptEvents);
        const ledger::Base next{last, ledger::event_hash(event->bytes)};
        CF_LET(auto transaction, sqlite::Transaction::begin(connection));
        CF_TRY(store_base(connection, next));
        CF_TRY(events->remove_up_to(last));
        CF_TRY(transaction.commit());
        base = next;
        return {};
    }
};

Paths Paths::in(const std::filesystem::path& folder) {
    return {folder / "journal.db", folder / "journal.mark"};
}

std::filesystem::path Paths::base() const {
    return database.parent_path() / (database.stem().string() + "-base.db");
}

Journal::Journal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;
Journal::~Journal() = default;

Result<Journal> Journal::create(const Paths& paths, const World& world,
                                const std::vector<crypto::Certificate>& certificates,
                                const Opening& opening) {
    CF_CHECK(!certificates.empty() && opening.epoch >= 1);
    CF_TRY(base::check_clock(world.clock.now(), world.not_before));
    CF_TRY(crypto::verify_chain(certificates));
    const ledger::ExportHeader header{certificates.front().name(), opening.epoch, certificates};
    CF_TRY(check_key(header, world.signer));
    CF_LET(auto claim, sqlite::WriterClaim::take(paths.database, paths.vfs));
    CF_LET(auto connection, open_database(paths.database, sqlite::Mode::create, paths.vfs));
    CF_LET(const auto there, load_identity(connection));
    if (there)
        return Error(Code::already_exists, paths.database.string() + " holds the ledger of " +
                                               there->header.terminal + " already");
    const base::Uuid incarnation = base::UuidMaker(world.clock, world.entropy).make();
    CF_LET(auto mark, MarkFile::create(paths.mark, paths.vfs, incarnation));
    auto state = std::make_unique<State>(world, paths, std::move(claim), std::move(connection),
                                         std::move(mark));
    state->identity = Identity{incarnation, header};
    CF_TRY(state->open_tables());
    Journal journal(std::move(state));
    std::vector<Draft> genesis;
    genesis.push_back(
        {EventType::genesis, ledger::genesis_body(incarnation, certificates, opening.grant)});
    CF_TRY(journal.append(genesis));
    return journal;
}

Result<Journal> Journal::open(const Paths& paths, const World& world) {
    CF_TRY(base::check_clock(world.clock.now(), world.not_before));
    CF_LET(auto claim, sqlite::WriterClaim::take(paths.database, paths.vfs));
    CF_LET(auto connection, open_database(paths.database, sqlite::Mode::read_write, paths.vfs));
    CF_LET(auto identity, load_identity(connection));
    if (!identity)
        return Error(Code::corrupt, paths.database.string() + ": no ledger was begun in it");
    auto mark = MarkFile::open(paths.mark, paths.vfs);
    if (!mark.ok() && mark.error().code() == Code::not_found)
        return restored(mark.error().message());
    if (!mark.ok()) return mark.error();
    auto state = std::make_unique<State>(world, paths, std::move(claim), std::move(connection),
                                         std::move(mark).value());
    state->identity = *std::move(identity);
    CF_TRY(check_key(state->identity.header, world.signer));
    CF_TRY(state->open_tables());
    CF_LET(state->base, load_base(state->connection));
    CF_LET(const Tail tail, check_tail(*state->events, {state->identity.header, state->base}));
    CF_TRY(check_mark(state->mark.mark(), state->identity, *state->events, tail, state->base));
    CF_LET(const Totals totals, state->projections->totals());
    if (totals.applied_seq != tail.seq)
        return Error(Code::corrupt, "the totals stand at event " +
                                        std::to_string(totals.applied_seq) +
                                        ", the ledger at event " + std::to_string(tail.seq));
    // What is shown from here on, and built upon, must not vanish with the next power cut.
    CF_TRY(state->connection.settle());
    state->chain = chain_from(tail);
    return Journal(std::move(state));
}

Result<Head> Journal::append(const std::vector<Draft>& drafts) {
    CF_CHECK(!drafts.empty() && drafts.size() <= kMaxDrafts);
    State& state = *state_;
    if (state.broken) return *state.broken;
    if (disk() == DiskLevel::stop && std::ranges::any_of(drafts, is_sale))
        return Error(Code::disk_nearly_full,
                     "the disk is over 95 % full: no more sales until there is room; close the "
                     "shift and let the terminal send what it holds");
    Chain chain = state.chain;
    const auto record_all = [&]() -> Status {
        CF_LET(auto transaction, sqlite::Transaction::begin(state.connection));
        if (chain.next_seq == 1) CF_TRY(store_identity(state.connection, state.identity));
        Recorder recorder(state.world, state.identity.header, *state.events, *state.projections,
                          chain);
        CF_TRY(recorder.record(drafts));
        return transaction.commit();
    };
    const Status recorded = record_all();
    if (!recorded.ok()) {
        if (recorded.error().code() == Code::io_failed) state.broken = recorded.error();
        return recorded.error();
    }
    state.chain = chain;
    // The events are durable, so a failure here must not be told as one of theirs: the mark may
    // lag.
    [[maybe_unused]] const Status marked = state.mark.advance(chain.next_seq - 1, chain.head);
    return head();
}

Result<PruneStep> Journal::prune(const PruneWish& wish) {
    State& state = *state_;
    if (state.broken) return *state.broken;
    CF_LET(const std::int64_t held, received(wish.receipt));
    const PruneParts parts{*state.events, *state.projections, state.base, head().seq, held};
    CF_LET(const PrunePlan plan, plan_prune(parts, wish, state.world.clock.now()));
    const std::int64_t before = state.base.seq;
    if (plan.last > before) {
        CF_LET(const bool is_counted, state.count_before_pruning(plan.last));
        if (!is_counted) return PruneStep{0, true, plan.kept_for};
        const Status removed = state.remove_up_to(plan.last);
        if (!removed.ok() && removed.error().code() == Code::io_failed)
            state.broken = removed.error();
        CF_TRY(removed);
    }
    if (!plan.is_more) state.base_file.reset();
    return PruneStep{state.base.seq - before, plan.is_more, plan.kept_for};
}

Result<std::int64_t> Journal::compact() {
    State& state = *state_;
    if (state.broken) return *state.broken;
    CF_LET(const auto before, state.connection.room());
    const std::int64_t whole = before.used_bytes + before.free_bytes;
    if (before.free_bytes < whole / kWorthwhile) return 0;
    CF_TRY(check_room(state.world.disk, 2 * before.used_bytes + kSpareBytes));
    const Status done = state.connection.compact();
    if (!done.ok() && done.error().code() == Code::io_failed) state.broken = done.error();
    CF_TRY(done);
    CF_LET(const auto after, state.connection.room());
    return whole - after.used_bytes - after.free_bytes;
}

const ledger::Base& Journal::base() const {
    return state_->base;
}

Result<std::int64_t> Journal::received(const std::optional<ledger::Receipt>& receipt) {
    std::optional<ledger::SignedEvent> event;
    if (receipt) {
        CF_LET(event, find_event(receipt->seq));
    }
    return received_seq(state_->identity.header, base(), receipt, event);
}

Head Journal::head() const {
    return {state_->chain.next_seq - 1, state_->chain.head};
}

const std::string& Journal::terminal() const {
    return state_->identity.header.terminal;
}

std::int64_t Journal::epoch() const {
    return state_->identity.header.epoch;
}

Result<Totals> Journal::totals() {
    return state_->projections->totals();
}

Projections& Journal::counted() {
    return *state_->projections;
}

Result<std::optional<ledger::SignedEvent>> Journal::find_event(std::int64_t seq) {
    return state_->events->find(seq);
}

Status Journal::visit(std::int64_t first, const std::function<Status(const StoredEvent&)>& visit) {
    return state_->events->visit(first, visit);
}

DiskLevel Journal::disk() const {
    const auto used = state_->world.disk.used_permille();
    // A disk that does not say how full it is will say so when it is written.
    return used.ok() ? disk_level(used.value()) : DiskLevel::plenty;
}

bool Journal::signer_down() const {
    return state_->chain.unsigned_from != 0;
}

Status Journal::rebuild_projections() {
    CF_LET(auto transaction, sqlite::Transaction::begin(state_->connection));
    CF_TRY(state_->derive_projections());
    return transaction.commit();
}

Result<std::string> Journal::dump_projections() {
    return state_->projections->dump();
}

Status Journal::check_all() {
    CF_TRY(state_->connection.check_structure());
    CF_TRY(check_all_events(*state_->events, {state_->identity.header, base()}));
    CF_LET(const std::string held, dump_projections());
    // Rolled back at the end: a check changes nothing.
    CF_LET(const auto transaction, sqlite::Transaction::begin(state_->connection));
    CF_TRY(state_->derive_projections());
    CF_LET(const std::string derived, dump_projections());
    if (held == derived) return {};
    return Error(Code::corrupt, "the totals were not what the events make them");
}

}  // namespace counterfoil::journal
