#include "firmware/journal/projections.h"

#include <array>

#include "firmware/core/ledger/sale.h"
#include "firmware/journal/contradiction.h"

namespace counterfoil::journal {

using base::Code;
using base::Result;
using base::Status;
using ledger::EventType;

namespace {

// Tables in the order of dump(), each with what orders its rows.
struct Table {
    std::string_view name;
    std::string_view order;
    int columns;
};
// It has one row, which stays.
constexpr std::string_view kTotal = "total";
constexpr std::array<Table, 12> kTables{{{kTotal, "id", 9},
                                         {"shift", "shift", 20},
                                         {"tender_total", "shift, kind", 4},
                                         {"tax_total", "shift, basis_points", 4},
                                         {"coupon_use", "coupon", 3},
                                         {"book_use", "book, member", 3},
                                         {"exposure", "seq", 3},
                                         {"made_coupon", "serial", 8},
                                         {"receipt", "receipt", 5},
                                         {"back_line", "receipt, line", 4},
                                         {"request", "request", 2},
                                         {"copy", "receipt", 2}}};

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
    sqlite::Statement add_receipt;
    sqlite::Statement raise_back;
    sqlite::Statement add_back_line;
    sqlite::Statement add_request;
    sqlite::Statement find_receipt;
    sqlite::Statement find_request;
    sqlite::Statement add_copy;
    sqlite::Statement find_copies;
};

Projections::Projections(sqlite::Connection& connection, ShiftCounts shifts, SpendingTable spending,
                         std::unique_ptr<Statements> statements)
    : connection_(&connection),
      shifts_(std::move(shifts)),
      spending_(std::move(spending)),
      statements_(std::move(statements)) {}
Projections::Projections(Projections&&) noexcept = default;
Projections& Projections::operator=(Projections&&) noexcept = default;
Projections::~Projections() = default;

Result<Projections> Projections::open(sqlite::Connection& connection) {
    CF_LET(sqlite::Statement load_totals,
           connection.prepare("SELECT applied_seq, receipts, sales, turnover_minor, refunds, "
                              "refunded_minor, training_sales, z_reports FROM total"));
    CF_LET(sqlite::Statement store_totals,
           connection.prepare("UPDATE total SET applied_seq = ?, receipts = ?, sales = ?, "
                              "turnover_minor = ?, refunds = ?, refunded_minor = ?, "
                              "training_sales = ?, z_reports = ?"));
    CF_LET(SpendingTable spending, SpendingTable::open(connection));
    CF_LET(sqlite::Statement add_receipt,
           connection.prepare("INSERT INTO receipt VALUES (?, ?, ?, ?, 0)"));
    CF_LET(sqlite::Statement raise_back,
           connection.prepare("UPDATE receipt SET back_minor = back_minor + ?2 WHERE receipt = ?1 "
                              "AND original IS NULL AND back_minor + ?2 <= total_minor "
                              "RETURNING 1"));
    CF_LET(sqlite::Statement add_back_line,
           connection.prepare("INSERT INTO back_line VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE "
                              "SET quantity_milli = quantity_milli + ?3, "
                              "amount_minor = amount_minor + ?4"));
    CF_LET(sqlite::Statement add_request,
           connection.prepare("INSERT INTO request VALUES (?, ?) ON CONFLICT DO NOTHING "
                              "RETURNING 1"));
    CF_LET(sqlite::Statement find_receipt,
           connection.prepare("SELECT receipt, seq, total_minor, original, back_minor "
                              "FROM receipt WHERE receipt = ?"));
    CF_LET(sqlite::Statement find_request,
           connection.prepare("SELECT seq FROM request WHERE request = ?"));
    CF_LET(sqlite::Statement add_copy,
           connection.prepare("INSERT INTO copy VALUES (?1, ?2) ON CONFLICT "
                              "DO UPDATE SET copies = ?2"));
    CF_LET(sqlite::Statement find_copies,
           connection.prepare("SELECT copies FROM copy WHERE receipt = ?"));
    CF_LET(ShiftCounts shifts, ShiftCounts::open(connection));
    auto statements = std::make_unique<Statements>(
        Statements{std::move(load_totals), std::move(store_totals), std::move(add_receipt),
                   std::move(raise_back), std::move(add_back_line), std::move(add_request),
                   std::move(find_receipt), std::move(find_request), std::move(add_copy),
                   std::move(find_copies)});
    return Projections(connection, std::move(shifts), std::move(spending), std::move(statements));
}

Status Projections::apply(const ledger::EventView& event) {
    CF_LET(Totals now, totals());
    CF_CHECK(event.seq == now.applied_seq + 1);
    now.applied_seq = event.seq;
    const auto type = ledger::type_from_name(event.type);
    if (event.version > ledger::kEventVersion || !type) return store(now);
    CF_LET(const json::Document document, ledger::read_body(event));
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
            CF_TRY(shifts_.opened(event, body));
            break;
        case EventType::shift_closed:
            CF_TRY(shifts_.closed(event, body));
            break;
        case EventType::cash_in:
            CF_TRY(shifts_.cash_in(event, body));
            break;
        case EventType::cash_out:
            CF_TRY(shifts_.cash_out(event, body));
            break;
        case EventType::drawer_opened:
            CF_TRY(shifts_.drawer_opened(event));
            break;
        case EventType::z_report:
            CF_TRY(shifts_.z_report(event, body, ++now.z_reports));
            break;
        case EventType::reprint:
            CF_TRY(reprint(event, body));
            break;
        case EventType::coupon_redeemed:
            CF_TRY(spending_.redeemed(event, body));
            break;
        case EventType::coupon_rolled_back:
            CF_TRY(spending_.rolled_back(event, body));
            break;
        case EventType::points_spent:
            CF_TRY(spending_.points_spent(event, body));
            break;
        default:
            break;
    }
    CF_TRY(request(event, body));
    return store(now);
}

