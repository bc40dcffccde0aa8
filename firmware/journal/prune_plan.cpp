#include "firmware/journal/prune_plan.h"

#include <algorithm>

namespace counterfoil::journal {

using base::Result;
using base::Status;

namespace {

constexpr std::int64_t kDayMs = 86'400'000;

// The last event up to `last` that is dated before, with all before it.
Result<std::int64_t> last_older(const PruneParts& parts, std::int64_t last, base::WallTime before) {
    std::int64_t older = parts.base.seq;
    bool is_young = false;
    CF_TRY(parts.events.visit(parts.base.seq + 1, last, [&](const StoredEvent& stored) -> Status {
        if (is_young) return {};
        CF_LET(const ledger::EventView event, ledger::read_event(stored.bytes));
        CF_LET(const base::WallTime at, base::from_rfc3339(event.at));
        is_young = at.unix_ms >= before.unix_ms;
        if (!is_young) older = stored.seq;
        return {};
    }));
    return older;
}

// As many events as a step takes; more only where so many in a row are unsigned.
Result<std::int64_t> end_of_step(const PruneParts& parts, std::int64_t limit) {
    const std::int64_t furthest = std::min(limit, parts.base.seq + kPruneStep);
    CF_LET(const std::int64_t last, parts.events.last_signed_seq(furthest));
    if (last > parts.base.seq) return last;
    CF_LET(const std::int64_t next, parts.events.first_signed_seq(furthest + 1));
    return next <= limit ? next : 0;
}

Result<PruneLimit> limit_of(const PruneParts& parts, const PruneWish& wish) {
    PruneFacts facts;
    facts.head = parts.head;
    facts.received = parts.received;
    facts.needed_from = wish.needed_from;
    CF_LET(facts.unreported, parts.projections.oldest_unreported());
    return prune_limit(facts);
}

}  // namespace

Result<PrunePlan> plan_prune(const PruneParts& parts, const PruneWish& wish, base::WallTime now) {
    CF_CHECK(wish.keep_days >= 0);
    const PrunePlan none{parts.base.seq, false, KeptFor::age};
    const auto kept_for = [&](KeptFor reason) { return PrunePlan{none.last, false, reason}; };
    if (wish.keep_days == 0) return none;
    CF_LET(const PruneLimit limit, limit_of(parts, wish));
    if (limit.seq <= parts.base.seq) return kept_for(limit.reason);
    CF_LET(const std::int64_t end, end_of_step(parts, limit.seq));
    if (end <= parts.base.seq) return kept_for(KeptFor::signer);
    // A clock that runs ahead makes nothing old: the centre's own says when its word was given.
    const std::int64_t today_ms = std::min(now, wish.receipt->server_time).unix_ms;
    CF_LET(const std::int64_t older, last_older(parts, end, {today_ms - wish.keep_days * kDayMs}));
    if (older == end) return PrunePlan{end, end < limit.seq, limit.reason};
    CF_LET(const std::int64_t last, parts.events.last_signed_seq(older));
    return PrunePlan{std::max(last, parts.base.seq), false, KeptFor::age};
}

std::int64_t received_seq(const ledger::ExportHeader& header, const ledger::Base& base,
                          const std::optional<ledger::Receipt>& receipt,
                          const std::optional<ledger::SignedEvent>& receipted) {
    const bool is_about_us =
        receipt && receipt->terminal == header.terminal && receipt->epoch == header.epoch;
    const bool is_ours =
        is_about_us && receipted && ledger::event_hash(receipted->bytes) == receipt->head;
    return is_ours ? std::max(receipt->seq, base.seq) : base.seq;
}

}  // namespace counterfoil::journal
