#include "firmware/core/ledger/export.h"

#include "firmware/core/base/coding.h"
#include "firmware/core/ledger/line_reader.h"

namespace counterfoil::ledger {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::int64_t kExportVersion = 1;
constexpr std::int64_t kProgressEvery = 20'000;
// Of no event, the members of which begin otherwise.
constexpr std::string_view kBaseBeginning = "{\"counterfoil\":\"base\"";
// A header holds up to four certificates; a line of events is longer still.
static_assert(kMaxLineBytes > crypto::kMaxChain * 4096 * 4 / 3);

Error not_a_header() {
    return Error(Code::malformed, "the first line is not that of an exported ledger");
}

}  // namespace

std::string write_header(const ExportHeader& header) {
    json::Array certificates;
    for (const auto& certificate : header.certificates)
        certificates.add(base::to_base64url(certificate.der()));
    json::Object object;
    object.set("counterfoil", "ledger")
        .set("v", kExportVersion)
        .set("terminal", header.terminal)
        .set("epoch", header.epoch)
        .set("certificates", std::move(certificates));
    auto line = object.write();
    CF_CHECK(line.ok());
    return std::move(line).value();
}

Result<ExportHeader> read_header(std::string_view line) {
    CF_LET(const json::Document document, json::Document::parse(line));
    const json::Value root = document.root();
    CF_LET(const std::string_view kind, root.text("counterfoil"));
    CF_LET(const std::int64_t version, root.integer("v"));
    if (kind != "ledger" || version < 1) return not_a_header();
    if (version > kExportVersion)
        return Error(Code::unsupported_version, "the export is of a newer version");
    ExportHeader header;
    CF_LET(header.terminal, root.text("terminal"));
    CF_LET(header.epoch, root.integer("epoch"));
    CF_LET(const json::Value list, root.array("certificates"));
    for (auto item = list.first(); item; item = item->next()) {
        if (!item->text() || header.certificates.size() == crypto::kMaxChain) return not_a_header();
        CF_LET(const base::Bytes der, base::from_base64url(*item->text()));
        CF_LET(crypto::Certificate certificate, crypto::Certificate::from_der(der));
        header.certificates.push_back(std::move(certificate));
    }
    // One header has one text: what differs in a space or an escape was changed by somebody.
    if (header.certificates.empty() || write_header(header) != line) return not_a_header();
    return header;
}

std::string write_base(const Base& base) {
    CF_CHECK(base.seq >= 1);
    json::Object object;
    object.set("counterfoil", "base").set("v", kExportVersion);
    object.set("seq", base.seq).set("head", base::to_hex(base.head));
    auto line = object.write();
    CF_CHECK(line.ok());
    return std::move(line).value();
}

bool is_base(std::string_view line) {
    return line.starts_with(kBaseBeginning);
}

Result<Base> read_base(std::string_view line) {
    const Error malformed(Code::malformed, "the line is not the base of an exported ledger");
    CF_LET(const json::Document document, json::Document::parse(line));
    const auto seq = document.root().integer("seq");
    const auto head = document.root().text("head");
    Base base;
    if (!seq.ok() || seq.value() < 1 || !head.ok() || !base::hex_into(head.value(), base.head))
        return malformed;
    base.seq = seq.value();
    // One base has one text, as a header has.
    if (write_base(base) != line) return malformed;
    return base;
}

json::Object genesis_body(const base::Uuid& incarnation,
                          const std::vector<crypto::Certificate>& certificates,
                          const std::optional<EpochGrant>& grant) {
    json::Array fingerprints;
    for (const auto& certificate : certificates)
        fingerprints.add(base::to_hex(certificate.fingerprint()));
    json::Object body;
    body.set("incarnation", incarnation.text()).set("certificates", std::move(fingerprints));
    if (grant) body.set("grant", write_grant(*grant));
    return body;
}

bool ExportVerifier::add(std::string_view line) {
    if (finding_) return diagnose(line);
    if (records_ == 0 && !is_begun_) {
        is_begun_ = true;
        if (const auto fault = begin_at(line)) report(*fault);
        if (finding_) return false;
        if (is_base(line)) return true;
    }
    ++records_;
    const auto fault = records_ == 0 ? start(line) : check(line);
    if (fault) report(*fault);
    // A header that does not hold leaves nothing to go on with.
    return !finding_ || records_ > 0;
}

