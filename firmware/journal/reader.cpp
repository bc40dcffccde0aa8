#include "firmware/journal/reader.h"

#include "firmware/journal/schema.h"

namespace counterfoil::journal {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

// Events are read in their order, and none soon again.
constexpr const char* kLittleMemory = "PRAGMA cache_size = -256";

}  // namespace

Result<JournalReader> JournalReader::open(const std::filesystem::path& database, const char* vfs) {
    CF_LET(sqlite::Connection opened, open_database(database, sqlite::Mode::read_only, vfs));
    auto connection = std::make_unique<sqlite::Connection>(std::move(opened));
    CF_TRY(connection->execute(kLittleMemory));
    CF_LET(std::optional<Identity> identity, load_identity(*connection));
    if (!identity) return Error(Code::corrupt, database.string() + ": no ledger was begun in it");
    CF_LET(EventTable events, EventTable::open(*connection));
    return JournalReader(std::move(connection), std::move(events), *std::move(identity));
}

Result<std::int64_t> JournalReader::last_seq() {
    return events_.last_seq();
}

Status JournalReader::visit(std::int64_t first,
                            const std::function<Status(const StoredEvent&)>& visit) {
    return events_.visit(first, visit);
}

Result<ledger::Base> JournalReader::base() {
    return load_base(*connection_);
}

// The base is read last: it has passed whatever was not there any more.
Result<std::int64_t> JournalReader::received(const std::optional<ledger::Receipt>& receipt) {
    std::optional<ledger::SignedEvent> event;
    if (receipt) {
        CF_LET(event, find(receipt->seq));
    }
    CF_LET(const ledger::Base beginning, base());
    return received_seq(header(), beginning, receipt, event);
}

// The base and the events are of one moment, although a till may prune meanwhile.
Result<std::int64_t> JournalReader::write_export(std::ostream& out) {
    CF_TRY(connection_->execute("BEGIN"));
    auto events = write_events(out);
    CF_TRY(connection_->execute("COMMIT"));
    return events;
}

Result<std::int64_t> JournalReader::write_events(std::ostream& out) {
    out << ledger::write_header(header()) << '\n';
    CF_LET(const ledger::Base beginning, base());
    if (beginning.seq > 0) out << ledger::write_base(beginning) << '\n';
    std::int64_t events = 0;
    std::string line;
    CF_TRY(visit(1, [&](const StoredEvent& stored) -> Status {
        line.clear();
        ledger::append_line(line, stored.bytes, stored.signature);
        out.write(line.data(), static_cast<std::streamsize>(line.size()));
        ++events;
        if (out.good()) return {};
        return Error(Code::io_failed, "the export could not be written");
    }));
    if (!out.flush().good()) return Error(Code::io_failed, "the export could not be written");
    return events;
}

}  // namespace counterfoil::journal
