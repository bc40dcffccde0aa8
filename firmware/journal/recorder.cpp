#include "firmware/journal/recorder.h"

#include <algorithm>

namespace counterfoil::journal {

using base::Result;
using base::Status;
using ledger::EventType;

namespace {
// Clocks drift and are nudged by network time; what is below this is not a step.
constexpr std::int64_t kClockStepMs = 2000;
}  // namespace

Recorder::Recorder(const World& world, const ledger::ExportHeader& header, EventTable& events,
                   Projections& projections, Chain& chain)
    : world_(world),
      header_(header),
      events_(events),
      projections_(projections),
      chain_(chain),
      now_{std::max(world.clock.now(), world.not_before), world.boot, world.clock.steady_ms()} {}

Status Recorder::record(const std::vector<Draft>& drafts) {
    CF_TRY(record_clock_step());
    if (chain_.unsigned_from != 0) CF_TRY(record_recovery());
    for (const Draft& draft : drafts) CF_TRY(record_one(draft));
    return {};
}

// Within one start of the machine the clock must have moved as far as the machine's own count.
// Across starts only a step back shows.
Status Recorder::record_clock_step() {
    if (!chain_.last) return {};
    const bool same_start = chain_.last->boot == now_.boot;
    base::WallTime expected = chain_.last->at;
    if (same_start) expected.unix_ms += now_.mono_ms - chain_.last->mono_ms;
    const std::int64_t step_ms = now_.at.unix_ms - expected.unix_ms;
    if (step_ms > -kClockStepMs && (step_ms < kClockStepMs || !same_start)) return {};
    json::Object body;
    body.set("expected", base::to_rfc3339(expected)).set("step_ms", step_ms);
    return record_one({EventType::clock_stepped, std::move(body)});
}

// A signed event that vouches for the unsigned ones before it; nothing while the signer still
// fails.
Status Recorder::record_recovery() {
    Draft draft{EventType::signer_recovered, {}};
    draft.body.set("first", chain_.unsigned_from).set("last", chain_.next_seq - 1);
    CF_LET(const std::string body, draft.body.write());
    CF_LET(const std::string bytes, write(draft, body));
    const auto signature = world_.signer.sign(ledger::event_hash(bytes));
    if (!signature.ok()) return {};
    chain_.unsigned_from = 0;
    return insert(bytes, signature.value());
}

Status Recorder::record_one(const Draft& draft) {
    CF_LET(const std::string body, draft.body.write());
    if (chain_.unsigned_from != 0) return record_unsigned(draft, body);
    CF_LET(const std::string bytes, write(draft, body));
    const auto signature = world_.signer.sign(ledger::event_hash(bytes));
    if (signature.ok()) return insert(bytes, signature.value());
    // A customer is waiting: the sale goes on, and the chain says from where on it is unsigned.
    Draft failure{EventType::signer_failed, {}};
    failure.body.set("reason", signature.error().message());
    CF_LET(const std::string failure_body, failure.body.write());
    chain_.unsigned_from = chain_.next_seq;
    CF_TRY(record_unsigned(failure, failure_body));
    return record_unsigned(draft, body);
}

Status Recorder::record_unsigned(const Draft& draft, std::string_view body) {
    CF_LET(const std::string bytes, write(draft, body));
    return insert(bytes, {});
}

Result<std::string> Recorder::write(const Draft& draft, std::string_view body) const {
    ledger::Envelope envelope;
    envelope.terminal = header_.terminal;
    envelope.epoch = header_.epoch;
    envelope.seq = chain_.next_seq;
    envelope.prev = chain_.head;
    envelope.at = now_.at;
    envelope.boot = now_.boot;
    envelope.mono_ms = now_.mono_ms;
    envelope.shift = draft.shift;
    envelope.staff = draft.staff;
    envelope.type = draft.type;
    return ledger::write_event(envelope, body);
}

Status Recorder::insert(std::string_view bytes, const std::optional<crypto::Signature>& signature) {
    const auto event = ledger::read_event(bytes);
    // What cannot be read back must never be signed and stored.
    CF_CHECK(event.ok() && event.value().seq == chain_.next_seq);
    CF_TRY(events_.insert(chain_.next_seq, bytes, signature));
    CF_TRY(projections_.apply(event.value()));
    chain_.head = ledger::event_hash(bytes);
    ++chain_.next_seq;
    chain_.last = now_;
    return {};
}

}  // namespace counterfoil::journal
