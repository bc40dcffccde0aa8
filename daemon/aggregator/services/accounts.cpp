#include "daemon/aggregator/services/accounts.h"

#include "daemon/aggregator/services/sign_in.h"

namespace counterfoil::services {

using ingest::Profile;
using ledger::EventType;
using store::Database;
using store::Rows;

namespace {

// Where the list's part begins: all numbers below `from` are passed, and `over` more behind it.
struct Place {
    std::int64_t total = 0;
    std::int64_t from = 0;
    std::int64_t over = 0;
};

// The pages are rows of a page and how many accounts are in it.
Place find_place(const Rows& pages, std::int64_t skip) {
    Place place;
    bool is_found = false;
    for (std::size_t row = 0; row < pages.size(); ++row) {
        const std::int64_t accounts = pages.integer(row, 1);
        if (!is_found && place.total + accounts > skip) {
            place.from = pages.integer(row, 0) * ingest::kAccountsOfPage;
            place.over = skip - place.total;
            is_found = true;
        }
        place.total += accounts;
    }
    if (!is_found) place.over = -1;
    return place;
}

// For an account that is not there yet, or for `id`, which is.
Outcome<void> check_free(Database& database, const Profile& profile, const std::string& id) {
    if (!profile.loyalty_id.empty()) {
        CF_LET(const Rows rows,
               database.query("SELECT 1 FROM profile WHERE loyalty_id = $1 AND account <> $2",
                              {std::string_view(profile.loyalty_id), std::string_view(id)}));
        if (!rows.empty()) return Refusal::loyalty_id_taken;
    }
    if (!profile.password_hash.empty()) {
        const std::string email = ingest::small_letters(profile.email);
        CF_LET(const Rows rows, database.query("SELECT 1 FROM profile WHERE email_key = $1 AND "
                                               "password_hash <> '' AND account <> $2",
                                               {std::string_view(email), std::string_view(id)}));
        if (!rows.empty()) return Refusal::email_taken;
    }
    return {};
}

// Told by the same key as before, or not at all.
Outcome<base::Bytes> sealed_again(Desk& desk, const std::string& id, const Profile& profile) {
    CF_LET(const auto key, ingest::find_account_key(desk.database(), id));
    if (!key) return Refusal::customer_unknown;
    return ingest::seal_profile(*key, id, profile, desk.entropy());
}

Outcome<std::int64_t> count_admins(Database& database) {
    CF_LET(const Rows rows,
           database.query("SELECT CAST(COALESCE(SUM(accounts), 0) AS BIGINT) FROM account_page "
                          "WHERE role = $1",
                          {kAdminRole}));
    return rows.integer(0, 0);
}

// Whoever is one now may stop to be one.
Outcome<void> check_another_admin(Database& database) {
    CF_LET(const std::int64_t admins, count_admins(database));
    if (admins <= 1) return Refusal::last_admin;
    return {};
}

}  // namespace

// Which row is the first one is told by an index alone; only those that are answered are joined.
Outcome<AccountPage> list_customers(Database& database, std::int64_t skip, std::int64_t limit,
                                    const std::optional<std::string>& tier) {
    static const std::string kOfAll =
        std::string(kAccountColumns) +
        "WHERE a.role = $1 AND a.removed = 0 AND a.number >= "
        "(SELECT number FROM account WHERE role = $1 AND removed = 0 AND number >= $2 "
        "ORDER BY number LIMIT 1 OFFSET $3) ORDER BY a.number LIMIT $4";
    static const std::string kOfTier =
        std::string(kAccountColumns) +
        "WHERE a.role = $1 AND a.removed = 0 AND a.tier = $2 AND a.number >= "
        "(SELECT number FROM account WHERE role = $1 AND removed = 0 AND tier = $2 AND "
        "number >= $3 ORDER BY number LIMIT 1 OFFSET $4) ORDER BY a.number LIMIT $5";
    static const std::string kPages =
        "SELECT page, CAST(SUM(accounts) AS BIGINT) FROM account_page WHERE role = $1 "
        "GROUP BY page ORDER BY page";
    static const std::string kPagesOfTier =
        "SELECT page, accounts FROM account_page WHERE role = $1 AND tier = $2 ORDER BY page";
    CF_LET(const Rows pages,
           tier ? database.query(kPagesOfTier, {kCustomerRole, std::string_view(*tier)})
                : database.query(kPages, {kCustomerRole}));
    const Place place = find_place(pages, skip);
    AccountPage page;
    page.total = place.total;
    if (place.over < 0) return page;
    CF_LET(const Rows rows,
           tier ? database.query(kOfTier, {kCustomerRole, std::string_view(*tier), place.from,
                                           place.over, limit})
                : database.query(kOfAll, {kCustomerRole, place.from, place.over, limit}));
    for (std::size_t row = 0; row < rows.size(); ++row)
        page.accounts.push_back(account_in(rows, row));
    return page;
}

Outcome<AccountPage> list_card(Database& database, std::string_view loyalty_id, std::int64_t skip,
                               const std::optional<std::string>& tier) {
    CF_LET(auto account, find_by_loyalty_id(database, loyalty_id));
    AccountPage page;
    if (!account || (tier && account->tier != *tier)) return page;
    page.total = 1;
    if (skip == 0) page.accounts.push_back(*std::move(account));
    return page;
}

Outcome<AccountPage> list_accounts(Database& database, std::int64_t skip, std::int64_t limit) {
    static const std::string kSome =
        std::string(kAccountColumns) +
        "WHERE a.removed = 0 AND a.number >= (SELECT number FROM account WHERE removed = 0 AND "
        "number >= $1 ORDER BY number LIMIT 1 OFFSET $2) ORDER BY a.number LIMIT $3";
    CF_LET(const Rows pages,
           database.query("SELECT page, CAST(SUM(accounts) AS BIGINT) FROM account_page "
                          "GROUP BY page ORDER BY page"));
    const Place place = find_place(pages, skip);
    AccountPage page{place.total, {}};
    if (place.over < 0) return page;
    CF_LET(const Rows rows, database.query(kSome, {place.from, place.over, limit}));
    for (std::size_t row = 0; row < rows.size(); ++row)
        page.accounts.push_back(account_in(rows, row));
    return page;
}

Outcome<std::optional<Account>> find_by_email(Database& database, std::string_view email) {
    static const std::string kOne =
        std::string(kAccountColumns) +
        "WHERE p.email_key = $1 ORDER BY CASE WHEN p.password_hash <> '' THEN 0 ELSE 1 END, "
        "a.number LIMIT 1";
    const std::string key = ingest::small_letters(email);
    CF_LET(const Rows rows, database.query(kOne, {std::string_view(key)}));
    if (rows.empty()) return std::optional<Account>();
    return std::optional(account_in(rows, 0));
}

Outcome<Account> create_account(Desk& desk, const Settings& settings, const NewAccount& fresh) {
    CF_LET(const loyalty::Tier tier, settings.tiers.by_name(fresh.tier));
    CF_TRY(check_free(desk.database(), fresh.profile, ""));
    CF_LET(const std::int64_t number, next_account_number(desk.database()));
    const std::string id = desk.new_id();
    crypto::SealKey key{};
    desk.entropy().fill(key);
    CF_TRY(desk.database().run("INSERT INTO account_key (account, key) VALUES ($1, $2)",
                               {std::string_view(id), base::ByteView(key)}));
    const ingest::AccountCreated fact{id, number, fresh.role, tier.name,
                                      ingest::seal_profile(key, id, fresh.profile, desk.entropy())};
    CF_TRY(desk.record(EventType::account_created, ingest::write_body(fact)));
    return find_account(desk.database(), id);
}

Outcome<Account> change_account(Desk& desk, const Settings& settings, const std::string& id,
                                const AccountChange& change) {
    CF_LET(const Account was, find_account(desk.database(), id));
    Profile profile = was.profile;
    profile.name = change.name.value_or(profile.name);
    profile.email = change.email.value_or(profile.email);
    profile.phone = change.phone.value_or(profile.phone);
    profile.password_hash = change.password_hash.value_or(profile.password_hash);
    ingest::AccountChanged fact{id, {}, {}, {}, change.password_hash.has_value()};
    if (change.tier) {
        CF_LET(const loyalty::Tier tier, settings.tiers.by_name(*change.tier));
        if (tier.name != was.tier) fact.tier = tier.name;
    }
    if (change.role && *change.role != was.role) {
        if (was.is_admin()) CF_TRY(check_another_admin(desk.database()));
        fact.role = *change.role;
    }
    if (profile != was.profile) {
        CF_TRY(check_free(desk.database(), profile, id));
        CF_LET(fact.sealed, sealed_again(desk, id, profile));
    }
    const ingest::PointsAdjusted adjusted{id, change.points.value_or(was.points) - was.points,
                                          change.visits.value_or(was.visits) - was.visits};
    if (fact.role || fact.tier || fact.sealed)
        CF_TRY(desk.record(EventType::account_changed, ingest::write_body(fact)));
    if (fact.ends_sessions)
        CF_TRY(
            desk.database().run("DELETE FROM session WHERE account = $1", {std::string_view(id)}));
    if (adjusted.points != 0 || adjusted.visits != 0)
        CF_TRY(desk.record(EventType::points_adjusted, ingest::write_body(adjusted, "by hand")));
    return find_account(desk.database(), id);
}

Outcome<Account> set_pin(Desk& desk, const std::string& id, const std::string& pin_hash) {
    CF_LET(const Account was, find_account(desk.database(), id));
    Profile profile = was.profile;
    profile.pin_hash = pin_hash;
    CF_LET(const base::Bytes sealed, sealed_again(desk, id, profile));
    const ingest::AccountChanged fact{id, {}, {}, sealed, true};
    CF_TRY(desk.record(EventType::account_changed, ingest::write_body(fact)));
    CF_TRY(desk.database().run("DELETE FROM session WHERE account = $1", {std::string_view(id)}));
    return find_account(desk.database(), id);
}

Outcome<void> remove_account(Desk& desk, const std::string& id) {
    CF_LET(const Account was, find_account(desk.database(), id));
    if (was.is_admin()) CF_TRY(check_another_admin(desk.database()));
    CF_TRY(desk.record(EventType::account_removed, ingest::write_body(ingest::AccountRemoved{id})));
    CF_TRY(desk.database().run("DELETE FROM session WHERE account = $1", {std::string_view(id)}));
    CF_TRY(desk.database().run("DELETE FROM answered WHERE account = $1", {std::string_view(id)}));
    // Whoever repeats one of these requests does nothing again, and is told no more.
    CF_TRY(desk.database().run("UPDATE answered SET answer = '', about = NULL WHERE about = $1",
                               {std::string_view(id)}));
    return {};
}

Outcome<std::int64_t> next_account_number(Database& database) {
    CF_LET(const Rows rows, database.query("SELECT COALESCE(MAX(number), 0) + 1 FROM account"));
    return rows.integer(0, 0);
}

Outcome<bool> has_admin(Database& database) {
    CF_LET(const std::int64_t admins, count_admins(database));
    return admins > 0;
}

}  // namespace counterfoil::services
