#include "firmware/journal/integrity.h"

#include <algorithm>

namespace counterfoil::journal {

using base::Error;
using base::Result;
using base::Status;
using ledger::Fault;

namespace {

Status check_signature(EventTable& events, const ledger::ExportHeader& header, std::int64_t seq) {
    CF_LET(const auto key, crypto::Verifier::create(header.certificates.front().public_key()));
    CF_LET(const auto event, events.find(seq));
    if (!event || !event->signature) return damaged_event(seq, Fault::signature_missing);
    if (!key.verify(ledger::event_hash(event->bytes), *event->signature))
        return damaged_event(seq, Fault::signature_wrong);
    return {};
}

// The first event that does not fit, if any, and the hash of the last that does.
struct Walk {
    std::int64_t bad_seq = 0;
    Fault fault = Fault::empty;
    crypto::Digest head{};
};

Result<Walk> walk(EventTable& events, ledger::ChainFollower chain, std::int64_t first) {
    Walk walk;
    CF_TRY(events.visit(first, [&](const StoredEvent& stored) -> Status {
        if (walk.bad_seq != 0) return {};
        const auto event = ledger::read_event(stored.bytes);
        const auto fault = event.ok()
                               ? chain.follow(event.value(), ledger::event_hash(stored.bytes))
                               : Fault::event_malformed;
        const bool misplaced = event.ok() && stored.seq != event.value().seq;
        if (!fault && !misplaced) return {};
        walk.bad_seq = stored.seq;
        walk.fault = fault.value_or(Fault::event_out_of_order);
        return {};
    }));
    walk.head = chain.head();
    return walk;
}

// The events from `first` on, each in its place in the chain; returns the last one's hash.
Result<crypto::Digest> follow_events(EventTable& events, const Ledger& ledger, std::int64_t first) {
    const ledger::ExportHeader& header = ledger.header;
    crypto::Digest prev = ledger.base.head;
    if (first > ledger.base.seq + 1) {
        CF_LET(const auto before, events.find(first - 1));
        if (!before) return damaged_event(first - 1, Fault::event_missing);
        prev = ledger::event_hash(before->bytes);
    }
    const ledger::ChainFollower chain(header.terminal, header.epoch, first, prev);
    CF_LET(const Walk walked, walk(events, chain, first));
    if (walked.bad_seq == 0) return walked.head;
    // A broken link may be the fault of the event before; its signature tells.
    const bool link = walked.fault == Fault::link_broken && walked.bad_seq > ledger.base.seq + 1;
    if (link && !check_signature(events, header, walked.bad_seq - 1).ok())
        return damaged_event(walked.bad_seq - 1, Fault::event_altered);
    return damaged_event(walked.bad_seq, walked.fault);
}

}  // namespace

Error damaged_event(std::int64_t seq, Fault fault) {
    return Error(base::Code::corrupt, "event " + std::to_string(seq) + " does not hold: " +
                                          std::string(ledger::fault_name(fault)) + ", " +
                                          std::string(ledger::fault_sentence(fault)));
}

Result<Tail> check_tail(EventTable& events, const Ledger& ledger) {
    Tail tail;
    const std::int64_t begin = ledger.base.seq + 1;
    CF_LET(tail.seq, events.last_seq());
    if (tail.seq < begin) return damaged_event(begin, Fault::event_missing);
    const std::int64_t first = std::max(begin, tail.seq - kTailEvents + 1);
    CF_LET(tail.hash, follow_events(events, ledger, first));
    CF_LET(tail.last, events.find(tail.seq));
    CF_LET(const std::int64_t signed_seq, events.last_signed_seq());
    if (signed_seq == 0) return damaged_event(begin, Fault::signature_missing);
    if (signed_seq < tail.seq) tail.unsigned_from = signed_seq + 1;
    CF_TRY(check_signature(events, ledger.header, signed_seq));
    return tail;
}

Status check_all_events(EventTable& events, const Ledger& ledger) {
    ledger::ExportVerifier verifier({});
    verifier.add(ledger::write_header(ledger.header));
    if (ledger.base.seq > 0) verifier.add(ledger::write_base(ledger.base));
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
