#include "daemon/aggregator/ingest/rebuild.h"

#include <array>
#include <set>
#include <utility>

#include "daemon/aggregator/ingest/projection.h"
#include "daemon/aggregator/ingest/unsigned_end.h"
#include "firmware/core/ledger/batch.h"

namespace counterfoil::ingest {

using base::Result;
using base::Status;
using store::Database;
using store::Rows;

namespace {

struct Table {
    std::string_view name;
    std::string_view rows;  // of one ledger, in their order
};
constexpr std::array kOfLedgers{
    Table{"purchase", "SELECT * FROM purchase WHERE terminal = $1 AND epoch = $2 ORDER BY seq"},
    Table{"coupon_use", "SELECT * FROM coupon_use WHERE terminal = $1 AND epoch = $2 ORDER BY seq"},
    Table{"shift", "SELECT * FROM shift WHERE terminal = $1 AND epoch = $2 ORDER BY seq"},
    Table{"flag", "SELECT * FROM flag WHERE terminal = $1 AND epoch = $2 ORDER BY seq, reason"},
    Table{"terminal_figures", "SELECT * FROM terminal_figures WHERE terminal = $1 AND epoch = $2"}};
constexpr std::int64_t kPage = 1000;

Result<std::vector<LedgerName>> ledgers_of(Database& database) {
    CF_LET(const Rows rows,
           database.query("SELECT terminal, epoch FROM ledger ORDER BY terminal, epoch"));
    std::vector<LedgerName> names;
    for (std::size_t row = 0; row < rows.size(); ++row)
        names.push_back({std::string(rows.text(row, 0)), rows.integer(row, 1)});
    return names;
}

// One batch after the other: nothing is kept but what they add up to.
Status project_ledger(Database& source, Database& target, const LedgerName& name) {
    CF_LET(auto transaction, store::Transaction::begin(target));
    std::int64_t receipt = 0;
    std::int64_t unsigned_from = 0;
    for (std::int64_t seq = 0;;) {
        CF_LET(const Rows rows,
               source.query("SELECT to_seq, bytes FROM batch WHERE terminal = $1 AND epoch = $2 "
                            "AND to_seq > $3 ORDER BY to_seq LIMIT 1",
                            {std::string_view(name.terminal), name.epoch, seq}));
        if (rows.empty()) return transaction.commit();
        CF_LET(const ledger::Batch batch, ledger::Batch::read(rows.text(0, 1)));
        Facts facts;
        for (const ledger::Line& line : batch.lines()) {
            CF_LET(const ledger::ReadEvent event, ledger::read_event(line.bytes, counts_by_body));
            read_facts(event, facts);
        }
        Projection projection;
        receipt = projection.add(name, facts, seq, rows.integer(0, 0), receipt);
        const std::int64_t before =
            std::exchange(unsigned_from, unsigned_end(batch, seq, unsigned_from).value_or(0));
        projection.move_unsigned_end(name, before, unsigned_from);
        ClassVersions versions(target);
        CF_TRY(projection.write(target, versions));
        seq = rows.integer(0, 0);
    }
}

Status compare_ledger(Database& left, Database& right, const LedgerName& name,
                      std::set<std::string>& differing) {
    for (const Table& table : kOfLedgers) {
        CF_LET(const Rows ours,
               left.query(table.rows, {std::string_view(name.terminal), name.epoch}));
        CF_LET(const Rows theirs,
               right.query(table.rows, {std::string_view(name.terminal), name.epoch}));
        if (ours != theirs) differing.insert(std::string(table.name));
    }
    return {};
}

// Tables of all ledgers together, a page after the other. The centre's own row among the terminals
// is no event's: it is there from the beginning. Versions are of the order in which ledgers came,
// and are not compared.
struct Whole {
    std::string_view name;
    std::string_view page;  // behind a key, in its order
};
constexpr std::array kOfAll{
    Whole{"member",
          "SELECT id, points, spent_minor, visits, is_account FROM member WHERE id > $1 "
          "ORDER BY id LIMIT $2"},
    Whole{"terminal",
          "SELECT * FROM terminal WHERE name > $1 AND name <> 'centre' ORDER BY name LIMIT $2"},
    Whole{"account", "SELECT * FROM account WHERE id > $1 ORDER BY id LIMIT $2"},
    Whole{"account_page",
          "SELECT role || ' ' || tier || ' ' || page AS place, accounts FROM account_page "
          "WHERE role || ' ' || tier || ' ' || page > $1 AND accounts <> 0 ORDER BY 1 LIMIT $2"},
    Whole{"profile", "SELECT * FROM profile WHERE account > $1 ORDER BY account LIMIT $2"},
    Whole{"external_receipt",
          "SELECT * FROM external_receipt WHERE reference > $1 ORDER BY reference LIMIT $2"},
    Whole{"coupon",
          "SELECT id, code, value_minor, price_points, holder, state, lock_owner, lock_until_ms, "
          "uses, "
          "used, created_ms, redeemed_ms, book, place, at_tills FROM coupon WHERE id > $1 "
          "ORDER BY id LIMIT $2"},
    Whole{"book",
          "SELECT id, name, name_key, prefix, suffix, length, charset, is_multiple, uses, "
          "max_redemptions, max_assignments, value_minor, expires_ms, codes, created_ms, number "
          "FROM book WHERE id > $1 ORDER BY id LIMIT $2"},
    Whole{"book_state",
          "SELECT book || ' ' || state AS place, coupons FROM book_state "
          "WHERE book || ' ' || state > $1 AND coupons <> 0 ORDER BY 1 LIMIT $2"},
    Whole{"product",
          "SELECT CAST(gtin + 100000000000000 AS TEXT) AS place, plu, name, category, "
          "unit_price_minor, vat_basis_points, sold_by, removed FROM product "
          "WHERE CAST(gtin + 100000000000000 AS TEXT) > $1 ORDER BY 1 LIMIT $2"},
    Whole{"staff_member",
          "SELECT id, name, role, pin_hash, removed FROM staff_member WHERE id > $1 "
          "ORDER BY id LIMIT $2"},
    Whole{"shop_setting",
          "SELECT name, value, removed FROM shop_setting WHERE name > $1 ORDER BY name LIMIT $2"},
    Whole{"pool", "SELECT * FROM pool WHERE id > $1 ORDER BY id LIMIT $2"},
    Whole{"pool_member",
          "SELECT pool || ' ' || account AS place, joined_ms FROM pool_member "
          "WHERE pool || ' ' || account > $1 ORDER BY 1 LIMIT $2"},
    Whole{"redemption",
          "SELECT coupon || ' ' || number AS place, book, account, redeemed_by, at_ms "
          "FROM redemption WHERE coupon || ' ' || number > $1 ORDER BY 1 LIMIT $2"}};

Result<bool> is_same(Database& left, Database& right, const Whole& table) {
    for (std::string last;;) {
        const auto page = [&](Database& database) {
            return database.query(table.page, {std::string_view(last), kPage});
        };
        CF_LET(const Rows ours, page(left));
        CF_LET(const Rows theirs, page(right));
        if (ours != theirs) return false;
        if (ours.empty()) return true;
        last = ours.text(ours.size() - 1, 0);
    }
}

}  // namespace

Status copy_keys(Database& source, Database& target) {
    for (std::string last;;) {
        CF_LET(const Rows rows, source.query("SELECT account, key FROM account_key "
                                             "WHERE account > $1 ORDER BY account LIMIT $2",
                                             {std::string_view(last), kPage}));
        if (rows.empty()) return {};
        std::vector<store::Value> values;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            values.emplace_back(rows.text(row, 0));
            values.emplace_back(rows.blob(row, 1));
        }
        CF_TRY(
            target.run_each("INSERT INTO account_key (account, key) VALUES ($1, $2)", 2, values));
        last = rows.text(rows.size() - 1, 0);
    }
}

Status project_all(Database& source, Database& target) {
    CF_TRY(copy_keys(source, target));
    CF_LET(const auto names, ledgers_of(source));
    for (const LedgerName& name : names) CF_TRY(project_ledger(source, target, name));
    return {};
}

Result<std::vector<std::string>> differing_tables(Database& left, Database& right) {
    std::set<std::string> differing;
    CF_LET(const auto ours, ledgers_of(left));
    CF_LET(const auto theirs, ledgers_of(right));
    std::set<LedgerName> names(ours.begin(), ours.end());
    names.insert(theirs.begin(), theirs.end());
    for (const LedgerName& name : names) CF_TRY(compare_ledger(left, right, name, differing));
    for (const Whole& table : kOfAll) {
        CF_LET(const bool same, is_same(left, right, table));
        if (!same) differing.insert(std::string(table.name));
    }
    return std::vector<std::string>(differing.begin(), differing.end());
}

}  // namespace counterfoil::ingest
