#include "daemon/aggregator/ingest/reception.h"

#include <algorithm>
#include <set>

#include "daemon/aggregator/ingest/class_versions.h"
#include "daemon/aggregator/ingest/contact.h"
#include "daemon/aggregator/ingest/own_ledger.h"
#include "firmware/core/central/change.h"
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

constexpr std::int64_t kMostQuarantined = 100;  // of one terminal
constexpr std::int64_t kDamagedRetryMs = 60'000;

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

constexpr const char* kBehind = "the centre holds more of this ledger than it has";

Nak nak_of(const Contact& contact, std::int64_t epoch) {
    Nak nak = nak_of(Reason::wrong_incarnation, "");
    nak.answers = wire::Kind::hello;
    if (contact.kind != Contact::Kind::unopened && epoch < contact.open_epoch) {
        nak.sentence = "the centre holds another history of that epoch: epoch " +
                       std::to_string(contact.open_epoch) + " is open for a new one";
    } else if (contact.kind == Contact::Kind::behind) {
        nak.sentence = kBehind;
    } else if (contact.kind == Contact::Kind::another) {
        nak.sentence = "the centre holds another ledger under this name: see to it";
    } else {
        nak.reason = Reason::epoch_unknown;
        nak.sentence = "nobody has opened that epoch";
    }
    return nak;
}

// Whether the store has failed because of what it was to keep or of what it holds of that ledger,
// and would again.
bool is_of_one_ledger(const base::Error& error) {
    switch (error.code()) {
        case Code::corrupt:
        case Code::refused:
        case Code::overflow:
        case Code::malformed:
        case Code::too_large:
            return true;
        default:
            return false;
    }
}

}  // namespace

// What becomes of one call of take().
struct Reception::Work {
    std::vector<Outgoing> answers;
    std::map<LedgerName, Cursor> held;                      // of those that get a receipt
    std::optional<wire::Versions> versions;                 // as they were asked for last
    std::set<std::pair<LedgerName, std::int64_t>> counted;  // batches, by their last event
};

Result<Reception> Reception::open(const World& world) {
    Reception reception(world);
    CF_TRY(reception.reload());
    return reception;
}

Status Reception::reload() {
    CF_LET(const wire::Cursor own, own_cursor(world_.database));
    CF_TRY(terminals_.load(world_.database));
    own_ = own;
    return {};
}

Result<bool> Reception::is_outdated() {
    CF_LET(const wire::Cursor own, own_cursor(world_.database));
    if (own == own_) return false;
    CF_LET(const bool are_changed, terminals_.are_changed(world_.database));
    if (!are_changed) own_ = own;
    return are_changed;
}

Result<std::vector<Outgoing>> Reception::take(std::span<const Incoming> messages) {
    return take(examine(messages, terminals_, *held_));
}

Result<std::vector<Outgoing>> Reception::take(const Examined& messages) {
    // What is taken again after an error is counted once.
    const Figures before = figures_;
    auto answers = take_once(messages);
    if (answers.ok()) {
        unsettled_.clear();
        judgements_.tell(world_.clock.steady_ms());
    } else {
        figures_ = before;
        judgements_.forget();
    }
    return answers;
}

Result<std::vector<Outgoing>> Reception::take_once(const Examined& messages) {
    Work work;
    count_senders(messages);
    for (const Said& said : messages.said) CF_TRY(hear(said, work));
    if (!messages.candidates.empty()) CF_TRY(keep_all(messages.candidates, work));
    CF_TRY(write_receipts(work));
    return std::move(work.answers);
}

void Reception::count_senders(const Examined& messages) {
    const std::int64_t now_ms = world_.clock.steady_ms();
    const base::WallTime now = world_.clock.now();
    for (const Candidate& candidate : messages.candidates) {
        credit_.hear(candidate.header().terminal, now_ms);
        sightings_.see(candidate.header().terminal, now);
    }
    for (const Said& said : messages.said) {
        const std::string_view terminal = said.message.terminal;
        if (terminals_.find_last(terminal) == nullptr) continue;
        credit_.hear(terminal, now_ms);
        const auto* hello = std::get_if<wire::Hello>(&said.what);
        const auto* heartbeat = std::get_if<wire::Heartbeat>(&said.what);
        if (hello != nullptr && hello->terminal == terminal)
            sightings_.see(terminal, now, hello->cursor);
        else if (heartbeat != nullptr && heartbeat->terminal == terminal)
            sightings_.see(terminal, now, heartbeat->cursor);
        else
            sightings_.see(terminal, now);
    }
}

void Reception::refuse(std::string_view terminal, Nak nak, Work& work) {
    ++figures_.refused[static_cast<std::size_t>(nak.reason)];
    work.answers.push_back({std::string(terminal), wire::write(nak)});
}

