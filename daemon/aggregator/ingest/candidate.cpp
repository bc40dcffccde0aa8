#include "daemon/aggregator/ingest/candidate.h"

#include "daemon/aggregator/ingest/examination.h"
#include "firmware/core/base/coding.h"

namespace counterfoil::ingest {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using wire::Reason;

namespace {

Reason reason_of(const Error& error) {
    if (error.code() == Code::unsupported_version) return Reason::newer_format;
    return error.code() == Code::too_large ? Reason::too_large : Reason::malformed;
}

Refused refused_finding(const ledger::Finding& finding) {
    const bool is_signature = finding.fault == ledger::Fault::signature_wrong ||
                              finding.fault == ledger::Fault::signature_missing;
    return {is_signature ? Reason::bad_signature : Reason::broken_chain,
            "event " + std::to_string(finding.record) +
                " of the batch: " + std::string(ledger::fault_sentence(finding.fault)),
            true};
}

// Whether a ledger's first event is the one of this terminal's certificate.
bool is_own_genesis(const ledger::Batch& batch, const Terminal& terminal) {
    const auto event = ledger::read_event(batch.lines().front().bytes);
    if (!event.ok() || event.value().type != ledger::type_name(ledger::EventType::genesis))
        return false;
    const auto body = ledger::read_body(event.value());
    if (!body.ok()) return false;
    const auto certificates = body.value().root().array("certificates");
    const auto own = certificates.ok() ? certificates.value().first() : std::nullopt;
    return own && own->text() == base::to_hex(terminal.certificate);
}

}  // namespace

Status Terminals::load(store::Database& database) {
    CF_LET(const store::Rows rows,
           database.query("SELECT name, certificate, revoked FROM terminal ORDER BY name"));
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string name(rows.text(row, 0));
        const auto certificate = crypto::Certificate::from_der(rows.blob(row, 1));
        if (!certificate.ok()) return certificate.error().within("the certificate of " + name);
        CF_LET(auto key, crypto::Verifier::create(certificate.value().public_key()));
        terminals_.insert_or_assign(
            name,
            Terminal{std::move(key), certificate.value().fingerprint(), rows.integer(row, 2) != 0});
    }
    return {};
}

const Terminal* Terminals::find(std::string_view name) const {
    const auto found = terminals_.find(name);
    return found == terminals_.end() ? nullptr : &found->second;
}

Result<Candidate, Refused> examine(std::string_view bytes, std::string_view from,
                                   const Terminals& terminals, const HeldMarks* held) {
    const Terminal* terminal = terminals.find(from);
    if (terminal == nullptr)
        return Refused{Reason::unknown_terminal, "this terminal was never provisioned", false};
    if (terminal->is_revoked)
        return Refused{Reason::revoked, "this terminal's certificate was revoked", false};
    return examine_as(bytes, from, *terminal, held);
}

Result<Candidate, Refused> examine_as(std::string_view bytes, std::string_view from,
                                      const Terminal& terminal, const HeldMarks* held) {
    auto batch = ledger::Batch::read(bytes);
    if (!batch.ok()) return Refused{reason_of(batch.error()), batch.error().message(), true};
    Candidate candidate{bytes, std::move(batch).value(), {}, true};
    const ledger::BatchHeader& header = candidate.header();
    if (header.terminal != from)
        return Refused{Reason::wrong_terminal, "the batch is of another terminal", true};
    if (held != nullptr && header.to <= held->of({header.terminal, header.epoch})) {
        candidate.is_verified = false;
        return candidate;
    }
    const auto finding = candidate.batch.verify(
        terminal.key, [&](const ledger::EventView& event) { read_facts(event, candidate.facts); });
    if (finding) return refused_finding(*finding);
    if (header.from == 1 && !is_own_genesis(candidate.batch, terminal))
        return Refused{Reason::broken_chain,
                       "the ledger does not begin with this terminal's certificate", true};
    return candidate;
}

}  // namespace counterfoil::ingest
