#include "firmware/journal/integrity.h"

#include <algorithm>

namespace counterfoil::journal {

using base::Error;
using base::Result;
using base::Status;
using ledger::Fault;

namespace {

// The events from `first` on, each in its place in the chain; returns the last one's hash.
Result<crypto::Digest> follow_events(EventTable& events, const ledger::ExportHeader& header,
                                     std::int64_t first) {
    crypto::Digest prev = ledger::kNoEvent;
    if (first > 1) {
        CF_LET(const auto before, events.find(first - 1));
        if (!before) return damaged_event(first - 1, Fault::event_missing);
        prev = ledger::event_hash(before->bytes);
    }
    ledger::ChainFollower chain(header.terminal, header.epoch, first, prev);
    CF_TRY(events.visit(first, [&chain](const StoredEvent& stored) -> Status {
        const auto event = ledger::read_event(stored.bytes);
        if (!event.ok()) return damaged_event(stored.seq, Fault::event_malformed);
        const auto fault = chain.follow(event.value(), ledger::event_hash(stored.bytes));
        if (fault) return damaged_event(stored.seq, *fault);
        if (stored.seq != event.value().seq)
            return damaged_event(stored.seq, Fault::event_out_of_order);
        return {};
    }));
    return chain.head();
}

Status check_signature(EventTable& events, const ledger::ExportHeader& header, std::int64_t seq) {
    CF_LET(const auto key, crypto::Verifier::create(header.certificates.front().public_key()));
    CF_LET(const auto event, events.find(seq));
    if (!event || !event->signature) return damaged_event(seq, Fault::signature_missing);
    if (!key.verify(ledger::event_hash(event->bytes), *event->signature))
        return damaged_event(seq, Fault::signature_wrong);
    return {};
}

}  // namespace

Error damaged_event(std::int64_t seq, Fault fault) {
    return Error(base::Code::corrupt, "event " + std::to_string(seq) + " does not hold: " +
                                          std::string(ledger::fault_name(fault)) + ", " +
                                          std::string(ledger::fault_sentence(fault)));
}

Result<Tail> check_tail(EventTable& events, const ledger::ExportHeader& header) {
    Tail tail;
    CF_LET(tail.seq, events.last_seq());
    if (tail.seq == 0) return damaged_event(1, Fault::event_missing);
    const std::int64_t first = std::max<std::int64_t>(1, tail.seq - kTailEvents + 1);
    CF_LET(tail.hash, follow_events(events, header, first));
    CF_LET(tail.last, events.find(tail.seq));
    CF_LET(const std::int64_t signed_seq, events.last_signed_seq());
    if (signed_seq == 0) return damaged_event(1, Fault::signature_missing);
    if (signed_seq < tail.seq) tail.unsigned_from = signed_seq + 1;
    CF_TRY(check_signature(events, header, signed_seq));
    return tail;
}

Status check_all_events(EventTable& events, const ledger::ExportHeader& header) {
    ledger::ExportVerifier verifier({});
    verifier.add(ledger::write_header(header));
    std::string line;
    CF_TRY(events.visit(1, [&](const StoredEvent& stored) -> Status {
        line.clear();
        ledger::append_line(line, stored.bytes, stored.signature);
        line.pop_back();
        verifier.add(line);
        return {};
    }));
    const ledger::Verdict verdict = verifier.finish();
    const auto* finding = std::get_if<ledger::Finding>(&verdict);
    // An unsigned end is no damage: the signer may be down just now.
    if (finding == nullptr || finding->fault == Fault::unsigned_tail) return {};
    return damaged_event(finding->record, finding->fault);
}

}  // namespace counterfoil::journal
