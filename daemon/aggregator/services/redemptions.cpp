#include "daemon/aggregator/services/redemptions.h"

namespace counterfoil::services {

using store::Database;
using store::Rows;

namespace {

constexpr std::string_view kColumns =
    "SELECT r.coupon, c.code, r.book, r.account, r.redeemed_by, r.number, c.value_minor, r.at_ms "
    "FROM redemption r JOIN coupon c ON c.id = r.coupon ";

std::string text_in(const Rows& rows, std::size_t row, std::size_t column) {
    return rows.is_null(row, column) ? std::string() : std::string(rows.text(row, column));
}

RedemptionPage page_of(const Rows& count, const Rows& rows) {
    RedemptionPage page{count.integer(0, 0), {}};
    for (std::size_t row = 0; row < rows.size(); ++row)
        page.redemptions.push_back({text_in(rows, row, 0), text_in(rows, row, 1),
                                    text_in(rows, row, 2), text_in(rows, row, 3),
                                    text_in(rows, row, 4), rows.integer(row, 5),
                                    rows.integer(row, 6), rows.integer(row, 7)});
    return page;
}

}  // namespace

Outcome<RedemptionPage> redemptions_of_coupon(Database& database, const std::string& coupon,
                                              Part part) {
    static const std::string kSome =
        std::string(kColumns) + "WHERE r.coupon = $1 ORDER BY r.number DESC LIMIT $2 OFFSET $3";
    CF_LET(const Rows count, database.query("SELECT COUNT(*) FROM redemption WHERE coupon = $1",
                                            {std::string_view(coupon)}));
    CF_LET(const Rows rows,
           database.query(kSome, {std::string_view(coupon), part.limit, part.skip}));
    return page_of(count, rows);
}

Outcome<RedemptionPage> redemptions_of_account(Database& database, const std::string& account,
                                               Part part) {
    static const std::string kSome =
        std::string(kColumns) +
        "WHERE r.account = $1 ORDER BY r.at_ms DESC, r.coupon, r.number DESC LIMIT $2 OFFSET $3";
    CF_LET(const Rows count, database.query("SELECT COUNT(*) FROM redemption WHERE account = $1",
                                            {std::string_view(account)}));
    CF_LET(const Rows rows,
           database.query(kSome, {std::string_view(account), part.limit, part.skip}));
    return page_of(count, rows);
}

}  // namespace counterfoil::services