Status Reception::hear(const Said& said, Work& work) {
    if (const auto* hello = std::get_if<wire::Hello>(&said.what))
        return take_hello(said.message.terminal, *hello, work);
    if (const auto* heartbeat = std::get_if<wire::Heartbeat>(&said.what))
        return take_heartbeat(said.message.terminal, *heartbeat);
    if (const auto* refused = std::get_if<Refused>(&said.what))
        return take_refused(said, *refused, work);
    return take_pull(said, std::get<wire::Pull>(said.what), work);
}

Status Reception::take_pull(const Said& said, const wire::Pull& pull, Work& work) {
    const std::string_view terminal = said.message.terminal;
    const Terminal* known = terminals_.find_last(terminal);
    if (known == nullptr)
        return take_refused(
            said, {Reason::unknown_terminal, "this terminal was never provisioned", false}, work);
    if (known->is_revoked)
        return take_refused(
            said, {Reason::revoked, "this terminal's certificate was revoked", false}, work);
    if (!world_.pulled || !central::kind_of_class(pull.data_class))
        return take_refused(
            said, {Reason::unknown_class, "the centre hands down no such data", false}, work);
    ++figures_.pulls;
    world_.pulled(terminal, pull);
    return {};
}

Result<wire::Versions> Reception::versions(Work& work) {
    if (!work.versions) {
        CF_LET(work.versions, read_class_versions(world_.database));
        (*work.versions)[std::string(kCentre)] = own_.epoch;
    }
    return *work.versions;
}

Status Reception::take_refused(const Said& said, const Refused& refused, Work& work) {
    if (refused.is_poison) CF_TRY(quarantine(said.message.terminal, said.message.payload, refused));
    Nak nak = nak_of(refused.reason, refused.sentence);
    nak.answers = said.kind;
    refuse(said.message.terminal, std::move(nak), work);
    return {};
}

Status Reception::take_hello(std::string_view terminal, const wire::Hello& hello, Work& work) {
    ++figures_.hellos;
    const auto no = [&](Reason reason, std::string sentence) {
        Nak nak = nak_of(reason, std::move(sentence));
        nak.answers = wire::Kind::hello;
        refuse(terminal, std::move(nak), work);
    };
    const Terminal* known = terminals_.find(terminal, hello.cursor.epoch);
    if (known == nullptr) known = terminals_.find_last(terminal);
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
    const LedgerName name{hello.terminal, hello.cursor.epoch};
    CF_LET(const Contact contact, meet(world_.database, hello, surely_held(name)));
    if (contact.kind != Contact::Kind::known) {
        Nak nak = nak_of(contact, hello.cursor.epoch);
        if (contact.kind == Contact::Kind::behind) {
            ++figures_.heads_behind;
            judgements_.note(hello.terminal, Judged::behind, nak.sentence);
        } else if (contact.kind == Contact::Kind::another) {
            ++figures_.other_ledgers;
            judgements_.note(hello.terminal, Judged::clone, nak.sentence);
        }
        refuse(hello.terminal, std::move(nak), work);
        return {};
    }
    CF_LET(const wire::Versions now, versions(work));
    wire::Welcome welcome{hello.terminal,
                          contact.cursor,
                          world_.clock.now(),
                          credit_.share(),
                          now,
                          wire::kProtocol,
                          hello.nonce,
                          0};
    if (contact.open_epoch > contact.cursor.epoch) welcome.open_epoch = contact.open_epoch;
    CF_LET(std::string message, wire::write(welcome, world_.signer));
    work.answers.push_back({hello.terminal, std::move(message)});
    return {};
}

Status Reception::take_heartbeat(std::string_view terminal, const wire::Heartbeat& heartbeat) {
    ++figures_.heartbeats;
    if (heartbeat.terminal != terminal) return {};
    const LedgerName name{std::string(terminal), heartbeat.cursor.epoch};
    CF_LET(const auto cursor, find_cursor(world_.database, name));
    if (!cursor || heartbeat.cursor.seq >= std::min(cursor->seq, surely_held(name))) return {};
    ++figures_.heads_behind;
    judgements_.note(terminal, Judged::behind, kBehind);
    return {};
}

std::int64_t Reception::surely_held(const LedgerName& name) const {
    std::int64_t held = json::kMaxInteger;
    for (auto at = unsettled_.lower_bound({name, 0});
         at != unsettled_.end() && at->first.first == name; ++at)
        held = std::min(held, at->first.second - static_cast<std::int64_t>(at->second.events));
    return held;
}

// Of the events that are new, which are its last.
Reception::Counted Reception::count(const Candidate& candidate, std::uint64_t events) {
    const std::int64_t after = candidate.header().to - static_cast<std::int64_t>(events);
    Counted counted;
    for (const Purchase& purchase : candidate.facts.purchases)
        if (purchase.seq > after && purchase.points > 0 && !purchase.member.empty())
            counted.points += static_cast<std::uint64_t>(purchase.points);
    for (const CouponUse& use : candidate.facts.coupon_uses)
        if (use.seq > after && use.uses > 0) ++counted.coupons;
    return counted;
}

