#include "firmware/journal/unsynced.h"

#include <algorithm>

#include "firmware/core/base/file.h"

namespace counterfoil::journal {

using base::Result;
using ledger::Receipt;

namespace {

constexpr std::size_t kMostReceiptBytes = 64UL << 10;
constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;

// Of a journal or its reader. The last event is asked for behind what is received: it only rises.
template <class Ledger, class Last, class Find>
Result<Unsynced> count(Ledger& ledger, const std::optional<Receipt>& receipt, Last last,
                       Find find) {
    CF_LET(const std::int64_t seq, ledger.received(receipt));
    CF_LET(const std::int64_t last_seq, last());
    CF_CHECK(seq <= last_seq);
    Unsynced unsynced{last_seq - seq, {}};
    if (unsynced.count == 0) return unsynced;
    CF_LET(const auto oldest, find(seq + 1));
    if (!oldest) return unsynced;
    CF_LET(const ledger::EventView event, ledger::read_event(oldest->bytes));
    if (const auto at = base::from_rfc3339(event.at); at.ok()) unsynced.oldest = at.value();
    return unsynced;
}

base::Sentence age_of(std::int64_t ms) {
    const std::int64_t days = ms / kDayMs;
    const std::int64_t hours = ms % kDayMs / kHourMs;
    const std::int64_t minutes = ms % kHourMs / kMinuteMs;
    const auto both = [](std::int64_t more, const char* english, const char* hungarian,
                         std::int64_t rest, const char* rest_english, const char* rest_hungarian) {
        const std::string first = std::to_string(more);
        const std::string second = std::to_string(rest);
        return base::Sentence{first + english + second + rest_english,
                              first + hungarian + second + rest_hungarian};
    };
    if (days > 0) return both(days, " d ", " nap ", hours, " h", " óra");
    return both(hours, " h ", " óra ", minutes, " min", " perc");
}

}  // namespace

Result<Unsynced> count_unsynced(Journal& journal, const std::optional<Receipt>& receipt) {
    return count(
        journal, receipt, [&] { return Result<std::int64_t>(journal.head().seq); },
        [&](std::int64_t seq) { return journal.find_event(seq); });
}

Result<Unsynced> count_unsynced(JournalReader& journal, const std::optional<Receipt>& receipt) {
    return count(
        journal, receipt, [&] { return journal.last_seq(); },
        [&](std::int64_t seq) { return journal.find(seq); });
}

std::optional<Receipt> read_kept_receipt(const std::filesystem::path& receipt,
                                         const std::filesystem::path& centre) {
    const auto text = base::read_file(receipt, kMostReceiptBytes);
    const auto chain = crypto::load_chain(centre);
    if (!text.ok() || !chain.ok() || chain.value().empty()) return {};
    const auto key = crypto::Verifier::create(chain.value().front().public_key());
    if (!key.ok()) return {};
    auto read = ledger::read_receipt(text.value(), key.value());
    if (!read.ok()) return {};
    return std::move(read).value();
}

base::Sentence unsynced_sentence(const Unsynced& unsynced, base::WallTime now) {
    const std::string count = std::to_string(unsynced.count);
    base::Sentence age;
    if (unsynced.oldest) {
        const base::Sentence told =
            age_of(std::max<std::int64_t>(now.unix_ms - unsynced.oldest->unix_ms, 0));
        age = {", the oldest for " + told.english, ", a legrégebbi ennyi ideje: " + told.hungarian};
    }
    return {count + " events are nowhere but on this till" + age.english +
                "; let it sync, or have them written to a file with --export FILE",
            count + " esemény csak ezen a pénztárgépen van meg" + age.hungarian +
                "; várja meg a szinkronizálást, vagy mentse fájlba: --export FÁJL"};
}

}  // namespace counterfoil::journal
