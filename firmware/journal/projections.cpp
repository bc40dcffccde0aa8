#include "firmware/journal/projections.h"

#include <array>

namespace counterfoil::journal {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using ledger::EventType;

namespace {

constexpr std::string_view kCash = "cash";

// Tables in the order of dump(), each with what orders its rows.
struct Table {
    std::string_view name;
    std::string_view order;
    int columns;
};
constexpr std::array<Table, 4> kTables{{{"total", "id", 8},
                                        {"shift", "shift", 8},
                                        {"tender_total", "shift, kind", 3},
                                        {"coupon_use", "coupon", 3}}};

Error contradiction(const ledger::EventView& event, std::string_view why) {
    return Error(Code::refused, "event " + std::to_string(event.seq) + " (" +
                                    std::string(event.type) + "): " + std::string(why));
}

// A receipt's number follows the last one's, whatever kind of receipt it is.
Status take_receipt_number(const ledger::EventView& event, const json::Value& body,
                           Totals& totals) {
    CF_LET(const std::int64_t receipt, body.integer("receipt"));
    if (receipt != totals.receipts + 1)
        return contradiction(event,
                             "the receipt's number must be " + std::to_string(totals.receipts + 1));
    totals.receipts = receipt;
    return {};
}

}  // namespace

struct Projections::Statements {
    sqlite::Statement load_totals;
    sqlite::Statement store_totals;
    sqlite::Statement open_shift;
    sqlite::Statement close_shift;
    sqlite::Statement change_shift;
    sqlite::Statement add_tender;
    sqlite::Statement use_coupon;
};

Projections::Projections(sqlite::Connection& connection, std::unique_ptr<Statements> statements)
    : connection_(&connection), statements_(std::move(statements)) {}
Projections::Projections(Projections&&) noexcept = default;
Projections& Projections::operator=(Projections&&) noexcept = default;
Projections::~Projections() = default;

Result<Projections> Projections::open(sqlite::Connection& connection) {
    CF_LET(sqlite::Statement load_totals,
           connection.prepare("SELECT applied_seq, receipts, sales, turnover_minor, refunds, "
                              "refunded_minor, training_sales FROM total"));
    CF_LET(sqlite::Statement store_totals,
           connection.prepare("UPDATE total SET applied_seq = ?, receipts = ?, sales = ?, "
                              "turnover_minor = ?, refunds = ?, refunded_minor = ?, "
                              "training_sales = ?"));
    CF_LET(sqlite::Statement open_shift,
           connection.prepare("INSERT INTO shift VALUES (?1, ?2, NULL, ?3, 0, 0, 0, ?3) "
                              "ON CONFLICT DO NOTHING RETURNING 1"));
    CF_LET(sqlite::Statement close_shift,
           connection.prepare("UPDATE shift SET closed_seq = ?2 "
                              "WHERE shift = ?1 AND closed_seq IS NULL RETURNING 1"));
    CF_LET(sqlite::Statement change_shift,
           connection.prepare("UPDATE shift SET sales = sales + ?2, sales_minor = sales_minor + ?3,"
                              " refunded_minor = refunded_minor + ?4, cash_minor = cash_minor + ?5"
                              " WHERE shift = ?1 AND closed_seq IS NULL RETURNING 1"));
    CF_LET(sqlite::Statement add_tender,
           connection.prepare("INSERT INTO tender_total VALUES (?1, ?2, ?3) ON CONFLICT "
                              "DO UPDATE SET amount_minor = amount_minor + ?3"));
    CF_LET(sqlite::Statement use_coupon,
           connection.prepare("INSERT INTO coupon_use VALUES (?1, ?2, ?3) ON CONFLICT "
                              "DO UPDATE SET uses = uses + ?2, last_seq = ?3"));
    auto statements = std::make_unique<Statements>(
        Statements{std::move(load_totals), std::move(store_totals), std::move(open_shift),
                   std::move(close_shift), std::move(change_shift), std::move(add_tender),
                   std::move(use_coupon)});
    return Projections(connection, std::move(statements));
}

Status Projections::apply(const ledger::EventView& event) {
    CF_LET(Totals now, totals());
    CF_CHECK(event.seq == now.applied_seq + 1);
    now.applied_seq = event.seq;
    const auto type = ledger::type_from_name(event.type);
    if (event.version > ledger::kEventVersion || !type) return store(now);
    CF_LET(const json::Document document,
           json::Document::parse(event.body, {ledger::kMaxEventBytes, ledger::kMaxEventDepth}));
    const json::Value body = document.root();
    switch (*type) {
        case EventType::sale:
            CF_TRY(sale(event, body, now));
            break;
        case EventType::refund:
        case EventType::void_sale:
            CF_TRY(refund(event, body, now));
            break;
        case EventType::training_sale:
            ++now.training_sales;
            break;
        case EventType::shift_opened:
            CF_TRY(shift_opened(event, body));
            break;
        case EventType::shift_closed:
            CF_TRY(shift_closed(event));
            break;
        case EventType::cash_in:
            CF_TRY(cash(event, body, 1));
            break;
        case EventType::cash_out:
            CF_TRY(cash(event, body, -1));
            break;
        case EventType::coupon_redeemed:
            CF_TRY(coupon(event, body, 1));
            break;
        case EventType::coupon_rolled_back:
            CF_TRY(coupon(event, body, -1));
            break;
        default:
            break;
    }
    return store(now);
}

Status Projections::sale(const ledger::EventView& event, const json::Value& body, Totals& totals) {
    CF_TRY(take_receipt_number(event, body, totals));
    CF_LET(const std::int64_t total, body.integer("total_minor"));
    CF_LET(const std::int64_t turnover, body.integer("turnover_minor"));
    if (total < 0 || turnover != totals.turnover_minor + total)
        return contradiction(event, "the running turnover does not add up");
    ++totals.sales;
    totals.turnover_minor = turnover;
    CF_TRY(tenders(event, body, 1));
    return change_shift(event, {.sales = 1, .sales_minor = total});
}

Status Projections::refund(const ledger::EventView& event, const json::Value& body,
                           Totals& totals) {
    CF_TRY(take_receipt_number(event, body, totals));
    CF_LET(const std::int64_t total, body.integer("total_minor"));
    CF_LET(const std::int64_t original, body.integer("original_receipt"));
    if (total < 0 || original < 1 || original >= totals.receipts)
        return contradiction(event, "it names no receipt of this terminal before it");
    ++totals.refunds;
    totals.refunded_minor += total;
    if (totals.refunded_minor > totals.turnover_minor)
        return contradiction(event, "more would be given back than was ever taken");
    CF_TRY(tenders(event, body, -1));
    return change_shift(event, {.refunded_minor = total});
}

Status Projections::tenders(const ledger::EventView& event, const json::Value& body, int sign) {
    CF_LET(const json::Value list, body.array("tenders"));
    for (auto tender = list.first(); tender; tender = tender->next()) {
        CF_LET(const std::string_view kind, tender->text("kind"));
        CF_LET(const std::int64_t amount, tender->integer("amount_minor"));
        auto& add = statements_->add_tender;
        CF_TRY(add.bind(1, event.shift).bind(2, kind).bind(3, sign * amount).run());
        if (kind == kCash) CF_TRY(change_shift(event, {.cash_minor = sign * amount}));
    }
    return {};
}

Status Projections::change_shift(const ledger::EventView& event, const ShiftChange& by) {
    if (event.shift.empty()) return {};
    auto& change = statements_->change_shift;
    change.bind(1, event.shift).bind(2, by.sales).bind(3, by.sales_minor);
    change.bind(4, by.refunded_minor).bind(5, by.cash_minor);
    CF_LET(const bool open, change.step());
    change.reset();
    if (!open) return contradiction(event, "the shift is not open");
    return {};
}

Status Projections::cash(const ledger::EventView& event, const json::Value& body, int sign) {
    CF_LET(const std::int64_t amount, body.integer("amount_minor"));
    if (amount < 0) return contradiction(event, "an amount of cash is never negative");
    return change_shift(event, {.cash_minor = sign * amount});
}

Status Projections::shift_opened(const ledger::EventView& event, const json::Value& body) {
    CF_LET(const std::int64_t float_minor, body.integer("float_minor"));
    if (event.shift.empty()) return contradiction(event, "it names no shift");
    auto& open = statements_->open_shift;
    CF_LET(const bool opened,
           open.bind(1, event.shift).bind(2, event.seq).bind(3, float_minor).step());
    open.reset();
    if (!opened) return contradiction(event, "a shift is opened once");
    return {};
}

Status Projections::shift_closed(const ledger::EventView& event) {
    auto& close = statements_->close_shift;
    CF_LET(const bool closed, close.bind(1, event.shift).bind(2, event.seq).step());
    close.reset();
    if (!closed) return contradiction(event, "the shift is not open");
    return {};
}

Status Projections::coupon(const ledger::EventView& event, const json::Value& body, int change) {
    CF_LET(const std::string_view coupon, body.text("coupon"));
    auto& use = statements_->use_coupon;
    const Status used = use.bind(1, coupon).bind(2, std::int64_t{change}).bind(3, event.seq).run();
    // The table holds no count below zero.
    if (!used.ok() && used.error().code() == Code::refused)
        return contradiction(event, "the coupon's use that it takes back never was");
    return used;
}

Result<Totals> Projections::totals() {
    auto& load = statements_->load_totals;
    CF_LET(const bool row, load.step());
    CF_CHECK(row);
    const Totals totals{load.integer(0), load.integer(1), load.integer(2), load.integer(3),
                        load.integer(4), load.integer(5), load.integer(6)};
    load.reset();
    return totals;
}

Status Projections::store(const Totals& totals) {
    auto& update = statements_->store_totals;
    update.bind(1, totals.applied_seq).bind(2, totals.receipts).bind(3, totals.sales);
    update.bind(4, totals.turnover_minor).bind(5, totals.refunds);
    update.bind(6, totals.refunded_minor).bind(7, totals.training_sales);
    return update.run();
}

Status Projections::clear() {
    CF_TRY(
        connection_->execute("DELETE FROM shift; DELETE FROM tender_total; "
                             "DELETE FROM coupon_use;"));
    return store(Totals{});
}

Result<std::string> Projections::dump() {
    std::string text;
    for (const Table& table : kTables) {
        CF_LET(sqlite::Statement rows,
               connection_->prepare("SELECT * FROM " + std::string(table.name) + " ORDER BY " +
                                    std::string(table.order)));
        for (;;) {
            CF_LET(const bool row, rows.step());
            if (!row) break;
            text.append(table.name);
            for (int column = 0; column < table.columns; ++column)
                text.append("|").append(rows.is_null(column) ? "NULL" : rows.text(column));
            text.push_back('\n');
        }
    }
    return text;
}

}  // namespace counterfoil::journal
