#include "daemon/aggregator/ingest/reception.h"

#include <algorithm>

#include "daemon/aggregator/ingest/contact.h"
#include "daemon/aggregator/ingest/own_ledger.h"
#include "firmware/core/ledger/receipt.h"
#include "firmware/core/wire/from_centre.h"

namespace counterfoil::ingest {

using base::Code;
using base::Result;
using base::Status;
using wire::Cursor;
using wire::Nak;
using wire::Reason;

namespace {

// How many events a terminal may have under way: sixteen full batches.
constexpr std::int64_t kCredit = 16 * static_cast<std::int64_t>(ledger::kMaxBatchEvents);
constexpr std::int64_t kMostQuarantined = 100;  // of one terminal

Nak nak_of(Reason reason, std::string sentence) {
    Nak nak;
    nak.reason = reason;
    nak.sentence = std::move(sentence);
    return nak;
}

Nak nak_of(const Kept& kept, std::int64_t from) {
    Nak nak;
    nak.answers = wire::Kind::batch;
    nak.from = from;
    switch (kept.kind) {
        case Kept::Kind::gap:
            nak.reason = Reason::gap;
            nak.sentence = "events before these are missing";
            nak.expected_seq = kept.cursor.seq + 1;
            return nak;
        case Kept::Kind::fork:
            nak.reason = Reason::fork;
            nak.sentence = "this terminal has signed another history before: see to it";
            return nak;
        case Kept::Kind::frozen:
            nak.reason = Reason::epoch_frozen;
            nak.sentence = "two histories of this ledger were found: see to it";
            return nak;
        default:
            nak.reason = Reason::epoch_unknown;
            nak.sentence = "nobody has opened that epoch";
            return nak;
    }
}

Nak nak_of(Contact::Kind kind) {
    Nak nak = nak_of(Reason::wrong_incarnation, "");
    nak.answers = wire::Kind::hello;
    if (kind == Contact::Kind::behind) {
        nak.sentence = "the centre holds more of this ledger than it has";
    } else if (kind == Contact::Kind::another) {
        nak.sentence = "the centre holds another ledger under this name: see to it";
    } else {
        nak.reason = Reason::epoch_unknown;
        nak.sentence = "nobody has opened that epoch";
    }
    return nak;
}

}  // namespace

// What becomes of one call of take().
struct Reception::Work {
    std::vector<Candidate> candidates;
    std::vector<Outgoing> answers;
    std::map<std::string, Cursor> held;  // of terminals that get a receipt
};

Result<Reception> Reception::open(const World& world) {
    Reception reception(world);
    CF_TRY(reception.reload());
    return reception;
}

Status Reception::reload() {
    CF_LET(own_epoch_, own_epoch(world_.database));
    return terminals_.load(world_.database);
}

Result<std::vector<Outgoing>> Reception::take(std::span<const Incoming> messages) {
    Work work;
    for (const Incoming& message : messages) CF_TRY(look_at(message, work));
    if (!work.candidates.empty()) CF_TRY(keep_all(work));
    CF_TRY(write_receipts(work));
    return std::move(work.answers);
}

void Reception::refuse(std::string_view terminal, Nak nak, Work& work) {
    ++figures_.refused[static_cast<std::size_t>(nak.reason)];
    work.answers.push_back({std::string(terminal), wire::write(nak)});
}

Status Reception::look_at(const Incoming& message, Work& work) {
    const auto read = wire::read_from_terminal(message.payload);
    if (!read.ok()) {
        const bool is_newer = read.error().code() == Code::unsupported_version;
        const Refused refused{is_newer ? Reason::newer_format : Reason::malformed,
                              read.error().message(), true};
        CF_TRY(quarantine(message.terminal, message.payload, refused));
        refuse(message.terminal, nak_of(refused.reason, refused.sentence), work);
        return {};
    }
    if (const auto* batch = std::get_if<wire::Batch>(&read.value()))
        return take_batch(message.terminal, batch->bytes, work);
    if (const auto* hello = std::get_if<wire::Hello>(&read.value()))
        return take_hello(message.terminal, *hello, work);
    if (const auto* heartbeat = std::get_if<wire::Heartbeat>(&read.value()))
        return take_heartbeat(message.terminal, *heartbeat);
    Nak nak = nak_of(Reason::unknown_class, "the centre hands down no such data");
    nak.answers = wire::Kind::pull;
    refuse(message.terminal, std::move(nak), work);
    return {};
}

Status Reception::take_hello(std::string_view terminal, const wire::Hello& hello, Work& work) {
    ++figures_.hellos;
    const auto no = [&](Reason reason, std::string sentence) {
        Nak nak = nak_of(reason, std::move(sentence));
        nak.answers = wire::Kind::hello;
        refuse(terminal, std::move(nak), work);
    };
    const Terminal* known = terminals_.find(terminal);
    if (hello.terminal != terminal)
        no(Reason::wrong_terminal, "the hello is of another terminal");
    else if (known == nullptr)
        no(Reason::unknown_terminal, "this terminal was never provisioned");
    else if (known->is_revoked)
        no(Reason::revoked, "this terminal's certificate was revoked");
    else if (std::ranges::find(hello.protocols, wire::kProtocol) == hello.protocols.end())
        no(Reason::newer_format, "the centre speaks protocol 1 alone");
    else
        return welcome(hello, work);
    return {};
}

Status Reception::welcome(const wire::Hello& hello, Work& work) {
    CF_LET(const Contact contact, meet(world_.database, hello));
    if (contact.kind != Contact::Kind::known) {
        if (contact.kind == Contact::Kind::behind) ++figures_.heads_behind;
        if (contact.kind == Contact::Kind::another) ++figures_.other_ledgers;
        refuse(hello.terminal, nak_of(contact.kind), work);
        return {};
    }
    const wire::Welcome welcome{hello.terminal, contact.cursor,  world_.clock.now(), kCredit,
                                versions(),     wire::kProtocol, hello.nonce};
    CF_LET(std::string message, wire::write(welcome, world_.signer));
    work.answers.push_back({hello.terminal, std::move(message)});
    return {};
}

Status Reception::take_heartbeat(std::string_view terminal, const wire::Heartbeat& heartbeat) {
    ++figures_.heartbeats;
    if (heartbeat.terminal != terminal) return {};
    CF_LET(const auto cursor,
           find_cursor(world_.database, {std::string(terminal), heartbeat.cursor.epoch}));
    if (cursor && heartbeat.cursor.seq < cursor->seq) ++figures_.heads_behind;
    return {};
}

Status Reception::take_batch(std::string_view terminal, std::string_view bytes, Work& work) {
    auto candidate = examine(bytes, terminal, terminals_);
    if (candidate.ok()) {
        work.candidates.push_back(std::move(candidate).value());
        return {};
    }
    const Refused& refused = candidate.error();
    if (refused.is_poison) CF_TRY(quarantine(terminal, bytes, refused));
    Nak nak = nak_of(refused.reason, refused.sentence);
    nak.answers = wire::Kind::batch;
    refuse(terminal, std::move(nak), work);
    return {};
}

Status Reception::keep_all(Work& work) {
    CF_LET(const auto all, keep(world_.database, work.candidates, world_.clock.now()));
    return answer_batches(all, work);
}

Status Reception::answer_batches(const std::vector<Kept>& all, Work& work) {
    CF_CHECK(all.size() == work.candidates.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const ledger::BatchHeader& header = work.candidates[i].header();
        const Kept& kept = all[i];
        if (kept.kind == Kept::Kind::kept) {
            ++figures_.batches_kept;
            figures_.events_kept += kept.events;
        } else if (kept.kind == Kept::Kind::again) {
            ++figures_.batches_again;
        } else {
            refuse(header.terminal, nak_of(kept, header.from), work);
            continue;
        }
        work.held[header.terminal] = kept.cursor;
    }
    return {};
}

Status Reception::write_receipts(Work& work) {
    for (const auto& [terminal, cursor] : work.held) {
        const ledger::Receipt receipt{terminal,           cursor.epoch, cursor.seq, cursor.head,
                                      world_.clock.now(), kCredit,      versions()};
        CF_LET(const std::string text, ledger::write_receipt(receipt, world_.signer));
        work.answers.push_back({terminal, wire::wrap_receipt(text)});
        ++figures_.receipts;
    }
    return {};
}

// The same bytes are kept once, and of one terminal no more than somebody would look at.
Status Reception::quarantine(std::string_view terminal, std::string_view bytes,
                             const Refused& refused) {
    ++figures_.quarantined;
    if (terminals_.find(terminal) == nullptr) return {};
    CF_LET(
        const store::Rows there,
        world_.database.query("SELECT count(*) FROM quarantine WHERE terminal = $1", {terminal}));
    if (there.integer(0, 0) >= kMostQuarantined) return {};
    const crypto::Digest digest = crypto::sha256({base::as_bytes(bytes)});
    const std::string_view reason = wire::reason_name(refused.reason);
    return world_.database.run(
        "INSERT INTO quarantine (digest, terminal, reason, at_ms, bytes) "
        "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        {base::ByteView(digest), terminal, reason, world_.clock.now().unix_ms,
         base::as_bytes(bytes.substr(0, wire::kMaxFromTerminalBytes))});
}

}  // namespace counterfoil::ingest
