#include "daemon/aggregator/services/pools.h"

namespace counterfoil::services {

using ledger::EventType;
using store::Database;
using store::Rows;

namespace {

constexpr std::string_view kColumns =
    "SELECT p.id, p.name, p.description, p.created_ms, "
    "(SELECT COUNT(*) FROM pool_member m WHERE m.pool = p.id) FROM pool p ";

Pool pool_in(const Rows& rows, std::size_t row) {
    return {std::string(rows.text(row, 0)), std::string(rows.text(row, 1)),
            std::string(rows.text(row, 2)), rows.integer(row, 4), rows.integer(row, 3)};
}

Outcome<bool> is_member(Database& database, const std::string& pool, const std::string& account) {
    CF_LET(const Rows rows,
           database.query("SELECT 1 FROM pool_member WHERE pool = $1 AND account = $2",
                          {std::string_view(pool), std::string_view(account)}));
    return !rows.empty();
}

}  // namespace

Outcome<Pool> find_pool(Database& database, std::string_view id) {
    static const std::string kOne = std::string(kColumns) + "WHERE p.id = $1";
    CF_LET(const Rows rows, database.query(kOne, {id}));
    if (rows.empty()) return Refusal::pool_unknown;
    return pool_in(rows, 0);
}

Outcome<PoolPage> list_pools(Database& database, Part part) {
    static const std::string kSome =
        std::string(kColumns) + "ORDER BY p.id DESC LIMIT $1 OFFSET $2";
    CF_LET(const Rows count, database.query("SELECT COUNT(*) FROM pool"));
    CF_LET(const Rows rows, database.query(kSome, {part.limit, part.skip}));
    PoolPage page{count.integer(0, 0), {}};
    for (std::size_t row = 0; row < rows.size(); ++row) page.pools.push_back(pool_in(rows, row));
    return page;
}

Outcome<std::vector<PoolUser>> pool_users(Database& database, const std::string& pool, Part part) {
    CF_LET(const Rows rows,
           database.query("SELECT m.account, p.name, p.email, m.joined_ms FROM pool_member m "
                          "JOIN profile p ON p.account = m.account WHERE m.pool = $1 "
                          "ORDER BY m.account LIMIT $2 OFFSET $3",
                          {std::string_view(pool), part.limit, part.skip}));
    std::vector<PoolUser> users;
    for (std::size_t row = 0; row < rows.size(); ++row)
        users.push_back({std::string(rows.text(row, 0)), std::string(rows.text(row, 1)),
                         std::string(rows.text(row, 2)), rows.integer(row, 3)});
    return users;
}

Outcome<Pool> create_pool(Desk& desk, const NewPool& fresh) {
    const ingest::PoolCreated fact{desk.new_id(), fresh.name, fresh.description};
    CF_TRY(desk.record(EventType::pool_created, ingest::write_body(fact)));
    return find_pool(desk.database(), fact.id);
}

Outcome<Pool> add_to_pool(Desk& desk, const std::string& id, const std::string& account) {
    CF_TRY(find_pool(desk.database(), id));
    CF_TRY(find_user(desk.database(), account));
    CF_LET(const bool is_in, is_member(desk.database(), id, account));
    if (is_in) return Refusal::already_in_pool;
    const ingest::PoolChanged fact{id, account, true};
    CF_TRY(desk.record(EventType::pool_changed, ingest::write_body(fact)));
    return find_pool(desk.database(), id);
}

Outcome<Pool> remove_from_pool(Desk& desk, const std::string& id, const std::string& account) {
    CF_TRY(find_pool(desk.database(), id));
    CF_LET(const bool is_in, is_member(desk.database(), id, account));
    if (!is_in) return Refusal::not_in_pool;
    const ingest::PoolChanged fact{id, account, false};
    CF_TRY(desk.record(EventType::pool_changed, ingest::write_body(fact)));
    return find_pool(desk.database(), id);
}

}  // namespace counterfoil::services