// What is kept here is noted before anybody knows whether it is: where its commit fails and was
// done all the same, it is met again as what was there.
Result<std::vector<Kept>> Reception::try_to_keep(std::span<const Candidate> candidates) {
    CF_LET(auto transaction, store::Transaction::begin(world_.database));
    CF_LET(auto all, keep_within(world_.database, candidates, world_.clock.now()));
    for (std::size_t i = 0; i < all.size(); ++i) {
        const ledger::BatchHeader& header = candidates[i].header();
        if (all[i].kind == Kept::Kind::kept)
            unsettled_[{{header.terminal, header.epoch}, header.to}] = {
                header.head, all[i].events, count(candidates[i], all[i].events)};
    }
    CF_TRY(transaction.commit());
    return all;
}

Status Reception::keep_all(std::span<const Candidate> candidates, Work& work) {
    const auto all = try_to_keep(candidates);
    if (!all.ok()) return is_of_one_ledger(all.error()) ? keep_each(candidates, work) : all.error();
    CF_CHECK(all.value().size() == candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i)
        CF_TRY(answer(candidates[i], all.value()[i], work));
    return {};
}

// One of them says what the store cannot hold, or what is held of its ledger is damaged: that must
// not stop the others.
Status Reception::keep_each(std::span<const Candidate> candidates, Work& work) {
    for (const Candidate& candidate : candidates) {
        const auto kept = try_to_keep({&candidate, 1});
        if (kept.ok()) {
            CF_TRY(answer(candidate, kept.value().front(), work));
            continue;
        }
        if (!is_of_one_ledger(kept.error())) return kept.error();
        if (kept.error().code() == Code::corrupt) {
            Nak nak = nak_of(Reason::too_busy, "what is held of this ledger is damaged: see to it");
            nak.answers = wire::Kind::batch;
            nak.retry_after_ms = kDamagedRetryMs;
            refuse(candidate.header().terminal, std::move(nak), work);
            continue;
        }
        const Said said{{candidate.header().terminal, candidate.bytes}, wire::Kind::batch, {}};
        CF_TRY(take_refused(
            said, {Reason::malformed, "the store cannot hold what its events say", true}, work));
    }
    return {};
}

Status Reception::answer(const Candidate& candidate, const Kept& kept, Work& work) {
    const ledger::BatchHeader& header = candidate.header();
    if (kept.kind == Kept::Kind::unverified) return examine_again(candidate, work);
    if (kept.kind == Kept::Kind::unexplained)
        return take_refused(
            {{header.terminal, candidate.bytes}, wire::Kind::batch, {}},
            {Reason::bad_signature, "it is unsigned, and nothing held says why", true}, work);
    if (kept.kind != Kept::Kind::kept && kept.kind != Kept::Kind::again) {
        Nak nak = nak_of(kept, header.from);
        if (kept.kind == Kept::Kind::fork)
            judgements_.note(header.terminal, Judged::fork, nak.sentence);
        if (kept.kind == Kept::Kind::frozen)
            judgements_.note(header.terminal, Judged::frozen, nak.sentence);
        refuse(header.terminal, std::move(nak), work);
        return {};
    }
    const LedgerName name{header.terminal, kept.cursor.epoch};
    const auto fresh = unsettled_.find({name, header.to});
    if (fresh != unsettled_.end() && fresh->second.head == header.head &&
        work.counted.insert(fresh->first).second) {
        ++figures_.batches_kept;
        figures_.events_kept += fresh->second.events;
        figures_.points_accrued += fresh->second.counted.points;
        figures_.coupons_used += fresh->second.counted.coupons;
    } else {
        ++figures_.batches_again;
    }
    work.held[name] = kept.cursor;
    held_->raise(name, kept.cursor.seq);
    return {};
}

// It names events that are held, and is not them.
Status Reception::examine_again(const Candidate& candidate, Work& work) {
    const std::string_view terminal = candidate.header().terminal;
    const auto verified = examine(candidate.bytes, terminal, terminals_);
    if (verified.ok()) return keep_all({&verified.value(), 1}, work);
    return take_refused({{terminal, candidate.bytes}, wire::Kind::batch, {}}, verified.error(),
                        work);
}

Status Reception::write_receipts(Work& work) {
    if (work.held.empty()) return {};
    // What was kept meanwhile has changed them.
    work.versions.reset();
    CF_LET(const wire::Versions now, versions(work));
    for (const auto& [name, cursor] : work.held) {
        const ledger::Receipt receipt{name.terminal,      cursor.epoch,    cursor.seq, cursor.head,
                                      world_.clock.now(), credit_.share(), now};
        CF_LET(const std::string text, ledger::write_receipt(receipt, world_.signer));
        work.answers.push_back({name.terminal, wire::wrap_receipt(text)});
        ++figures_.receipts;
    }
    return {};
}

// The same bytes are kept once, and of one terminal no more than somebody would look at.
Status Reception::quarantine(std::string_view terminal, std::string_view bytes,
                             const Refused& refused) {
    ++figures_.quarantined;
    if (terminals_.find_last(terminal) == nullptr) return {};
    judgements_.note(terminal, Judged::quarantined, refused.sentence);
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