Status Projections::receipt(const ledger::EventView& event, const CountedReceipt& counted) {
    auto& add = statements_->add_receipt;
    add.bind(1, counted.receipt).bind(2, event.seq).bind(3, counted.total_minor);
    if (counted.original == 0) return add.bind_null(4).run();
    return add.bind(4, counted.original).run();
}

Status Projections::give_back(const ledger::EventView& event, const json::Value& body,
                              const CountedReceipt& counted) {
    auto& raise = statements_->raise_back;
    CF_LET(const bool raised, raise.bind(1, counted.original).bind(2, counted.total_minor).step());
    raise.reset();
    if (!raised) return contradiction(event, "more would be given back than that receipt was paid");
    CF_TRY(receipt(event, counted));
    const auto lines = body.find("lines");
    if (!lines || !lines->is_array()) return {};
    for (auto line = lines->first(); line; line = line->next()) {
        CF_LET(const std::int64_t place, line->integer("line"));
        CF_LET(const std::int64_t quantity, line->integer("quantity_milli"));
        CF_LET(const std::int64_t amount, line->integer("amount_minor"));
        auto& add = statements_->add_back_line;
        add.bind(1, counted.original).bind(2, place).bind(3, quantity).bind(4, amount);
        CF_TRY(add.run());
    }
    return {};
}

// The caller's key for the write, where it gave one, and the basket that was sold: each is good for
// one event.
Status Projections::request(const ledger::EventView& event, const json::Value& body) {
    const auto member = body.find("request");
    const auto key = member ? member->text() : std::nullopt;
    if (key && !key->empty()) CF_TRY(take_request(event, *key));
    const auto basket = body.find("basket");
    const auto name = basket ? basket->text() : std::nullopt;
    if (name && !name->empty()) CF_TRY(take_request(event, ledger::basket_request(*name)));
    return {};
}

Status Projections::take_request(const ledger::EventView& event, std::string_view key) {
    auto& add = statements_->add_request;
    CF_LET(const bool added, add.bind(1, key).bind(2, event.seq).step());
    add.reset();
    if (!added) return contradiction(event, "its request was recorded before");
    return {};
}

Status Projections::sale(const ledger::EventView& event, const json::Value& body, Totals& totals) {
    CF_TRY(take_receipt_number(event, body, totals));
    CF_LET(const std::int64_t total, body.integer("total_minor"));
    CF_LET(const std::int64_t turnover, body.integer("turnover_minor"));
    if (total < 0 || turnover != totals.turnover_minor + total)
        return contradiction(event, "the running turnover does not add up");
    ++totals.sales;
    totals.turnover_minor = turnover;
    CF_TRY(receipt(event, {totals.receipts, event.seq, total, 0, 0}));
    return shifts_.receipt(event, body, ReceiptKind::sale);
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
    CF_TRY(give_back(event, body, {totals.receipts, event.seq, total, original, 0}));
    const bool is_void = event.type == ledger::type_name(EventType::void_sale);
    return shifts_.receipt(event, body, is_void ? ReceiptKind::void_sale : ReceiptKind::refund);
}

// Each copy says which one it is, so that none is printed that nobody knows of.
Status Projections::reprint(const ledger::EventView& event, const json::Value& body) {
    CF_LET(const std::int64_t receipt, body.integer("receipt"));
    CF_LET(const std::int64_t copy, body.integer("copy"));
    CF_LET(const auto found, find_receipt(receipt));
    if (!found) return contradiction(event, "there is no receipt of that number");
    CF_LET(const std::int64_t before, copies(receipt));
    if (copy != before + 1)
        return contradiction(event, "the copy's number must be " + std::to_string(before + 1));
    return statements_->add_copy.bind(1, receipt).bind(2, copy).run();
}

