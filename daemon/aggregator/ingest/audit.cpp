#include "daemon/aggregator/ingest/audit.h"

#include <algorithm>
#include <array>
#include <utility>

#include "firmware/core/base/coding.h"

namespace counterfoil::ingest {

using base::Code;
using base::Result;
using base::Status;
using crypto::Digest;
using ledger::Batch;
using store::Rows;

namespace {

constexpr std::string_view kDamaged = "kept_bytes_damaged";
constexpr std::string_view kMissing = "kept_events_missing";
constexpr std::string_view kBroken = "kept_chain_broken";
constexpr std::string_view kUnknown = "terminal_unknown";
constexpr std::string_view kWrong = "signature_wrong";
constexpr std::string_view kUnsigned = "signature_missing";
constexpr std::string_view kWaiting = "unsigned_tail";

struct Sentence {
    std::string_view reason;
    std::string_view text;
};
constexpr std::array<Sentence, 7> kSentences{
    {{kDamaged, "what is kept of these events cannot be read"},
     {kMissing, "these events were kept and are gone"},
     {kBroken, "from here on the kept events do not follow from each other"},
     {kUnknown, "nobody has introduced the terminal whose events these are"},
     {kWrong, "these events are not signed by their terminal's key"},
     {kUnsigned, "these events are not signed, and no failure of the signer explains it"},
     {kWaiting, "for two days the signer has not come back to vouch for these events"}}};

// Bad events that are no further apart are one finding.
constexpr std::int64_t kTogether = ledger::kMaxBatchEvents;
constexpr std::size_t kMostCertificates = 8;  // that are tried for one signature
constexpr std::int64_t kMostEndings = 100;
constexpr std::int64_t kSignerPatienceMs = std::int64_t{48} * 3600 * 1000;

Digest digest_of(base::ByteView bytes) {
    Digest digest{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), digest.size()), digest.begin());
    return digest;
}

// What the event at `seq`, which is in the batch, has to name.
Digest named_by(const Batch& batch, std::int64_t seq) {
    if (seq == batch.header().from) return batch.header().prev;
    return ledger::event_hash(
        batch.lines()[static_cast<std::size_t>(seq - batch.header().from - 1)].bytes);
}

}  // namespace

std::string_view sentence_of(const AuditFinding& finding) {
    const auto found = std::ranges::find(kSentences, finding.reason, &Sentence::reason);
    CF_CHECK(found != kSentences.end());
    return found->text;
}

// A batch's row, without its bytes.
struct Auditor::Kept {
    LedgerName name;
    std::int64_t from = 0;
    std::int64_t to = 0;
    Digest head{};
    std::int64_t at_ms = 0;

    std::int64_t events() const { return to - from + 1; }
};

Result<bool> Auditor::step() {
    CF_LET(const bool is_more, certificates_.read_on(world_.database));
    if (is_more) return true;
    CF_LET(const auto kept, next_batch());
    if (!kept || kept->name != place_.name) CF_TRY(end_ledger());
    if (!kept) {
        CF_TRY(end_round());
        return false;
    }
    Place place = kept->name == place_.name ? place_ : Place{kept->name};
    CF_TRY(look_at(*kept, place));
    CF_TRY(write(place));
    place_ = std::move(place);
    ++figures_.batches;
    return true;
}

// "Behind" in the order of the primary key; ledgers that have come since are met in their place.
Result<std::optional<Auditor::Kept>> Auditor::next_batch() {
    CF_LET(const Rows row,
           world_.database.query(
               "SELECT terminal, epoch, from_seq, to_seq, head, at_ms FROM batch "
               "WHERE (terminal, epoch, to_seq) > ($1, $2, $3) "
               "ORDER BY terminal, epoch, to_seq LIMIT 1",
               {std::string_view(place_.name.terminal), place_.name.epoch, place_.seq}));
    if (row.empty()) return std::optional<Kept>();
    return std::optional(Kept{{std::string(row.text(0, 0)), row.integer(0, 1)},
                              row.integer(0, 2),
                              row.integer(0, 3),
                              digest_of(row.blob(0, 4)),
                              row.integer(0, 5)});
}

