#include "firmware/till/pruning.h"

#include <algorithm>

#include "firmware/journal/unsynced.h"
#include "firmware/till/owed.h"

namespace counterfoil::till {

using base::Result;
using base::Status;

namespace {

// Where more events than that wait for a look, nothing is said to be needless.
constexpr std::int64_t kMostLooked = 1000;

Result<std::int64_t> event_of(journal::Journal& journal, std::int64_t receipt, std::int64_t seq) {
    CF_LET(const auto counted, journal.counted().find_receipt(receipt));
    if (!counted) return seq;
    if (counted->original == 0) return std::min(seq, counted->seq);
    CF_LET(const auto original, journal.counted().find_receipt(counted->original));
    return std::min({seq, counted->seq, original ? original->seq : seq});
}

// Nothing where the event owes no paper.
Result<std::optional<std::int64_t>> needed_by(journal::Journal& journal, std::int64_t seq) {
    CF_LET(const auto event, journal.find_event(seq));
    if (!event) return std::optional<std::int64_t>();
    CF_LET(const auto owed, read_owed(event->bytes));
    if (!owed || !owed->is_paper()) return std::optional<std::int64_t>();
    if (owed->receipt == 0) return std::optional(seq);
    CF_LET(const std::int64_t first, event_of(journal, owed->receipt, seq));
    return std::optional(first);
}

}  // namespace

Result<std::optional<std::int64_t>> needed_by_papers(journal::Journal& journal,
                                                     checkout::DeskFile& desk) {
    CF_LET(const auto cursor, desk.papers().cursor());
    const std::int64_t head = journal.head().seq;
    // Papers are not counted, or are those of a ledger that was here before.
    if (!cursor || *cursor > head) return std::optional<std::int64_t>();
    if (head - *cursor > kMostLooked) return std::optional<std::int64_t>(1);
    CF_LET(std::vector<std::int64_t> waiting, desk.papers().unsettled());
    for (std::int64_t seq = *cursor + 1; seq <= head; ++seq) waiting.push_back(seq);
    std::optional<std::int64_t> first;
    for (const std::int64_t seq : waiting) {
        CF_LET(const auto needed, needed_by(journal, seq));
        if (needed) first = std::min(first.value_or(*needed), *needed);
    }
    return first;
}

// What the central data do not know yet is learned from the events when the till is started.
Result<std::int64_t> Pruning::needed_from() {
    CF_LET(const mirror::Meta meta, till_.desk().shop().meta());
    CF_LET(const auto papers, needed_by_papers(till_.journal(), till_.desk_file()));
    return std::min(meta.cursor + 1, papers.value_or(meta.cursor + 1));
}

Result<journal::PruneStep> Pruning::step(std::optional<std::int64_t> keep_days) {
    journal::PruneWish wish;
    wish.keep_days = keep_days.value_or(till_.desk().shop().settings().keep_days);
    wish.receipt = journal::read_kept_receipt(folder_.receipt(), folder_.centre());
    CF_LET(wish.needed_from, needed_from());
    return till_.journal().prune(wish);
}

}  // namespace counterfoil::till
