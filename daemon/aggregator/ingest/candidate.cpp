#include "daemon/aggregator/ingest/candidate.h"

#include "firmware/core/base/coding.h"

namespace counterfoil::ingest {

using base::Code;
using base::Result;
using base::Status;
using wire::Reason;

namespace {

constexpr std::string_view kKnown =
    "SELECT t.name, COALESCE(l.certificate, t.certificate), "
    "CASE WHEN t.revoked <> 0 OR l.revoked <> 0 THEN 1 ELSE 0 END, COALESCE(l.epoch, 1) "
    "FROM terminal t LEFT JOIN ledger l ON l.terminal = t.name";

Result<store::Rows> all_known(store::Database& database) {
    return database.query(std::string(kKnown) + " ORDER BY t.name, l.epoch");
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
bool is_own_genesis(const ledger::Batch& batch, const crypto::Digest& certificate) {
    const auto event = ledger::read_event(batch.lines().front().bytes);
    if (!event.ok() || event.value().type != ledger::type_name(ledger::EventType::genesis))
        return false;
    const auto body = ledger::read_body(event.value());
    if (!body.ok()) return false;
    const auto certificates = body.value().root().array("certificates");
    const auto own = certificates.ok() ? certificates.value().first() : std::nullopt;
    return own && own->text() == base::to_hex(certificate);
}

Result<Candidate, Refused> read_candidate(std::string_view bytes, std::string_view from) {
    auto batch = ledger::Batch::read(bytes);
    if (!batch.ok()) return unreadable(batch.error());
    Candidate candidate{bytes, std::move(batch).value(), {}, true};
    if (candidate.header().terminal != from)
        return Refused{Reason::wrong_terminal, "the batch is of another terminal", true};
    return candidate;
}

// `key` proves its signature; nothing: that is known to hold.
Result<Candidate, Refused> judge_content(Candidate candidate, const crypto::Verifier* key,
                                         const crypto::Digest& certificate) {
    const ledger::BatchVisitor visitor{counts_by_body, [&](const ledger::ReadEvent& event) {
                                           read_facts(event, candidate.facts);
                                       }};
    const auto finding = key != nullptr ? candidate.batch.verify(*key, visitor)
                                        : candidate.batch.verify_links(visitor);
    if (finding) return refused_finding(*finding);
    if (candidate.header().from == 1 && !is_own_genesis(candidate.batch, certificate))
        return Refused{Reason::broken_chain,
                       "the ledger does not begin with this terminal's certificate", true};
    return candidate;
}

Result<Candidate, Refused> judge(Candidate candidate, const Terminal& terminal,
                                 const HeldMarks* held) {
    const ledger::BatchHeader& header = candidate.header();
    if (held != nullptr && header.to <= held->of({header.terminal, header.epoch})) {
        candidate.is_verified = false;
        return candidate;
    }
    return judge_content(std::move(candidate), &terminal.key, terminal.certificate);
}

}  // namespace

Refused unreadable(const base::Error& error) {
    Reason reason = Reason::malformed;
    if (error.code() == Code::unsupported_version) reason = Reason::newer_format;
    if (error.code() == Code::too_large) reason = Reason::too_large;
    return {reason, error.message(), true};
}

Result<Terminal> Terminal::of(const crypto::Certificate& certificate, bool is_revoked) {
    CF_LET(auto key, crypto::Verifier::create(certificate.public_key()));
    return Terminal{std::move(key), certificate.fingerprint(), is_revoked};
}

Status Terminals::load(store::Database& database) {
    CF_LET(const store::Rows rows, all_known(database));
    CF_TRY(take(rows));
    loaded_ = rows;
    return {};
}

Result<bool> Terminals::are_changed(store::Database& database) const {
    CF_LET(const store::Rows rows, all_known(database));
    return loaded_ != rows;
}

Status Terminals::take(const store::Rows& rows) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string name(rows.text(row, 0));
        const auto certificate = crypto::Certificate::from_der(rows.blob(row, 1));
        if (!certificate.ok()) return certificate.error().within("the certificate of " + name);
        CF_LET(auto terminal, Terminal::of(certificate.value(), rows.integer(row, 2) != 0));
        terminals_[name].insert_or_assign(rows.integer(row, 3), std::move(terminal));
    }
    return {};
}

const Terminal* Terminals::find(std::string_view name, std::int64_t epoch) const {
    const auto found = terminals_.find(name);
    if (found == terminals_.end()) return nullptr;
    const auto one = found->second.find(epoch);
    return one == found->second.end() ? nullptr : &one->second;
}

const Terminal* Terminals::find_last(std::string_view name) const {
    const auto found = terminals_.find(name);
    return found == terminals_.end() ? nullptr : &found->second.rbegin()->second;
}

Result<Candidate, Refused> examine(std::string_view bytes, std::string_view from,
                                   const Terminals& terminals, const HeldMarks* held) {
    const Terminal* last = terminals.find_last(from);
    if (last == nullptr)
        return Refused{Reason::unknown_terminal, "this terminal was never provisioned", false};
    CF_LET(Candidate candidate, read_candidate(bytes, from));
    const Terminal* terminal = terminals.find(from, candidate.header().epoch);
    // Whoever has lost its rights is told so, whatever it names.
    if ((terminal == nullptr ? last : terminal)->is_revoked)
        return Refused{Reason::revoked, "this terminal's certificate was revoked", false};
    if (terminal == nullptr)
        return Refused{Reason::epoch_unknown, "nobody has opened that epoch", false};
    return judge(std::move(candidate), *terminal, held);
}

Result<Candidate, Refused> examine_as(std::string_view bytes, std::string_view from,
                                      const Terminal& terminal) {
    CF_LET(Candidate candidate, read_candidate(bytes, from));
    return judge(std::move(candidate), terminal, nullptr);
}

Result<Candidate, Refused> examine_written(const ledger::WrittenBatch& batch,
                                           const crypto::Digest& certificate) {
    CF_LET(Candidate candidate, read_candidate(batch.bytes, batch.header.terminal));
    return judge_content(std::move(candidate), nullptr, certificate);
}

}  // namespace counterfoil::ingest