// Nothing where they cannot be read, or are not what their row says.
Result<std::optional<Batch>> Auditor::read(const Kept& kept) {
    const auto rows = world_.database.query(
        "SELECT bytes FROM batch WHERE terminal = $1 AND epoch = $2 AND to_seq = $3",
        {std::string_view(kept.name.terminal), kept.name.epoch, kept.to});
    if (!rows.ok() && rows.error().code() != Code::corrupt) return rows.error();
    if (!rows.ok() || rows.value().empty()) return std::optional<Batch>();
    auto batch = Batch::read(rows.value().text(0, 0));
    if (!batch.ok()) return std::optional<Batch>();
    const ledger::BatchHeader& header = batch.value().header();
    if (header.to != kept.to || header.from > kept.from || kept.from > kept.to)
        return std::optional<Batch>();
    return std::optional(std::move(batch).value());
}

Status Auditor::look_at(const Kept& kept, Place& place) {
    if (kept.from > place.seq + 1) {
        find(place, kMissing, place.seq + 1, kept.from - place.seq - 1);
        place.is_signing_known = false;
    }
    CF_LET(const auto batch, read(kept));
    if (!batch) find(place, kDamaged, kept.from, kept.events());
    const bool holds = batch && follow_events(kept, *batch, place);
    if (!holds) {
        // What follows is told by what was taken for this one's end.
        place.signing = {};
        place.is_signing_known = false;
    }
    place.seq = kept.to;
    place.head = kept.head;
    return {};
}

bool Auditor::follow_events(const Kept& kept, const Batch& batch, Place& place) {
    const Digest before = kept.from == place.seq + 1 ? place.head : named_by(batch, kept.from);
    ledger::ChainFollower chain(kept.name.terminal, kept.name.epoch, kept.from, before);
    for (std::int64_t seq = kept.from; seq <= kept.to; ++seq) {
        const auto place_in_batch = static_cast<std::size_t>(seq - batch.header().from);
        const ledger::Line& line = batch.lines()[place_in_batch];
        const auto event = ledger::read_event(line.bytes);
        const Digest hash = ledger::event_hash(line.bytes);
        if (!event.ok() || chain.follow(event.value(), hash)) {
            find(place, kBroken, seq, kept.to - seq + 1);
            return false;
        }
        judge_signature(line, event.value(), hash, place);
        if (place.signing.unsigned_from() == seq) place.unsigned_since_ms = kept.at_ms;
    }
    if (chain.head() == kept.head) return true;
    find(place, kBroken, kept.to, 1);
    return false;
}

void Auditor::judge_signature(const ledger::Line& line, const ledger::EventView& event,
                              const Digest& hash, Place& place) {
    const bool has_signature = !line.signature.empty();
    if (has_signature) ++figures_.signatures;
    if (!has_signature) ++figures_.unsigned_events;
    if (!place.is_signing_known && !has_signature) return;
    if (!std::exchange(place.is_signing_known, true)) place.signing = {};
    if (place.signing.follow(event, has_signature)) find(place, kUnsigned, event.seq, 1);
    if (!has_signature) return;
    if (certificates_.of(place.name.terminal).empty() &&
        world_.terminals.find(place.name.terminal, place.name.epoch) == nullptr)
        find(place, kUnknown, event.seq, 1);
    else if (!is_signed(line, hash, place))
        find(place, kWrong, event.seq, 1);
}

