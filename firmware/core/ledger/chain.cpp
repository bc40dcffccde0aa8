#include "firmware/core/ledger/chain.h"

#include <utility>

#include "firmware/core/base/coding.h"

namespace counterfoil::ledger {
namespace {

struct FaultText {
    std::string_view name;
    std::string_view sentence;
};

FaultText describe(Fault fault) {
    switch (fault) {
        case Fault::header_malformed:
            return {"header_malformed", "the first line is not that of an exported ledger"};
        case Fault::bad_certificate:
            return {"bad_certificate", "the certificates do not lead to the root"};
        case Fault::certificate_mismatch:
            return {"certificate_mismatch",
                    "the certificates are not the ones that the first event names"};
        case Fault::line_truncated:
            return {"line_truncated", "the last line is cut off"};
        case Fault::line_too_long:
            return {"line_too_long", "the line is longer than any event"};
        case Fault::event_malformed:
            return {"event_malformed", "the line does not hold an event and its signature"};
        case Fault::wrong_terminal:
            return {"wrong_terminal", "the event is of another terminal or epoch"};
        case Fault::genesis_missing:
            return {"genesis_missing", "event 1 does not open a ledger"};
        case Fault::event_missing:
            return {"event_missing", "an event before this one is left out"};
        case Fault::event_out_of_order:
            return {"event_out_of_order", "an event that belongs before this one comes later"};
        case Fault::event_repeated:
            return {"event_repeated", "the event stands here again"};
        case Fault::event_forked:
            return {"event_forked", "another event has the same number as the one before"};
        case Fault::link_broken:
            return {"link_broken", "the event does not name the one before it"};
        case Fault::event_altered:
            return {"event_altered", "the event is not what the terminal recorded"};
        case Fault::signature_wrong:
            return {"signature_wrong", "the signature is not by the terminal's key"};
        case Fault::signature_missing:
            return {"signature_missing", "the event is not signed, and nothing says why"};
        case Fault::unsigned_tail:
            return {"unsigned_tail", "the signer failed here and no later event vouches for this"};
        case Fault::grant_missing:
            return {"grant_missing", "no centre has countersigned that this epoch begins"};
        case Fault::grant_wrong:
            return {"grant_wrong", "the epoch's grant is not signed by the expected centre"};
        case Fault::head_mismatch:
            return {"head_mismatch", "the last event is not the expected head: events are missing"};
        case Fault::base_malformed:
            return {"base_malformed", "what says where the ledger begins is not in its form"};
        case Fault::base_unreceived:
            return {"base_unreceived",
                    "more is left out at the beginning than the centre's receipt covers"};
        case Fault::receipt_mismatch:
            return {"receipt_mismatch", "the centre's receipt is about another event or ledger"};
        case Fault::empty:
            return {"empty", "there are no events"};
    }
    CF_CHECK(false);
}

}  // namespace

std::string_view fault_name(Fault fault) {
    return describe(fault).name;
}

std::string_view fault_sentence(Fault fault) {
    return describe(fault).sentence;
}

void append_line(std::string& out, std::string_view bytes,
                 const std::optional<crypto::Signature>& signature) {
    out.append(bytes).push_back('\t');
    if (signature) out.append(base::to_base64url(*signature));
    out.push_back('\n');
}

std::optional<Line> split_line(std::string_view line) {
    // No tab stands in an event: JSON escapes it inside texts and we write none outside them.
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) return {};
    const Line parts{line.substr(0, tab), line.substr(tab + 1)};
    if (!parts.signature.empty() && parts.signature.size() != kSignatureTextSize) return {};
    return parts;
}

namespace {

bool is_of(const EventView& event, EventType type) {
    return event.type == type_name(type);
}

bool vouches_for(const EventView& event, std::int64_t first, std::int64_t last) {
    const auto body = read_body(event);
    if (!is_of(event, EventType::signer_recovered) || !body.ok()) return false;
    const auto named_first = body.value().root().integer("first");
    const auto named_last = body.value().root().integer("last");
    return named_first.ok() && named_last.ok() && named_first.value() == first &&
           named_last.value() == last;
}

}  // namespace

std::optional<Fault> SigningFollower::follow(const EventView& event, bool is_signed) {
    if (is_signed) {
        const std::int64_t first = std::exchange(unsigned_from_, 0);
        if (first == 0 || vouches_for(event, first, event.seq - 1)) return {};
        return Fault::signature_missing;
    }
    if (is_of(event, EventType::signer_recovered)) return Fault::signature_missing;
    if (unsigned_from_ != 0) return {};
    if (!is_of(event, EventType::signer_failed)) return Fault::signature_missing;
    unsigned_from_ = event.seq;
    return {};
}

std::optional<Fault> ChainFollower::follow(const EventView& event, const crypto::Digest& hash) {
    if (event.terminal != terminal_ || event.epoch != epoch_) return Fault::wrong_terminal;
    if (event.seq > next_seq_) return Fault::event_missing;
    if (event.seq < next_seq_) {
        const bool forked = event.seq == next_seq_ - 1 && hash != head_;
        return forked ? Fault::event_forked : Fault::event_repeated;
    }
    if (event.prev != head_) return Fault::link_broken;
    head_ = hash;
    ++next_seq_;
    return {};
}

}  // namespace counterfoil::ledger
