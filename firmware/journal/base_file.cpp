#include "firmware/journal/base_file.h"

#include "firmware/journal/schema.h"

namespace counterfoil::journal {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

// A fault of the disk is told as what it is; all else makes the file one that cannot be used.
Error unusable(const Error& why, const std::filesystem::path& path, const ledger::Base& journals) {
    const bool is_disks = why.code() == Code::io_failed || why.code() == Code::disk_full ||
                          why.code() == Code::second_writer;
    if (is_disks) return why.within(path.string());
    return Error(Code::corrupt, path.string() + ", which holds what was counted up to event " +
                                    std::to_string(journals.seq) +
                                    ", cannot be used: " + why.message());
}

}  // namespace

Result<BaseFile> BaseFile::open(const Place& place, const Identity& identity,
                                const ledger::Base& journals, EventTable& events) {
    auto file = open_tables(place, journals);
    if (!file.ok()) return unusable(file.error(), place.path, journals);
    const Status checked = file.value().check(identity, journals, events);
    if (!checked.ok()) return unusable(checked.error(), place.path, journals);
    return file;
}

Result<BaseFile> BaseFile::open_tables(const Place& place, const ledger::Base& journals) {
    const auto mode = journals.seq == 0 ? sqlite::Mode::create : sqlite::Mode::read_write;
    CF_LET(sqlite::Connection opened, open_database(place.path, mode, place.vfs));
    auto connection = std::make_unique<sqlite::Connection>(std::move(opened));
    // Events are removed by what it shows from here on.
    CF_TRY(connection->settle());
    CF_LET(Projections projections, Projections::open(*connection));
    return BaseFile(std::move(connection), std::move(projections));
}

Status BaseFile::check(const Identity& identity, const ledger::Base& journals, EventTable& events) {
    CF_LET(at_, load_base(*connection_));
    CF_LET(const auto whose, load_identity(*connection_));
    if (!whose && at_.seq == 0 && journals.seq == 0) {
        CF_LET(auto transaction, sqlite::Transaction::begin(*connection_));
        CF_TRY(store_identity(*connection_, identity));
        return transaction.commit();
    }
    const Error other(Code::corrupt, "it belongs to another ledger");
    if (!whose || !is_same(*whose, identity)) return other;
    CF_LET(const Totals totals, projections_.totals());
    if (at_.seq < journals.seq || totals.applied_seq != at_.seq)
        return Error(Code::corrupt, "it stands at event " + std::to_string(at_.seq));
    if (at_.seq == journals.seq) return at_ == journals ? Status() : Status(other);
    CF_LET(const auto event, events.find(at_.seq));
    if (!event || ledger::event_hash(event->bytes) != at_.head) return other;
    return {};
}

Status BaseFile::go_on(EventTable& events, std::int64_t last) {
    CF_CHECK(last > at_.seq);
    CF_LET(auto transaction, sqlite::Transaction::begin(*connection_));
    ledger::Base now = at_;
    CF_TRY(count(events, last, now));
    CF_TRY(store_base(*connection_, now));
    CF_TRY(transaction.commit());
    at_ = now;
    return {};
}

Status BaseFile::count(EventTable& events, std::int64_t last, ledger::Base& at) {
    const Status counted = events.visit(at.seq + 1, last, [&](const StoredEvent& stored) -> Status {
        CF_LET(const ledger::EventView event, ledger::read_event(stored.bytes));
        // What was altered since it was recorded must not become all that is left.
        if (stored.seq != at.seq + 1 || event.seq != stored.seq || event.prev != at.head)
            return Error(Code::corrupt,
                         "event " + std::to_string(at.seq + 1) + " is not what was recorded");
        CF_TRY(projections_.apply(event));
        at = {stored.seq, ledger::event_hash(stored.bytes)};
        return {};
    });
    if (!counted.ok() || at.seq == last) return counted;
    return Error(Code::corrupt, "event " + std::to_string(at.seq + 1) + " is missing");
}

}  // namespace counterfoil::journal