bool Auditor::is_signed(const ledger::Line& line, const Digest& hash, Place& place) {
    crypto::Signature signature;
    if (!base::base64url_into(line.signature, signature)) return false;
    const auto known = certificates_.of(place.name.terminal);
    const std::size_t end = std::min(known.size(), place.certificate + kMostCertificates);
    for (std::size_t at = place.certificate; at < end; ++at) {
        if (!known[at].key.verify(hash, signature)) continue;
        place.certificate = at;
        return true;
    }
    // One that the centre's own ledger does not tell of: of the centre itself.
    const Terminal* now = world_.terminals.find(place.name.terminal, place.name.epoch);
    const bool is_told = now == nullptr || std::ranges::any_of(known, [&](const Terminal& one) {
                             return one.certificate == now->certificate;
                         });
    return !is_told && now->key.verify(hash, signature);
}

// The last of a ledger's batches can have gone, and its signer can be down for too long.
Status Auditor::end_ledger() {
    if (place_.seq == 0) return {};
    CF_LET(
        const Rows more,
        world_.database.query(
            "SELECT seq FROM ledger l WHERE terminal = $1 AND epoch = $2 AND seq > $3 AND "
            "NOT EXISTS (SELECT 1 FROM batch b WHERE b.terminal = l.terminal AND "
            "b.epoch = l.epoch AND b.to_seq > $4)",
            {std::string_view(place_.name.terminal), place_.name.epoch, place_.seq, place_.seq}));
    Place place = place_;
    if (!more.empty()) find(place, kMissing, place.seq + 1, more.integer(0, 0) - place.seq);
    const std::int64_t first = place.signing.unsigned_from();
    if (first != 0 && world_.clock.now().unix_ms - place.unsigned_since_ms >= kSignerPatienceMs)
        find(place, kWaiting, first, place.seq - first + 1);
    return write(place);
}

// Ledgers of which nothing is left were not met at all.
Status Auditor::end_round() {
    CF_LET(
        const Rows rows,
        world_.database.query("SELECT terminal, epoch, seq FROM ledger l WHERE seq > 0 AND "
                              "NOT EXISTS (SELECT 1 FROM batch b WHERE b.terminal = l.terminal AND "
                              "b.epoch = l.epoch) ORDER BY terminal, epoch LIMIT $1",
                              {kMostEndings}));
    for (std::size_t row = 0; row < rows.size(); ++row)
        CF_TRY(write({{std::string(rows.text(row, 0)), rows.integer(row, 1)},
                      1,
                      rows.integer(row, 2),
                      kMissing}));
    if (place_.seq > 0) ++figures_.rounds;
    place_ = {};
    return {};
}

void Auditor::find(Place& place, std::string_view reason, std::int64_t seq,
                   std::int64_t events) const {
    const std::int64_t last = seq + events - 1;
    Run& run = place.runs.try_emplace(reason, Run{seq, last, 0, 1, false}).first->second;
    if (seq - run.last > kTogether && run.place < world_.most_findings)
        run = {seq, last, 0, run.place + 1, false};
    run.last = last;
    run.events += events;
    run.is_written = false;
}

Status Auditor::write(Place& place) {
    for (auto& [reason, run] : place.runs) {
        if (run.is_written) continue;
        CF_TRY(write({place.name, run.first, run.events, reason}));
        run.is_written = true;
    }
    return {};
}

// Nothing is written where it is known: rounds go on for ever.
Status Auditor::write(const AuditFinding& finding) {
    const std::string_view terminal = finding.name.terminal;
    CF_LET(const Rows known,
           world_.database.query("SELECT events FROM audit_finding WHERE terminal = $1 AND "
                                 "epoch = $2 AND seq = $3 AND reason = $4",
                                 {terminal, finding.name.epoch, finding.seq, finding.reason}));
    if (!known.empty() && known.integer(0, 0) >= finding.events) return {};
    CF_TRY(world_.database.run(
        "INSERT INTO audit_finding (terminal, epoch, seq, reason, events) "
        "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (terminal, epoch, seq, reason) "
        "DO UPDATE SET events = excluded.events",
        {terminal, finding.name.epoch, finding.seq, finding.reason, finding.events}));
    if (!known.empty()) return {};
    ++figures_.findings;
    if (world_.found) world_.found(finding);
    return {};
}

}  // namespace counterfoil::ingest