void ExportVerifier::fail(Fault fault) {
    if (finding_) return;
    ++records_;
    report(fault);
}

void ExportVerifier::report(Fault fault) {
    finding_ = Finding{records_, fault};
}

std::optional<Fault> ExportVerifier::start(std::string_view line) {
    auto header = read_header(line);
    if (!header.ok()) {
        const bool certificate = header.error().code() == Code::bad_certificate;
        return certificate ? Fault::bad_certificate : Fault::header_malformed;
    }
    header_ = std::move(header).value();
    const crypto::Certificate& own = header_.certificates.front();
    if (own.name() != header_.terminal) return Fault::bad_certificate;
    if (!crypto::verify_chain(header_.certificates, options_.root).ok())
        return Fault::bad_certificate;
    auto key = crypto::Verifier::create(own.public_key());
    if (!key.ok()) return Fault::bad_certificate;
    key_ = std::make_shared<const crypto::Verifier>(std::move(key).value());
    chain_.emplace(header_.terminal, header_.epoch, 1, kNoEvent);
    return {};
}

// It is no record of its own, so that an event's record is its number here, too.
std::optional<Fault> ExportVerifier::begin_at(std::string_view line) {
    if (is_base(line)) {
        const auto base = read_base(line);
        if (!base.ok()) return Fault::base_malformed;
        summary_.base = base.value();
        records_ = summary_.base.seq;
        chain_.emplace(header_.terminal, header_.epoch, summary_.base.seq + 1, summary_.base.head);
    }
    return check_beginning();
}

std::optional<Fault> ExportVerifier::check_beginning() const {
    const auto& receipt = options_.receipt;
    const Base& base = summary_.base;
    // The genesis would show the grant; a receipt shows that the centre took the epoch's events.
    if (!receipt && options_.centre && base.seq > 0) return Fault::grant_missing;
    if (!receipt) return {};
    if (receipt->terminal != header_.terminal || receipt->epoch != header_.epoch)
        return Fault::receipt_mismatch;
    if (base.seq > receipt->seq) return Fault::base_unreceived;
    return check_receipted(base.seq, base.head);
}

std::optional<Fault> ExportVerifier::check_receipted(std::int64_t seq,
                                                     const crypto::Digest& hash) const {
    const auto& receipt = options_.receipt;
    if (!receipt || receipt->seq != seq || receipt->head == hash) return {};
    return Fault::receipt_mismatch;
}

std::optional<Fault> ExportVerifier::check(std::string_view text) {
    const auto line = split_line(text);
    if (!line) return Fault::event_malformed;
    const auto event = read_event(line->bytes);
    if (!event.ok()) return Fault::event_malformed;
    suspect_ = event_hash(line->bytes);
    const auto fault = chain_->follow(event.value(), suspect_);
    // A broken link can be this event's fault or the last one's; a signature tells which.
    if (fault == Fault::link_broken && !last_signature_holds()) {
        --records_;
        return Fault::event_altered;
    }
    // An event that does not fit may be displaced, or be no event of this terminal at all.
    if (fault) return is_forged(*line) ? Fault::signature_wrong : fault;
    if (records_ == 1) {
        const auto no_genesis = check_genesis(event.value());
        if (no_genesis) return no_genesis;
    }
    const bool due = records_ % options_.signature_every == 0;
    const auto unsigned_or_wrong = check_signature(*line, event.value(), due);
    if (unsigned_or_wrong) return unsigned_or_wrong;
    if (const auto other = check_receipted(records_, suspect_)) return other;
    ++summary_.events;
    if (event.value().version > kEventVersion) ++summary_.newer_events;
    return {};
}

bool ExportVerifier::is_forged(const Line& line) const {
    crypto::Signature signature;
    if (line.signature.empty()) return false;
    return !base::base64url_into(line.signature, signature) || !key_->verify(suspect_, signature);
}

