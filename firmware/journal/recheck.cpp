#include "firmware/journal/recheck.h"

#include <algorithm>

namespace counterfoil::journal {

using base::Result;
using base::Status;
using ledger::Fault;

namespace {

// What the event behind `seq` has to name.
Result<crypto::Digest> head_at(JournalReader& journal, const ledger::Base& base, std::int64_t seq) {
    if (seq == base.seq) return base.head;
    CF_LET(const auto before, journal.find(seq));
    if (!before) return base::Error(base::Code::corrupt, "the ledger has a gap");
    return ledger::event_hash(before->bytes);
}

std::optional<Fault> judge(const StoredEvent& stored, ledger::ChainFollower& chain,
                           const crypto::Verifier& key) {
    const auto event = ledger::read_event(stored.bytes);
    if (!event.ok()) return Fault::event_malformed;
    const crypto::Digest hash = ledger::event_hash(stored.bytes);
    const bool is_signed_so = !stored.signature || key.verify(hash, *stored.signature);
    if (const auto fault = chain.follow(event.value(), hash)) return fault;
    if (!is_signed_so) return Fault::signature_wrong;
    return {};
}

}  // namespace

Result<Recheck> recheck_last(JournalReader& journal, std::int64_t events) {
    CF_CHECK(events > 0);
    const ledger::ExportHeader& header = journal.header();
    CF_LET(const ledger::Base base, journal.base());
    CF_LET(const std::int64_t last, journal.last_seq());
    Recheck result;
    if (last <= base.seq) return result;
    result.from_seq = std::max(base.seq, last - events) + 1;
    CF_LET(const crypto::Digest head, head_at(journal, base, result.from_seq - 1));
    CF_LET(const auto key, crypto::Verifier::create(header.certificates.front().public_key()));
    ledger::ChainFollower chain(header.terminal, header.epoch, result.from_seq, head);
    CF_TRY(journal.visit(result.from_seq, [&](const StoredEvent& stored) -> Status {
        // What is recorded meanwhile is looked at next time.
        if (result.bad_seq != 0 || stored.seq > last) return {};
        ++result.checked;
        result.to_seq = stored.seq;
        if (!stored.signature) ++result.unsigned_events;
        if (const auto fault = judge(stored, chain, key)) {
            result.bad_seq = stored.seq;
            result.fault = *fault;
        }
        return {};
    }));
    return result;
}

}  // namespace counterfoil::journal
