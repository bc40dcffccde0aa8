#include "tests/bench/centre_stock.h"

#include <algorithm>
#include <array>
#include <functional>

#include "daemon/aggregator/ingest/own_projection.h"
#include "daemon/aggregator/ingest/projection.h"

namespace counterfoil::bench {
namespace {

using store::Value;

constexpr std::int64_t kFirstMs = 1'750'000'000'000;
constexpr std::int64_t kTogether = 20'000;
// What the administrator has is left out.
constexpr std::int64_t kNumberBase = 10;
constexpr std::int64_t kTerminals = 50;
constexpr std::int64_t kAmountMinor = 5000;
constexpr std::int64_t kPoints = 55;

// Rows, of which a part is written at a time, in transactions of their own.
class Table {
  public:
    Table(store::Database& database, const char* sql, std::size_t width)
        : database_(database), sql_(sql), width_(width) {}

    // The texts of a row live until the part is written.
    void fill(std::int64_t count, const std::function<void(std::int64_t, std::vector<std::string>&,
                                                           std::vector<Value>&)>& row_of) {
        for (std::int64_t first = 1; first <= count; first += kTogether) {
            std::vector<Value> values;
            std::vector<std::vector<std::string>> texts(kTogether);
            const std::int64_t last = std::min(count, first + kTogether - 1);
            for (std::int64_t number = first; number <= last; ++number)
                row_of(number, texts[static_cast<std::size_t>(number - first)], values);
            CF_CHECK(values.size() % width_ == 0);
            CF_CHECK(database_.run_each(sql_, width_, values).ok());
        }
    }

  private:
    store::Database& database_;
    const char* sql_;
    std::size_t width_;
};

void add(std::vector<Value>& values, std::initializer_list<Value> row) {
    values.insert(values.end(), row);
}

std::string_view tier_of(std::int64_t number) {
    constexpr std::array<std::string_view, 3> kTiers{"normal", "loyal", "owner"};
    return kTiers[static_cast<std::size_t>(number) % kTiers.size()];
}

void stock_members(store::Database& database, std::int64_t members) {
    Table(database,
          "INSERT INTO account (id, number, business, role, tier, generation, removed, created_ms, "
          "updated_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
          9)
        .fill(members, [](std::int64_t number, auto& texts, auto& values) {
            texts = {member_id(number)};
            add(values, {std::string_view(texts[0]), number + kNumberBase, std::int64_t{1},
                         std::string_view("customer"), tier_of(number), std::int64_t{1},
                         std::int64_t{0}, kFirstMs + number, kFirstMs + number});
        });
    Table(database,
          "INSERT INTO profile (account, loyalty_id, name, email, email_key, phone, pin_hash, "
          "password_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
          8)
        .fill(members, [](std::int64_t number, auto& texts, auto& values) {
            texts = {member_id(number), member_card(number),
                     "jane" + std::to_string(number) + "@example.com"};
            add(values, {std::string_view(texts[0]), std::string_view(texts[1]),
                         std::string_view("Jane Smith"), std::string_view(texts[2]),
                         std::string_view(texts[2]), std::string_view("+36301234567"),
                         std::string_view(""), std::string_view("")});
        });
    Table(database, "INSERT INTO member (id, points, spent_minor, visits) VALUES ($1, $2, $3, $4)",
          4)
        .fill(members, [](std::int64_t number, auto& texts, auto& values) {
            texts = {member_id(number)};
            add(values,
                {std::string_view(texts[0]), 5 * kPoints, 5 * kAmountMinor, std::int64_t{5}});
        });
    CF_CHECK(database
                 .run("INSERT INTO account_page (role, tier, page, accounts) "
                      "SELECT role, tier, number / 1000, COUNT(*) FROM account "
                      "WHERE role = 'customer' GROUP BY role, tier, number / 1000")
                 .ok());
    static_assert(ingest::kAccountsOfPage == 1000);
}

// A terminal's own one after the other, as the table has them; members in no order.
void stock_purchases(store::Database& database, const CentreStock& stock) {
    constexpr std::int64_t kStep = 7'919;
    const std::int64_t each = stock.purchases / kTerminals;
    Table(database,
          "INSERT INTO purchase (terminal, epoch, seq, receipt, kind, shift, staff, at_ms, member, "
          "member_key, original, currency, total_minor, points) "
          "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
          14)
        .fill(each * kTerminals, [&](std::int64_t number, auto& texts, auto& values) {
            const std::int64_t terminal = (number - 1) / each;
            const std::int64_t seq = (number - 1) % each + 1;
            const std::int64_t member = number * kStep % stock.members + 1;
            texts = {"T" + std::to_string(100 + terminal), member_id(member)};
            add(values,
                {std::string_view(texts[0]), std::int64_t{1}, seq, seq, std::string_view("sale"),
                 std::string_view("S1"), std::string_view("anna"), kFirstMs + seq * 1000,
                 std::string_view(texts[1]), ingest::member_key(texts[1]), Value(),
                 std::string_view("HUF"), kAmountMinor, kPoints});
        });
}

void stock_coupons(store::Database& database, const CentreStock& stock) {
    Table(database,
          "INSERT INTO coupon (id, code, value_minor, price_points, holder, state, uses, used, "
          "created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
          9)
        .fill(stock.coupons, [&](std::int64_t number, auto& texts, auto& values) {
            texts = {member_id(number), "COUP-2026-" + std::to_string(number),
                     member_id(number % stock.members + 1)};
            add(values,
                {std::string_view(texts[0]), std::string_view(texts[1]), std::int64_t{1000},
                 std::int64_t{100}, std::string_view(texts[2]), std::string_view("ASSIGNED"),
                 std::int64_t{1}, std::int64_t{0}, kFirstMs + number});
        });
}

}  // namespace

std::string member_id(std::int64_t number) {
    constexpr std::size_t kDigits = 12;
    const std::string digits = std::to_string(number);
    return "00000000-0000-7000-8000-" + std::string(kDigits - digits.size(), '0') + digits;
}

std::string member_card(std::int64_t number) {
    return "CUST" + std::to_string(number);
}

void stock(store::Database& database, const CentreStock& stock) {
    // What is looked up all over is sorted once, behind it.
    CF_CHECK(database.execute("DROP INDEX purchase_member; DROP INDEX purchase_at").ok());
    stock_members(database, stock.members);
    stock_purchases(database, stock);
    stock_coupons(database, stock);
    CF_CHECK(database
                 .execute("CREATE INDEX purchase_member ON purchase (member_key, at_ms) "
                          "WHERE member_key IS NOT NULL; "
                          "CREATE INDEX purchase_at ON purchase (at_ms)")
                 .ok());
    // What the server itself does some minutes later.
    if (database.dialect() == store::Dialect::postgres)
        CF_CHECK(database.execute("VACUUM ANALYZE").ok());
}

}  // namespace counterfoil::bench
