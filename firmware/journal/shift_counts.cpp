#include "firmware/journal/shift_counts.h"

#include "firmware/core/ledger/members.h"
#include "firmware/core/money/vat.h"
#include "firmware/journal/contradiction.h"

namespace counterfoil::journal {

using base::Result;
using base::Status;
using ledger::EventView;
using ledger::ShiftFigures;

namespace {

constexpr std::string_view kCash = "cash";

// A number that older and smaller bodies leave out.
Result<std::int64_t> integer_or_zero(const json::Value& body, std::string_view name) {
    if (!body.find(name)) return std::int64_t{0};
    return body.integer(name);
}

// What a receipt's lines sum to.
struct Lines {
    std::int64_t paid_minor = 0;
    std::int64_t discount_minor = 0;
    std::vector<money::VatItem> items;
};

Status add_line(const EventView& event, const json::Value& line, bool back, Lines& lines) {
    CF_LET(const std::int64_t amount, line.integer(back ? "amount_minor" : "gross_minor"));
    std::int64_t discount = 0;
    if (!back) {
        CF_LET(discount, line.integer("discount_minor"));
    }
    if (discount < 0 || discount > amount)
        return contradiction(event, "a line's discount is more than its price");
    CF_LET(const std::int64_t basis_points, line.integer("vat_bp"));
    CF_LET(const money::VatRate rate, money::VatRate::from_basis_points(basis_points));
    lines.paid_minor += amount - discount;
    lines.discount_minor += discount;
    // The currency changes nothing of the arithmetic.
    lines.items.push_back({money::Money(amount - discount, money::Currency::huf()), rate});
    return {};
}

}  // namespace

struct ShiftCounts::Statements {
    sqlite::Statement open_shift;
    sqlite::Statement close_shift;
    sqlite::Statement change_shift;
    sqlite::Statement add_tender;
    sqlite::Statement add_tax;
};

// What an event adds to its shift.
struct ShiftCounts::Change {
    std::int64_t sales = 0;
    std::int64_t sales_minor = 0;
    std::int64_t refunds = 0;
    std::int64_t voids = 0;
    std::int64_t refunded_minor = 0;
    std::int64_t discount_minor = 0;
    std::int64_t rounding_minor = 0;
    std::int64_t receipt = 0;
    std::int64_t cash_in_minor = 0;
    std::int64_t cash_out_minor = 0;
    std::int64_t cash_minor = 0;
    std::int64_t drawer_openings = 0;
    std::string_view currency = {};
};

ShiftCounts::ShiftCounts(sqlite::Connection& connection, std::unique_ptr<Statements> statements)
    : connection_(&connection), statements_(std::move(statements)) {}
ShiftCounts::ShiftCounts(ShiftCounts&&) noexcept = default;
ShiftCounts& ShiftCounts::operator=(ShiftCounts&&) noexcept = default;
ShiftCounts::~ShiftCounts() = default;

Result<ShiftCounts> ShiftCounts::open(sqlite::Connection& connection) {
    CF_LET(sqlite::Statement open_shift,
           connection.prepare("INSERT INTO shift (shift, opened_seq, float_minor, cash_minor) "
                              "VALUES (?1, ?2, ?3, ?3) ON CONFLICT DO NOTHING RETURNING 1"));
    CF_LET(sqlite::Statement close_shift,
           connection.prepare("UPDATE shift SET closed_seq = ?2, counted_minor = ?3 "
                              "WHERE shift = ?1 AND closed_seq IS NULL RETURNING 1"));
    CF_LET(sqlite::Statement change_shift,
           connection.prepare(
               "UPDATE shift SET sales = sales + ?2, sales_minor = sales_minor + ?3, "
               "refunds = refunds + ?4, voids = voids + ?5, refunded_minor = refunded_minor + ?6, "
               "discount_minor = discount_minor + ?7, rounding_minor = rounding_minor + ?8, "
               "first_receipt = iif(first_receipt = 0, ?9, first_receipt), "
               "last_receipt = max(last_receipt, ?9), cash_in_minor = cash_in_minor + ?10, "
               "cash_out_minor = cash_out_minor + ?11, cash_minor = cash_minor + ?12, "
               "drawer_openings = drawer_openings + ?13, "
               "currency = iif(currency = '', ?14, currency) "
               "WHERE shift = ?1 AND closed_seq IS NULL RETURNING currency"));
    CF_LET(sqlite::Statement add_tender,
           connection.prepare("INSERT INTO tender_total VALUES (?1, ?2, ?3, ?4) ON CONFLICT "
                              "DO UPDATE SET taken_minor = taken_minor + ?3, "
                              "given_back_minor = given_back_minor + ?4"));
    CF_LET(sqlite::Statement add_tax,
           connection.prepare("INSERT INTO tax_total VALUES (?1, ?2, ?3, ?4) ON CONFLICT "
                              "DO UPDATE SET gross_minor = gross_minor + ?3, "
                              "tax_minor = tax_minor + ?4"));
    auto statements = std::make_unique<Statements>(
        Statements{std::move(open_shift), std::move(close_shift), std::move(change_shift),
                   std::move(add_tender), std::move(add_tax)});
    return ShiftCounts(connection, std::move(statements));
}

Status ShiftCounts::opened(const EventView& event, const json::Value& body) {
    CF_LET(const std::int64_t float_minor, body.integer("float_minor"));
    if (event.shift.empty()) return contradiction(event, "it names no shift");
    if (float_minor < 0) return contradiction(event, "an amount of cash is never negative");
    auto& open = statements_->open_shift;
    CF_LET(const bool opened,
           open.bind(1, event.shift).bind(2, event.seq).bind(3, float_minor).step());
    open.reset();
    if (!opened) return contradiction(event, "a shift is opened once");
    return {};
}

Status ShiftCounts::closed(const EventView& event, const json::Value& body) {
    auto& close = statements_->close_shift;
    close.bind(1, event.shift).bind(2, event.seq).bind_null(3);
    if (body.find("counted_minor")) {
        CF_LET(const std::int64_t counted_minor, body.integer("counted_minor"));
        if (counted_minor < 0) return contradiction(event, "an amount of cash is never negative");
        close.bind(3, counted_minor);
    }
    CF_LET(const bool closed, close.step());
    close.reset();
    if (!closed) return contradiction(event, "the shift is not open");
    return {};
}

Status ShiftCounts::receipt(const EventView& event, const json::Value& body, ReceiptKind kind) {
    CF_LET(const std::int64_t total, body.integer("total_minor"));
    CF_LET(const std::int64_t rounding, integer_or_zero(body, "rounding_minor"));
    const bool back = kind != ReceiptKind::sale;
    Change by;
    CF_LET(by.receipt, body.integer("receipt"));
    (back ? by.refunds : by.sales) = 1;
    (back ? by.refunded_minor : by.sales_minor) = total;
    by.voids = kind == ReceiptKind::void_sale ? 1 : 0;
    by.rounding_minor = back ? -rounding : rounding;
    if (body.find("currency")) {
        CF_LET(const std::string_view code, body.text("currency"));
        CF_LET(const money::Currency currency, money::Currency::from_code(code));
        by.currency = currency.code();
    }
    CF_TRY(tenders(event, body, back, total + rounding, by));
    CF_TRY(taxes(event, body, back, total, by));
    return change(event, by);
}

Status ShiftCounts::tenders(const EventView& event, const json::Value& body, bool back,
                            std::int64_t due_minor, Change& by) {
    CF_LET(const json::Value list, body.array("tenders"));
    for (auto tender = list.first(); tender; tender = tender->next()) {
        CF_LET(const std::string_view kind, tender->text("kind"));
        CF_LET(const std::int64_t amount, tender->integer("amount_minor"));
        if (amount < 0 || !ledger::is_tender_kind(kind))
            return contradiction(event, "a tender is cash, card or voucher, and never negative");
        auto& add = statements_->add_tender;
        add.bind(1, event.shift).bind(2, kind);
        add.bind(3, back ? 0 : amount).bind(4, back ? amount : 0);
        CF_TRY(add.run());
        if (kind == kCash) by.cash_minor += back ? -amount : amount;
        due_minor -= amount;
    }
    if (due_minor != 0) return contradiction(event, "the tenders are not what was to be paid");
    return {};
}

Status ShiftCounts::taxes(const EventView& event, const json::Value& body, bool back,
                          std::int64_t total_minor, Change& by) {
    const auto list = body.find("lines");
    if (!list || !list->is_array()) return {};
    Lines lines;
    for (auto line = list->first(); line; line = line->next())
        CF_TRY(add_line(event, *line, back, lines));
    if (lines.paid_minor != total_minor) return contradiction(event, "the lines are not the total");
    by.discount_minor = lines.discount_minor;
    // The tax that stands on the receipt: taking it from the shift's sums would round another way.
    CF_LET(const auto rates, money::vat_by_rate(lines.items));
    for (const money::VatLine& rate : rates) {
        const std::int64_t gross = rate.split.gross.minor();
        const std::int64_t tax = rate.split.tax.minor();
        auto& add = statements_->add_tax;
        add.bind(1, event.shift).bind(2, rate.rate.basis_points());
        CF_TRY(add.bind(3, back ? -gross : gross).bind(4, back ? -tax : tax).run());
    }
    return {};
}

Status ShiftCounts::change(const EventView& event, const Change& by) {
    if (event.shift.empty()) return {};
    auto& change = statements_->change_shift;
    change.bind(1, event.shift).bind(2, by.sales).bind(3, by.sales_minor).bind(4, by.refunds);
    change.bind(5, by.voids).bind(6, by.refunded_minor).bind(7, by.discount_minor);
    change.bind(8, by.rounding_minor).bind(9, by.receipt).bind(10, by.cash_in_minor);
    change.bind(11, by.cash_out_minor).bind(12, by.cash_minor).bind(13, by.drawer_openings);
    CF_LET(const bool open, change.bind(14, by.currency).step());
    const bool same = !open || by.currency.empty() || change.text(0) == by.currency;
    change.reset();
    if (!open) return contradiction(event, "the shift is not open");
    if (!same) return contradiction(event, "the shift's receipts are in another currency");
    return {};
}

Status ShiftCounts::cash_in(const EventView& event, const json::Value& body) {
    CF_LET(const std::int64_t amount, body.integer("amount_minor"));
    if (amount < 0) return contradiction(event, "an amount of cash is never negative");
    return change(event, {.cash_in_minor = amount, .cash_minor = amount});
}

Status ShiftCounts::cash_out(const EventView& event, const json::Value& body) {
    CF_LET(const std::int64_t amount, body.integer("amount_minor"));
    if (amount < 0) return contradiction(event, "an amount of cash is never negative");
    return change(event, {.cash_out_minor = amount, .cash_minor = -amount});
}

Status ShiftCounts::drawer_opened(const EventView& event) {
    return change(event, {.drawer_openings = 1});
}

Status ShiftCounts::z_report(const EventView& event, const json::Value& body,
                             std::int64_t next_number) {
    CF_LET(const ShiftFigures said, ledger::read_shift_figures(body));
    if (said.number != next_number)
        return contradiction(event, "the report's number must be " + std::to_string(next_number));
    if (said.shift != event.shift) return contradiction(event, "it reports another shift");
    CF_LET(sqlite::Statement report,
           connection_->prepare("UPDATE shift SET z_number = ?2 WHERE shift = ?1 AND "
                                "closed_seq IS NOT NULL AND z_number IS NULL "
                                "RETURNING currency, counted_minor"));
    CF_LET(const bool reported, report.bind(1, event.shift).bind(2, said.number).step());
    if (!reported) return contradiction(event, "the shift is not closed, or was reported before");
    CF_LET(auto counted, figures(event.shift));
    CF_CHECK(counted.has_value());
    if (report.text(0).empty()) counted->currency = said.currency;
    if (!report.is_null(1)) counted->counted_minor = report.integer(1);
    counted->number = said.number;
    counted->request = said.request;
    if (said != *counted) return contradiction(event, "its figures are not what was counted");
    return {};
}

namespace {

Result<std::optional<CountedShift>> shift_row(sqlite::Statement& query) {
    CF_LET(const bool row, query.step());
    if (!row) return std::optional<CountedShift>();
    return std::optional(
        CountedShift{std::string(query.text(0)), query.integer(1) != 0, query.integer(2)});
}

}  // namespace

Result<std::optional<CountedShift>> ShiftCounts::find(std::string_view shift) {
    CF_LET(sqlite::Statement query,
           connection_->prepare("SELECT shift, closed_seq IS NULL, cash_minor FROM shift "
                                "WHERE shift = ?"));
    query.bind(1, shift);
    return shift_row(query);
}

Result<std::optional<CountedShift>> ShiftCounts::find_open() {
    CF_LET(sqlite::Statement query,
           connection_->prepare("SELECT shift, closed_seq IS NULL, cash_minor FROM shift "
                                "WHERE closed_seq IS NULL ORDER BY opened_seq DESC LIMIT 1"));
    return shift_row(query);
}

Result<std::optional<ShiftFigures>> ShiftCounts::figures(std::string_view shift) {
    CF_LET(sqlite::Statement row,
           connection_->prepare("SELECT currency, sales, sales_minor, refunds, voids, "
                                "refunded_minor, discount_minor, rounding_minor, first_receipt, "
                                "last_receipt, float_minor, cash_in_minor, cash_out_minor, "
                                "cash_minor, drawer_openings FROM shift WHERE shift = ?"));
    CF_LET(const bool found, row.bind(1, shift).step());
    if (!found) return std::optional<ShiftFigures>();
    ShiftFigures figures;
    figures.shift = shift;
    if (!row.text(0).empty()) {
        CF_LET(figures.currency, money::Currency::from_code(row.text(0)));
    }
    figures.sales = row.integer(1);
    figures.sales_minor = row.integer(2);
    figures.refunds = row.integer(3);
    figures.voids = row.integer(4);
    figures.refunded_minor = row.integer(5);
    figures.discount_minor = row.integer(6);
    figures.rounding_minor = row.integer(7);
    figures.first_receipt = row.integer(8);
    figures.last_receipt = row.integer(9);
    figures.float_minor = row.integer(10);
    figures.cash_in_minor = row.integer(11);
    figures.cash_out_minor = row.integer(12);
    figures.expected_minor = row.integer(13);
    figures.drawer_openings = row.integer(14);
    CF_TRY(read_totals(figures));
    return std::optional(std::move(figures));
}

// In the order in which figures list them.
Status ShiftCounts::read_totals(ShiftFigures& figures) {
    CF_LET(sqlite::Statement tenders,
           connection_->prepare("SELECT kind, taken_minor, given_back_minor FROM tender_total "
                                "WHERE shift = ? ORDER BY kind"));
    tenders.bind(1, figures.shift);
    for (;;) {
        CF_LET(const bool row, tenders.step());
        if (!row) break;
        figures.tenders.push_back(
            {std::string(tenders.text(0)), tenders.integer(1), tenders.integer(2)});
    }
    CF_LET(sqlite::Statement taxes,
           connection_->prepare("SELECT basis_points, gross_minor, tax_minor FROM tax_total "
                                "WHERE shift = ? ORDER BY basis_points"));
    taxes.bind(1, figures.shift);
    for (;;) {
        CF_LET(const bool row, taxes.step());
        if (!row) return {};
        figures.taxes.push_back({taxes.integer(0), taxes.integer(1), taxes.integer(2)});
    }
}

}  // namespace counterfoil::journal