Result<Totals> Projections::totals() {
    auto& load = statements_->load_totals;
    CF_LET(const bool row, load.step());
    CF_CHECK(row);
    const Totals totals{load.integer(0), load.integer(1), load.integer(2), load.integer(3),
                        load.integer(4), load.integer(5), load.integer(6), load.integer(7)};
    load.reset();
    return totals;
}

Result<std::optional<CountedReceipt>> Projections::find_receipt(std::int64_t number) {
    auto& find = statements_->find_receipt;
    CF_LET(const bool row, find.bind(1, number).step());
    if (!row) return std::optional<CountedReceipt>();
    const CountedReceipt found{find.integer(0), find.integer(1), find.integer(2), find.integer(3),
                               find.integer(4)};
    find.reset();
    return std::optional(found);
}

Result<std::vector<GivenBack>> Projections::given_back(std::int64_t number) {
    CF_LET(sqlite::Statement rows,
           connection_->prepare("SELECT line, quantity_milli, amount_minor FROM back_line "
                                "WHERE receipt = ? ORDER BY line"));
    rows.bind(1, number);
    std::vector<GivenBack> lines;
    for (;;) {
        CF_LET(const bool row, rows.step());
        if (!row) return lines;
        lines.push_back({rows.integer(0), rows.integer(1), rows.integer(2)});
    }
}

Result<std::int64_t> Projections::find_request(std::string_view key) {
    auto& find = statements_->find_request;
    CF_LET(const bool row, find.bind(1, key).step());
    if (!row) return std::int64_t{0};
    const std::int64_t seq = find.integer(0);
    find.reset();
    return seq;
}

Result<std::optional<CountedShift>> Projections::find_shift(std::string_view shift) {
    return shifts_.find(shift);
}

Result<std::optional<CountedShift>> Projections::open_shift() {
    return shifts_.find_open();
}

Result<std::optional<ledger::ShiftFigures>> Projections::shift_figures(std::string_view shift) {
    return shifts_.figures(shift);
}

Result<std::int64_t> Projections::copies(std::int64_t receipt) {
    auto& find = statements_->find_copies;
    CF_LET(const bool row, find.bind(1, receipt).step());
    if (!row) return std::int64_t{0};
    const std::int64_t copies = find.integer(0);
    find.reset();
    return copies;
}

Status Projections::store(const Totals& totals) {
    auto& update = statements_->store_totals;
    update.bind(1, totals.applied_seq).bind(2, totals.receipts).bind(3, totals.sales);
    update.bind(4, totals.turnover_minor).bind(5, totals.refunds);
    update.bind(6, totals.refunded_minor).bind(7, totals.training_sales);
    update.bind(8, totals.z_reports);
    return update.run();
}

Status Projections::clear() {
    std::string deletions;
    for (const Table& table : kTables)
        if (table.name != kTotal) deletions += "DELETE FROM " + std::string(table.name) + ";";
    CF_TRY(connection_->execute(deletions));
    return store(Totals{});
}

namespace {

void bind_column(sqlite::Statement& to, int index, const sqlite::Statement& from) {
    const int column = index - 1;
    if (from.is_null(column))
        to.bind_null(index);
    else if (from.is_integer(column))
        to.bind(index, from.integer(column));
    else
        to.bind(index, from.text(column));
}

Status copy_table(const Table& table, sqlite::Connection& from, sqlite::Connection& to) {
    std::string values = "?";
    for (int column = 1; column < table.columns; ++column) values += ", ?";
    CF_LET(sqlite::Statement rows, from.prepare("SELECT * FROM " + std::string(table.name)));
    // The one row that stays gives way.
    CF_LET(sqlite::Statement insert,
           to.prepare("INSERT OR REPLACE INTO " + std::string(table.name) + " VALUES (" + values +
                      ")"));
    CF_CHECK(rows.columns() == table.columns);
    for (;;) {
        CF_LET(const bool row, rows.step());
        if (!row) return {};
        for (int index = 1; index <= table.columns; ++index) bind_column(insert, index, rows);
        CF_TRY(insert.run());
    }
}

}  // namespace

Status Projections::copy_from(sqlite::Connection& other) {
    CF_TRY(clear());
    for (const Table& table : kTables) CF_TRY(copy_table(table, other, *connection_));
    return {};
}

Result<std::int64_t> Projections::oldest_unreported() {
    return connection_->read_integer(
        "SELECT coalesce(min(opened_seq), 0) FROM shift WHERE z_number IS NULL");
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
