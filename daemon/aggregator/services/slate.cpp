#include "daemon/aggregator/services/slate.h"

#include <algorithm>
#include <set>

namespace counterfoil::services {

using base::Status;
using store::Database;

namespace {

// Each once, and none that is known.
template <class Known>
std::vector<std::string> unknown(const std::vector<std::string>& wanted, const Known& known) {
    std::set<std::string> each(wanted.begin(), wanted.end());
    std::erase_if(each, [&known](const std::string& one) { return known.contains(one); });
    return {each.begin(), each.end()};
}

template <class Found>
const Found* find_in(const std::map<std::string, Found>& known, const std::string& name) {
    const auto found = known.find(name);
    return found == known.end() ? nullptr : &found->second;
}

store::Question taken_question(std::string_view reference) {
    return {"SELECT 1 FROM external_receipt WHERE reference = $1", {reference}};
}

// As many at a time as one question is of.
std::vector<std::span<const std::string>> parts(std::span<const std::string> ids) {
    std::vector<std::span<const std::string>> all;
    for (; !ids.empty(); ids = ids.subspan(all.back().size()))
        all.push_back(ids.first(std::min(ids.size(), kMostAtOnce)));
    return all;
}

void append(std::vector<std::string>& all, const std::vector<std::string>& more) {
    all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

void Wanted::add(const Wanted& more) {
    append(callers, more.callers);
    append(accounts, more.accounts);
    append(references, more.references);
}

std::vector<store::Question> Slate::Ask::questions() const {
    std::vector<store::Question> all;
    for (const std::string& caller : unknown_.callers) all.push_back(standing_question(caller));
    for (const auto ids : parts(unknown_.accounts)) all.push_back(accounts_question(ids));
    for (const std::string& reference : unknown_.references)
        all.push_back(taken_question(reference));
    return all;
}

Slate::Ask Slate::ask(const Wanted& wanted) const {
    Ask ask;
    ask.unknown_ = {unknown(wanted.callers, standings_), unknown(wanted.accounts, accounts_),
                    unknown(wanted.references, references_)};
    return ask;
}

void Slate::note(const Ask& ask, std::span<const store::Rows> answers) {
    auto answer = answers.begin();
    for (const std::string& caller : ask.unknown_.callers)
        standings_[caller] = standing_in(*answer++);
    for (const std::string& id : ask.unknown_.accounts) accounts_[id].reset();
    for (std::size_t left = parts(ask.unknown_.accounts).size(); left > 0; --left, ++answer)
        for (std::size_t row = 0; row < answer->size(); ++row)
            accounts_[std::string(answer->text(row, 0))] = account_in(*answer, row);
    for (const std::string& reference : ask.unknown_.references)
        references_[reference] = !(answer++)->empty();
    CF_CHECK(answer == answers.end());
}

Status Slate::read(Database& database, const Wanted& wanted) {
    const Ask unknown = ask(wanted);
    CF_LET(const auto answers, database.query_all(unknown.questions()));
    note(unknown, answers);
    return {};
}

void Slate::forget() {
    standings_.clear();
    accounts_.clear();
    references_.clear();
}

Outcome<Account> Slate::find_account(const std::string& id) const {
    const std::optional<Account>* found = account(id);
    CF_CHECK(found != nullptr);
    if (!*found) return Refusal::customer_unknown;
    return **found;
}

const Standing* Slate::standing(const std::string& account) const {
    return find_in(standings_, account);
}

const std::optional<Account>* Slate::account(const std::string& id) const {
    return find_in(accounts_, id);
}

const bool* Slate::is_taken(const std::string& reference) const {
    return find_in(references_, reference);
}

void Slate::note(const ingest::RecordedPurchase& purchase) {
    const auto known = accounts_.find(purchase.account);
    if (known != accounts_.end() && known->second) {
        known->second->points += purchase.points;
        known->second->spent_minor += purchase.amount_minor;
        ++known->second->visits;
    }
    if (!purchase.reference.empty()) references_[purchase.reference] = true;
}

}  // namespace counterfoil::services
