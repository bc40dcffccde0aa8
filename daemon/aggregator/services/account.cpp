#include "daemon/aggregator/services/account.h"

#include <algorithm>

namespace counterfoil::services {

using store::Database;
using store::Rows;

namespace {

const std::string& one_account() {
    static const std::string kOne = std::string(kAccountColumns) + "WHERE a.id = $1";
    return kOne;
}

// "($1, $2, $3)"
std::string listed(std::size_t count) {
    std::string text;
    for (std::size_t number = 1; number <= count; ++number)
        text += (number == 1 ? "($" : ", $") + std::to_string(number);
    return text + ")";
}

}  // namespace

Account account_in(const Rows& rows, std::size_t row) {
    Account account;
    account.id = rows.text(row, 0);
    account.number = rows.integer(row, 1);
    account.role = rows.text(row, 2);
    account.tier = rows.text(row, 3);
    account.generation = rows.integer(row, 4);
    account.created_ms = rows.integer(row, 5);
    account.updated_ms = rows.integer(row, 6);
    ingest::Profile& profile = account.profile;
    if (!rows.is_null(row, 7)) profile.loyalty_id = rows.text(row, 7);
    profile.name = rows.text(row, 8);
    profile.email = rows.text(row, 9);
    profile.phone = rows.text(row, 10);
    profile.pin_hash = rows.text(row, 11);
    profile.password_hash = rows.text(row, 12);
    account.points = rows.integer(row, 13);
    account.spent_minor = rows.integer(row, 14);
    account.visits = rows.integer(row, 15);
    return account;
}

Outcome<Account> find_account(Database& database, std::string_view id) {
    CF_LET(const Rows rows, database.query(one_account(), {id}));
    if (rows.empty()) return Refusal::customer_unknown;
    return account_in(rows, 0);
}

store::Question accounts_question(std::span<const std::string> ids) {
    if (ids.size() == 1) return {one_account(), {std::string_view(ids.front())}};
    static const std::string kSome =
        std::string(kAccountColumns) + "WHERE a.id IN " + listed(kMostAtOnce);
    CF_CHECK(!ids.empty() && ids.size() <= kMostAtOnce);
    // Always so many: the text is prepared once.
    std::vector<store::Value> values(kMostAtOnce, std::string_view(ids.back()));
    std::ranges::copy(ids, values.begin());
    return {kSome, std::move(values)};
}

Outcome<Caller> Standing::caller(std::string_view account, std::int64_t told_generation) const {
    if (!is_there || generation != told_generation) return Refusal::token_invalid;
    return Caller{std::string(account), is_admin};
}

store::Question standing_question(std::string_view account) {
    return {"SELECT role, generation, removed FROM account WHERE id = $1", {account}};
}

Standing standing_in(const Rows& rows) {
    if (rows.empty() || rows.integer(0, 2) != 0) return {};
    return {true, rows.text(0, 0) == kAdminRole, rows.integer(0, 1)};
}

Outcome<Caller> find_caller(Database& database, std::string_view account, std::int64_t generation) {
    const store::Question question = standing_question(account);
    CF_LET(const Rows rows, database.query(question.sql, question.values));
    return standing_in(rows).caller(account, generation);
}

}  // namespace counterfoil::services
