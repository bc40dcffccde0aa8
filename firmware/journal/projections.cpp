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
constexpr std::array<Table, 7> kTables{{{"total", "id", 8},
                                        {"shift", "shift", 8},
                                        {"tender_total", "shift, kind", 3},
                                        {"coupon_use", "coupon", 3},
                                        {"receipt", "receipt", 5},
                                        {"back_line", "receipt, line", 4},
                                        {"request", "request", 2}}};

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
    sqlite::Statement add_receipt;
    sqlite::Statement raise_back;
    sqlite::Statement add_back_line;
    sqlite::Statement add_request;
    sqlite::Statement find_receipt;
    sqlite::Statement find_request;
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
    auto statements = std::make_unique<Statements>(
        Statements{std::move(load_totals), std::move(store_totals), std::move(open_shift),
                   std::move(close_shift), std::move(change_shift), std::move(add_tender),
                   std::move(use_coupon), std::move(add_receipt), std::move(raise_back),
                   std::move(add_back_line), std::move(add_request), std::move(find_receipt),
                   std::move(find_request)});
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

// The caller's key for the write, where it gave one: it is good for one event.
Status Projections::request(const ledger::EventView& event, const json::Value& body) {
    const auto member = body.find("request");
    const auto key = member ? member->text() : std::nullopt;
    if (!key || key->empty()) return {};
    auto& add = statements_->add_request;
    CF_LET(const bool added, add.bind(1, *key).bind(2, event.seq).step());
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
    CF_TRY(give_back(event, body, {totals.receipts, event.seq, total, original, 0}));
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

namespace {

constexpr std::string_view kShiftColumns =
    "SELECT shift, closed_seq IS NULL, float_minor, sales, sales_minor, refunded_minor, "
    "cash_minor FROM shift ";

Result<std::optional<CountedShift>> shift_row(sqlite::Statement& query) {
    CF_LET(const bool row, query.step());
    if (!row) return std::optional<CountedShift>();
    return std::optional(CountedShift{std::string(query.text(0)), query.integer(1) != 0,
                                      query.integer(2), query.integer(3), query.integer(4),
                                      query.integer(5), query.integer(6)});
}

}  // namespace

Result<std::optional<CountedShift>> Projections::find_shift(std::string_view shift) {
    CF_LET(sqlite::Statement query,
           connection_->prepare(std::string(kShiftColumns) + "WHERE shift = ?"));
    query.bind(1, shift);
    return shift_row(query);
}

Result<std::optional<CountedShift>> Projections::open_shift() {
    CF_LET(sqlite::Statement query,
           connection_->prepare(std::string(kShiftColumns) +
                                "WHERE closed_seq IS NULL ORDER BY opened_seq DESC LIMIT 1"));
    return shift_row(query);
}

Result<std::map<std::string, std::int64_t>> Projections::tender_totals(std::string_view shift) {
    CF_LET(sqlite::Statement rows,
           connection_->prepare("SELECT kind, amount_minor FROM tender_total WHERE shift = ?"));
    rows.bind(1, shift);
    std::map<std::string, std::int64_t> totals;
    for (;;) {
        CF_LET(const bool row, rows.step());
        if (!row) return totals;
        totals.emplace(rows.text(0), rows.integer(1));
    }
}

Result<std::int64_t> Projections::coupon_uses(std::string_view coupon) {
    CF_LET(sqlite::Statement query,
           connection_->prepare("SELECT uses FROM coupon_use WHERE coupon = ?"));
    CF_LET(const bool row, query.bind(1, coupon).step());
    return row ? query.integer(0) : std::int64_t{0};
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
                             "DELETE FROM coupon_use; DELETE FROM receipt; "
                             "DELETE FROM back_line; DELETE FROM request;"));
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
