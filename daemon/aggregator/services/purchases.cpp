#include "daemon/aggregator/services/purchases.h"

#include "daemon/aggregator/ingest/derived_id.h"
#include "daemon/aggregator/ingest/projection.h"
#include "firmware/core/loyalty/earning.h"

namespace counterfoil::services {

using store::Database;
using store::Rows;

namespace {

Purchase purchase_in(const Rows& rows, std::size_t row) {
    Purchase purchase;
    const std::string terminal(rows.text(row, 0));
    purchase.id = purchase_id(terminal, rows.integer(row, 1), rows.integer(row, 2));
    purchase.kind = rows.text(row, 3);
    purchase.amount_minor = rows.integer(row, 4);
    purchase.currency = rows.text(row, 5);
    purchase.points = rows.integer(row, 6);
    const std::int64_t receipt = rows.integer(row, 7);
    if (!rows.is_null(row, 9))
        purchase.receipt_number = rows.text(row, 9);
    else if (receipt != 0)
        purchase.receipt_number = terminal + "/" + std::to_string(receipt);
    purchase.at_ms = rows.integer(row, 8);
    return purchase;
}

Outcome<void> check_reference(Database& database, const std::string& reference) {
    if (reference.empty()) return {};
    CF_LET(const Rows rows, database.query("SELECT 1 FROM external_receipt WHERE reference = $1",
                                           {std::string_view(reference)}));
    if (!rows.empty()) return Refusal::receipt_taken;
    return {};
}

}  // namespace

std::string purchase_id(std::string_view terminal, std::int64_t epoch, std::int64_t seq) {
    return ingest::derived_id("counterfoil/purchase/1\n" + std::string(terminal) + "/" +
                              std::to_string(epoch) + "/" + std::to_string(seq));
}

Outcome<MadePurchase> record_purchase(Desk& desk, const Settings& settings,
                                      const NewPurchase& fresh) {
    CF_LET(Account account, find_account(desk.database(), fresh.account));
    CF_LET(const loyalty::Tier tier, settings.tiers.by_name(account.tier));
    CF_LET(
        const std::int64_t points,
        loyalty::points_earned({fresh.amount_minor, settings.currency}, tier.multiplier_permille));
    CF_TRY(check_reference(desk.database(), fresh.reference));
    const ingest::RecordedPurchase recorded{fresh.account, std::string(settings.currency.code()),
                                            fresh.amount_minor, points, fresh.reference};
    const base::WallTime now = desk.now();
    CF_LET(const wire::Cursor place,
           desk.record(ledger::EventType::purchase_recorded, ingest::write_body(recorded)));
    account.points += points;
    account.spent_minor += fresh.amount_minor;
    ++account.visits;
    return MadePurchase{
        {purchase_id(ingest::kCentre, place.epoch, place.seq), "sale", fresh.amount_minor,
         recorded.currency, points, fresh.reference, now.unix_ms},
        std::move(account)};
}

Outcome<PurchasePage> list_purchases(Database& database, const std::string& account,
                                     std::int64_t skip, std::int64_t limit) {
    const std::int64_t key = ingest::member_key(account);
    PurchasePage page;
    CF_LET(const Rows count,
           database.query("SELECT COUNT(*) FROM purchase WHERE member_key = $1 AND member = $2",
                          {key, std::string_view(account)}));
    page.total = count.integer(0, 0);
    if (skip >= page.total) return page;
    CF_LET(const Rows rows,
           database.query("SELECT p.terminal, p.epoch, p.seq, p.kind, p.total_minor, p.currency, "
                          "p.points, p.receipt, p.at_ms, r.reference FROM purchase p "
                          "LEFT JOIN external_receipt r ON r.terminal = p.terminal AND "
                          "r.epoch = p.epoch AND r.seq = p.seq "
                          "WHERE p.member_key = $1 AND p.member = $2 "
                          "ORDER BY p.at_ms DESC, p.terminal, p.epoch, p.seq DESC "
                          "LIMIT $3 OFFSET $4",
                          {key, std::string_view(account), limit, skip}));
    for (std::size_t row = 0; row < rows.size(); ++row)
        page.purchases.push_back(purchase_in(rows, row));
    return page;
}

}  // namespace counterfoil::services