std::optional<Fault> ExportVerifier::check_genesis(const EventView& event) {
    if (event.type != type_name(EventType::genesis)) return Fault::genesis_missing;
    const auto body = read_body(event);
    if (!body.ok()) return Fault::genesis_missing;
    const auto pinned = body.value().root().array("certificates");
    if (!pinned.ok()) return Fault::genesis_missing;
    auto item = pinned.value().first();
    for (const auto& certificate : header_.certificates) {
        if (!item || item->text() != base::to_hex(certificate.fingerprint()))
            return Fault::certificate_mismatch;
        item = item->next();
    }
    if (item) return Fault::certificate_mismatch;
    return check_grant(body.value().root());
}

std::optional<Fault> ExportVerifier::check_grant(const json::Value& genesis) {
    const auto value = genesis.find("grant");
    if (!value) return options_.centre ? std::optional(Fault::grant_missing) : std::nullopt;
    const auto grant = read_grant(*value);
    if (!grant.ok()) return Fault::grant_wrong;
    summary_.granted_at = grant.value().at;
    if (!options_.centre) return {};
    const auto centre = crypto::Verifier::create(options_.centre->public_key());
    const EpochName name = name_epoch(header_.certificates.front(), header_.epoch);
    if (centre.ok() && holds(grant.value(), name, centre.value())) return {};
    return Fault::grant_wrong;
}

std::optional<Fault> ExportVerifier::check_signature(const Line& line, const EventView& event,
                                                     bool due) {
    last_ = Last{suspect_, {}, !line.signature.empty(), false};
    if (!last_.has_signature) {
        const auto fault = signing_.follow(event, false);
        if (!fault) ++summary_.unsigned_events;
        return fault;
    }
    if (!base::base64url_into(line.signature, last_.signature)) return Fault::event_malformed;
    const bool recovery = signing_.unsigned_from() != 0;
    if ((due || recovery) && !last_signature_holds()) return Fault::signature_wrong;
    return signing_.follow(event, true);
}

bool ExportVerifier::last_signature_holds() {
    if (!last_.has_signature || last_.checked) return true;
    last_.checked = key_->verify(last_.hash, last_.signature);
    return last_.checked;
}

// Reads on behind a fault, to tell a lost event from a displaced one and a changed event from a
// foreign signature.
bool ExportVerifier::diagnose(std::string_view text) {
    const auto line = split_line(text);
    const auto event = line ? read_event(line->bytes) : Result<EventView>(not_a_header());
    if (finding_->fault == Fault::event_missing) {
        if (event.ok() && event.value().seq == chain_->next_seq())
            finding_->fault = Fault::event_out_of_order;
        return finding_->fault == Fault::event_missing;
    }
    if (finding_->fault == Fault::signature_wrong && event.ok() && event.value().prev != suspect_)
        finding_->fault = Fault::event_altered;
    return false;
}

Verdict ExportVerifier::finish() {
    if (!finding_ && records_ < 0) finding_ = Finding{0, Fault::empty};
    if (!finding_ && summary_.events == 0) finding_ = Finding{0, Fault::empty};
    if (!finding_ && !last_signature_holds()) report(Fault::signature_wrong);
    if (!finding_ && signing_.unsigned_from() != 0)
        finding_ = Finding{signing_.unsigned_from(), Fault::unsigned_tail};
    if (!finding_ && options_.head && *options_.head != chain_->head())
        report(Fault::head_mismatch);
    if (!finding_ && options_.receipt && options_.receipt->seq >= chain_->next_seq())
        report(Fault::head_mismatch);
    if (finding_) return *finding_;
    summary_.head = chain_->head();
    summary_.epoch = header_.epoch;
    return summary_;
}

Verdict verify_export(std::istream& in, const VerifyOptions& options,
                      void (*progress)(std::int64_t events)) {
    ExportVerifier verifier(options);
    LineReader reader(in, kMaxLineBytes);
    for (;;) {
        const LineReader::Line line = reader.next();
        if (line.kind == LineReader::Kind::end) break;
        if (line.kind == LineReader::Kind::truncated) verifier.fail(Fault::line_truncated);
        if (line.kind == LineReader::Kind::too_long) verifier.fail(Fault::line_too_long);
        if (line.kind != LineReader::Kind::whole || !verifier.add(line.text)) break;
        if (progress != nullptr && verifier.records() % kProgressEvery == 0)
            progress(verifier.records());
    }
    return verifier.finish();
}

}  // namespace counterfoil::ledger
