#include "daemon/aggregator/ingest/audit.h"

#include "firmware/core/base/coding.h"

namespace counterfoil::ingest {

using base::Result;
using base::Status;
using store::Rows;

// "Behind" in the order of the primary key; ledgers that have come since are met in their place.
Result<bool> Auditor::step() {
    CF_LET(const Rows row,
           world_.database.query(
               "SELECT terminal, epoch, from_seq, to_seq, bytes FROM batch "
               "WHERE (terminal, epoch, to_seq) > ($1, $2, $3) "
               "ORDER BY terminal, epoch, to_seq LIMIT 1",
               {std::string_view(place_.name.terminal), place_.name.epoch, place_.seq}));
    if (row.empty()) {
        if (place_.seq > 0) ++figures_.rounds;
        place_ = {{"", 0}, 0, {}};
        return false;
    }
    const LedgerName name{std::string(row.text(0, 0)), row.integer(0, 1)};
    if (name != place_.name) place_ = {name, 0, ledger::kNoEvent};
    CF_TRY(look_at(row));
    place_.seq = row.integer(0, 3);
    ++figures_.batches;
    return true;
}

Status Auditor::find(std::int64_t seq, std::string_view reason) {
    ++figures_.findings;
    return world_.database.run(
        "INSERT INTO audit_finding (terminal, epoch, seq, reason) "
        "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        {std::string_view(place_.name.terminal), place_.name.epoch, seq, reason});
}

Status Auditor::look_at(const Rows& row) {
    const std::int64_t from = row.integer(0, 2);
    const Terminal* terminal = world_.terminals.find(place_.name.terminal);
    const auto batch = ledger::Batch::read(row.text(0, 4));
    if (terminal == nullptr || !batch.ok()) return find(from, "kept_bytes_damaged");
    if (from != place_.seq + 1) CF_TRY(find(from, "kept_events_missing"));
    ledger::ChainFollower chain(place_.name.terminal, place_.name.epoch, from, place_.head);
    std::int64_t seq = batch.value().header().from - 1;
    for (const ledger::Line& line : batch.value().lines()) {
        if (++seq < from) continue;
        const auto event = ledger::read_event(line.bytes);
        const crypto::Digest hash = ledger::event_hash(line.bytes);
        if (!event.ok() || chain.follow(event.value(), hash)) return find(seq, "kept_chain_broken");
        crypto::Signature signature;
        if (line.signature.empty()) {
            ++figures_.unsigned_events;
        } else if (++figures_.signatures; !base::base64url_into(line.signature, signature) ||
                                          !terminal->key.verify(hash, signature)) {
            CF_TRY(find(seq, "signature_wrong"));
        }
    }
    place_.head = chain.head();
    return {};
}

}  // namespace counterfoil::ingest
