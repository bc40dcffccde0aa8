#include "daemon/sync/journal_stock.h"

#include <algorithm>

#include "firmware/core/ledger/batch.h"
#include "firmware/core/wire/from_terminal.h"

namespace counterfoil::sync {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

Result<JournalStock> JournalStock::open(const std::filesystem::path& database) {
    CF_LET(auto reader, journal::JournalReader::open(database));
    JournalStock stock(std::move(reader));
    CF_TRY(stock.refresh());
    return stock;
}

Result<bool> JournalStock::refresh() {
    CF_LET(const std::int64_t last, reader_.last_seq());
    CF_LET(const ledger::Base base, reader_.base());
    base_seq_ = base.seq;
    const bool is_more = last > last_seq_;
    last_seq_ = last;
    return is_more;
}

Result<wire::Cursor> JournalStock::end() {
    CF_TRY(refresh());
    if (last_seq_ == 0) return wire::Cursor{epoch(), 0, ledger::kNoEvent};
    CF_LET(const auto last, reader_.find(last_seq_));
    if (!last) return Error(Code::corrupt, "the journal's last event is not there");
    return wire::Cursor{epoch(), last_seq_, ledger::event_hash(last->bytes)};
}

Result<bool> JournalStock::has(const wire::Cursor& cursor) {
    if (cursor.epoch != epoch()) return false;
    CF_LET(const auto event, reader_.find(cursor.seq));
    if (event) return ledger::event_hash(event->bytes) == cursor.head;
    // Behind which it begins, its genesis or what is left of it; pruned up to there meanwhile.
    CF_LET(const ledger::Base base, reader_.base());
    return ledger::Base{cursor.seq, cursor.head} == base;
}

// No more than one batch may hold: the backlog may be long.
Result<std::vector<ledger::SignedEvent>> JournalStock::read(std::int64_t first, std::int64_t last) {
    const Error enough(Code::too_large, "");
    std::vector<ledger::SignedEvent> events;
    std::size_t text = 0;
    bool is_full = false;
    const Status read = reader_.visit(first, [&](const journal::StoredEvent& event) -> Status {
        text += event.bytes.size();
        is_full = event.seq > last || events.size() == ledger::kMaxBatchEvents ||
                  (!events.empty() && text > ledger::kMaxBatchTextBytes);
        if (is_full) return enough;
        if (event.seq != first + static_cast<std::int64_t>(events.size()))
            return Error(Code::corrupt, "an event is missing in the journal");
        events.push_back({std::string(event.bytes), event.signature});
        return {};
    });
    if (!read.ok() && !is_full) return read.error();
    return events;
}

Status JournalStock::make(std::int64_t seq, std::int64_t up_to) {
    CF_LET(const auto events, read(seq + 1, up_to));
    if (events.empty()) return Error(Code::corrupt, "an event is missing in the journal");
    CF_LET(const ledger::EventView first, ledger::read_event(events.front().bytes));
    const ledger::WrittenBatch batch =
        ledger::write_batch(name(), epoch(), seq + 1, first.prev, events);
    payload_ = wire::write(wire::Batch{batch.bytes});
    made_from_ = seq;
    made_to_ = batch.header.to;
    made_up_to_ = up_to;
    return {};
}

Result<std::optional<Parcel>> JournalStock::behind(std::int64_t seq, std::int64_t up_to) {
    if (seq >= last_seq_) return std::optional<Parcel>();
    const std::int64_t last = std::min(up_to, last_seq_);
    // What could not be sent yet is asked for again and again.
    const bool is_made = !payload_.empty() && made_from_ == seq &&
                         (made_up_to_ == last || (made_to_ < made_up_to_ && made_to_ <= last));
    if (!is_made) CF_TRY(make(seq, last));
    return std::optional(Parcel{payload_, made_to_, made_to_ == last_seq_});
}

}  // namespace counterfoil::sync
