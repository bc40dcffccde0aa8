#include "daemon/aggregator/services/purchases.h"

#include <array>
#include <limits>

#include "daemon/aggregator/ingest/derived_id.h"
#include "daemon/aggregator/ingest/projection.h"
#include "firmware/core/loyalty/earning.h"

namespace counterfoil::services {

using store::Database;
using store::Rows;
using store::Value;

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

// Which purchases a part is made of, and in which order: both walk along an index.
struct Walk {
    std::string rows;  // so many behind a place
    std::string end;   // the place of the last one of them
};

constexpr std::string_view kWalked =
    "SELECT p.terminal, p.epoch, p.seq, p.kind, p.total_minor, p.currency, p.points, p.receipt, "
    "p.at_ms, r.reference, p.member FROM (SELECT * FROM purchase ";
constexpr std::string_view kJoined =
    ") p LEFT JOIN external_receipt r ON r.terminal = p.terminal AND r.epoch = p.epoch AND "
    "r.seq = p.seq ";

Walk walk_by_time() {
    const std::string where =
        "WHERE at_ms <= $1 AND (at_ms, terminal, epoch, seq) < ($1, $2, $3, $4) AND at_ms >= $5 "
        "ORDER BY at_ms DESC, terminal DESC, epoch DESC, seq DESC ";
    return {std::string(kWalked) + where + "LIMIT $6" + std::string(kJoined) +
                "WHERE $7 = '' OR p.kind = $7 "
                "ORDER BY p.at_ms DESC, p.terminal DESC, p.epoch DESC, p.seq DESC LIMIT $8",
            "SELECT at_ms, terminal, epoch, seq FROM purchase " + where + "LIMIT 1 OFFSET $6"};
}

Walk walk_by_ledger() {
    const std::string where =
        "WHERE terminal = $1 AND (epoch, seq) < ($2, $3) ORDER BY epoch DESC, seq DESC ";
    return {std::string(kWalked) + where + "LIMIT $4" + std::string(kJoined) +
                "WHERE p.at_ms >= $5 AND p.at_ms < $6 AND ($7 = '' OR p.kind = $7) "
                "ORDER BY p.epoch DESC, p.seq DESC LIMIT $8",
            "SELECT at_ms, terminal, epoch, seq FROM purchase " + where + "LIMIT 1 OFFSET $4"};
}

SlicePlace place_in(const Rows& rows, std::size_t row, std::array<std::size_t, 4> columns) {
    return {rows.integer(row, columns[0]), rows.integer(row, columns[2]),
            rows.integer(row, columns[3]), std::string(rows.text(row, columns[1]))};
}

class Listing {
  public:
    Listing(Database& database, const PurchaseFilter& filter, const SliceAsk& ask)
        : database_(database),
          filter_(filter),
          ask_(ask),
          is_ledger_(!filter.terminal.empty()),
          is_picked_(!filter.kind.empty() || (is_ledger_ && (ask.from_ms || ask.to_ms))) {}

    Outcome<Slice<ListedPurchase>> list() {
        CF_LET(const SlicePlace place, first_place(ask_));
        CF_LET(const Rows rows, look(place));
        Slice<ListedPurchase> slice;
        CF_LET(slice.total, count());
        for (std::size_t row = 0; row < rows.size(); ++row) {
            if (static_cast<std::int64_t>(row) == ask_.limit) {
                slice.next = place_in(rows, row - 1, {8, 0, 1, 2}).text();
                return slice;
            }
            ListedPurchase listed{purchase_in(rows, row), std::string(rows.text(row, 0)), {}};
            if (!rows.is_null(row, 10)) listed.account = rows.text(row, 10);
            slice.items.push_back(std::move(listed));
        }
        CF_LET(slice.next, end_of_examined(place));
        return slice;
    }

  private:
    const Walk& walk() const {
        static const Walk kByTime = walk_by_time();
        static const Walk kByLedger = walk_by_ledger();
        return is_ledger_ ? kByLedger : kByTime;
    }
    std::int64_t from_ms() const {
        return ask_.from_ms.value_or(std::numeric_limits<std::int64_t>::min());
    }
    std::vector<Value> behind(const SlicePlace& place) const {
        if (is_ledger_) return {std::string_view(filter_.terminal), place.epoch, place.seq};
        return {place.at_ms, std::string_view(place.name), place.epoch, place.seq, from_ms()};
    }

    Outcome<Rows> look(const SlicePlace& place) {
        // One more tells whether there is more.
        const std::int64_t wanted = ask_.limit + 1;
        std::vector<Value> values = behind(place);
        values.push_back(is_picked_ ? kMostExamined : wanted);
        if (is_ledger_) {
            values.push_back(from_ms());
            values.push_back(ask_.to_ms.value_or(std::numeric_limits<std::int64_t>::max()));
        }
        values.push_back(std::string_view(filter_.kind));
        values.push_back(wanted);
        CF_LET(Rows rows, database_.query(walk().rows, values));
        return rows;
    }

    // Where those that were passed over are many, the next part begins behind them.
    Outcome<std::string> end_of_examined(const SlicePlace& place) {
        if (!is_picked_) return std::string();
        std::vector<Value> values = behind(place);
        values.push_back(kMostExamined - 1);
        CF_LET(const Rows rows, database_.query(walk().end, values));
        return rows.empty() ? std::string() : place_in(rows, 0, {0, 1, 2, 3}).text();
    }

    Outcome<std::optional<std::int64_t>> count() {
        if (!filter_.kind.empty() || ask_.from_ms || ask_.to_ms)
            return std::optional<std::int64_t>();
        CF_LET(const Rows rows,
               database_.query("SELECT CAST(COALESCE(SUM(sales + given_back), 0) AS BIGINT) "
                               "FROM terminal_figures WHERE $1 = '' OR terminal = $1",
                               {std::string_view(filter_.terminal)}));
        return std::optional(rows.integer(0, 0));
    }

    Database& database_;
    const PurchaseFilter& filter_;
    const SliceAsk& ask_;
    bool is_ledger_;
    bool is_picked_;
};

}  // namespace

std::string purchase_id(std::string_view terminal, std::int64_t epoch, std::int64_t seq) {
    return ingest::derived_id("counterfoil/purchase/1\n" + std::string(terminal) + "/" +
                              std::to_string(epoch) + "/" + std::to_string(seq));
}

Outcome<MadePurchase> record_purchase(Desk& desk, const Settings& settings,
                                      const NewPurchase& fresh) {
    CF_LET(Account account, desk.find_account(fresh.account));
    CF_LET(const loyalty::Tier tier, settings.tiers.by_name(account.tier));
    CF_LET(
        const std::int64_t points,
        loyalty::points_earned({fresh.amount_minor, settings.currency}, tier.multiplier_permille));
    if (!fresh.reference.empty()) {
        CF_LET(const bool is_taken, desk.is_receipt_taken(fresh.reference));
        if (is_taken) return Refusal::receipt_taken;
    }
    const ingest::RecordedPurchase recorded{fresh.account, std::string(settings.currency.code()),
                                            fresh.amount_minor, points, fresh.reference};
    const base::WallTime now = desk.now();
    CF_LET(const wire::Cursor place, desk.record(recorded));
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

Outcome<Slice<ListedPurchase>> list_all_purchases(Database& database, const PurchaseFilter& filter,
                                                  const SliceAsk& ask) {
    return Listing(database, filter, ask).list();
}

}  // namespace counterfoil::services
