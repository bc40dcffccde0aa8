#include "firmware/core/ledger/sale.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace counterfoil::ledger {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::size_t kMaxText = 200;
// No amount is larger, so that sums of all that a body may hold cannot overflow.
constexpr std::int64_t kMaxMinor = 1'000'000'000'000;
constexpr std::int64_t kMaxQuantityMilli = 1'000'000 * kOne;
constexpr std::int64_t kAllBasisPoints = 10'000;

Error contradiction(const std::string& what) {
    return Error(Code::refused, "the sums do not hold: " + what);
}

template <class Items, class Amount>
std::int64_t sum(const Items& items, Amount amount) {
    return std::accumulate(
        items.begin(), items.end(), std::int64_t{0},
        [&](std::int64_t total, const auto& item) { return total + amount(item); });
}

Status check_tenders(const std::vector<SaleTender>& tenders, std::int64_t due_minor) {
    const bool sound = std::ranges::all_of(tenders, [](const SaleTender& tender) {
        return tender.amount_minor >= 0 && tender.given_minor >= tender.amount_minor;
    });
    if (!sound) return contradiction("a tender is less than what was kept of it");
    if (sum(tenders, [](const SaleTender& tender) { return tender.amount_minor; }) != due_minor)
        return contradiction("the tenders are not what was to be paid");
    return {};
}

// Reads members with their bounds; the first that is not as it must be is kept as the error.
class Members {
  public:
    explicit Members(const json::Value& object) : object_(object) {}

    std::string text(std::string_view name) {
        const auto value = object_.text(name);
        if (!value.ok() || value.value().size() > kMaxText) return fail(name);
        return std::string(value.value());
    }
    std::int64_t number(std::string_view name, std::int64_t low, std::int64_t high) {
        const auto value = object_.integer(name);
        if (value.ok() && value.value() >= low && value.value() <= high) return value.value();
        fail(name);
        return low;
    }
    std::int64_t amount(std::string_view name) { return number(name, 0, kMaxMinor); }
    bool flag(std::string_view name) {
        const auto value = object_.find(name);
        if (value && value->boolean()) return *value->boolean();
        fail(name);
        return false;
    }
    bool has(std::string_view name) const { return object_.find(name).has_value(); }
    // Calls read(Members&) for each object of the array.
    template <class Read>
    void each(std::string_view name, std::size_t most, Read read) {
        const auto array = object_.array(name);
        if (!array.ok()) return static_cast<void>(fail(name));
        std::size_t count = 0;
        for (auto item = array.value().first(); item && !error_; item = item->next()) {
            Members members(*item);
            if (++count > most) return static_cast<void>(fail(name));
            read(members);
            if (members.error_) error_ = members.error_;
        }
    }
    std::string fail(std::string_view name) {
        if (!error_)
            error_.emplace(Code::malformed,
                           "\"" + std::string(name) + "\" is missing or out of its bounds");
        return {};
    }
    const std::optional<Error>& error() const { return error_; }

  private:
    json::Value object_;
    std::optional<Error> error_;
};

json::Object line_object(const SaleLine& line) {
    json::Object object;
    object.set("code", line.code).set("name", line.name);
    object.set("quantity_milli", line.quantity_milli).set_flag("by_weight", line.by_weight);
    object.set("unit_minor", line.unit_minor).set("gross_minor", line.gross_minor);
    object.set("discount_minor", line.discount_minor).set("vat_bp", line.vat_basis_points);
    return object;
}

SaleLine read_line(Members& members) {
    SaleLine line;
    line.code = members.text("code");
    line.name = members.text("name");
    line.quantity_milli = members.number("quantity_milli", 1, kMaxQuantityMilli);
    line.by_weight = members.flag("by_weight");
    line.unit_minor = members.amount("unit_minor");
    line.gross_minor = members.amount("gross_minor");
    line.discount_minor = members.amount("discount_minor");
    line.vat_basis_points = members.number("vat_bp", 0, kAllBasisPoints);
    return line;
}

json::Object coupon_object(const SaleCoupon& coupon) {
    json::Object object;
    object.set("coupon", coupon.coupon).set("book", coupon.book);
    object.set("discount_minor", coupon.discount_minor).set("points", coupon.points);
    return object;
}

SaleCoupon read_coupon(Members& members) {
    return {members.text("coupon"), members.amount("book"), members.amount("discount_minor"),
            members.amount("points")};
}

json::Array tender_array(const std::vector<SaleTender>& tenders) {
    json::Array array;
    for (const SaleTender& tender : tenders) {
        json::Object object;
        object.set("kind", tender.kind).set("amount_minor", tender.amount_minor);
        object.set("given_minor", tender.given_minor).set("reference", tender.reference);
        array.add(std::move(object));
    }
    return array;
}

SaleTender read_tender(Members& members) {
    SaleTender tender{members.text("kind"), members.amount("amount_minor"),
                      members.amount("given_minor"), members.text("reference")};
    if (tender.kind != "cash" && tender.kind != "card" && tender.kind != "voucher")
        members.fail("kind");
    return tender;
}

void set_member(json::Object& body, const std::optional<SaleMember>& member) {
    if (!member) return;
    body.set("member", member->id).set("points_before", member->points_before);
    body.set("points_earned", member->points_earned);
}

std::optional<SaleMember> read_member(Members& members) {
    if (!members.has("member")) return {};
    return SaleMember{members.text("member"),
                      members.number("points_before", -kMaxMinor, kMaxMinor),
                      members.amount("points_earned")};
}

json::Object back_line_object(const BackLine& line) {
    json::Object object;
    object.set("line", line.line).set("quantity_milli", line.quantity_milli);
    object.set("amount_minor", line.amount_minor);
    return object;
}

Result<money::Currency> read_currency(Members& members) {
    return money::Currency::from_code(members.text("currency"));
}

}  // namespace

Result<std::vector<money::VatLine>> Sale::vat() const {
    std::vector<money::VatItem> items;
    for (const SaleLine& line : lines) {
        CF_LET(const money::VatRate rate, money::VatRate::from_basis_points(line.vat_basis_points));
        items.push_back({money::Money(line.paid_minor(), currency), rate});
    }
    return money::vat_by_rate(items);
}

Status check(const Sale& sale) {
    for (const SaleLine& line : sale.lines)
        if (line.discount_minor < 0 || line.discount_minor > line.gross_minor)
            return contradiction("a line's discount is more than its price");
    const auto paid = [](const SaleLine& line) { return line.paid_minor(); };
    if (sum(sale.lines, paid) != sale.total_minor)
        return contradiction("the lines are not the total");
    const auto line_discount = [](const SaleLine& line) { return line.discount_minor; };
    const auto discount = [](const SaleCoupon& coupon) { return coupon.discount_minor; };
    // Overrides take something off as well, so that the lines may have more.
    if (sum(sale.coupons, discount) > sum(sale.lines, line_discount))
        return contradiction("the coupons took off more than the lines say");
    return check_tenders(sale.tenders, sale.total_minor + sale.rounding_minor);
}

Status check(const GivingBack& back) {
    std::set<std::int64_t> places;
    for (const BackLine& line : back.lines)
        if (!places.insert(line.line).second)
            return contradiction("a line is given back twice at once");
    const auto amount = [](const BackLine& line) { return line.amount_minor; };
    if (sum(back.lines, amount) != back.total_minor)
        return contradiction("the lines are not the total");
    return check_tenders(back.tenders, back.total_minor + back.rounding_minor);
}

json::Object write_body(const Sale& sale) {
    CF_CHECK(check(sale).ok());
    json::Array lines;
    for (const SaleLine& line : sale.lines) lines.add(line_object(line));
    json::Array coupons;
    for (const SaleCoupon& coupon : sale.coupons) coupons.add(coupon_object(coupon));
    json::Object body;
    if (sale.receipt > 0)
        body.set("receipt", sale.receipt).set("turnover_minor", sale.turnover_minor);
    body.set("currency", sale.currency.code()).set("total_minor", sale.total_minor);
    body.set("rounding_minor", sale.rounding_minor).set("lines", std::move(lines));
    body.set("coupons", std::move(coupons)).set("tenders", tender_array(sale.tenders));
    set_member(body, sale.member);
    body.set("request", sale.request);
    return body;
}

json::Object write_body(const GivingBack& back) {
    CF_CHECK(check(back).ok());
    json::Array lines;
    for (const BackLine& line : back.lines) lines.add(back_line_object(line));
    json::Object body;
    body.set("receipt", back.receipt).set("original_receipt", back.original_receipt);
    body.set("currency", back.currency.code()).set("reason", back.reason);
    body.set("total_minor", back.total_minor).set("rounding_minor", back.rounding_minor);
    body.set("lines", std::move(lines)).set("tenders", tender_array(back.tenders));
    set_member(body, back.member);
    body.set("request", back.request);
    return body;
}

Result<Sale> read_sale(const json::Value& body) {
    Members members(body);
    Sale sale;
    if (members.has("receipt")) {
        sale.receipt = members.number("receipt", 1, kMaxMinor);
        sale.turnover_minor = members.number("turnover_minor", 0, json::kMaxInteger);
    }
    const auto currency = read_currency(members);
    sale.total_minor = members.amount("total_minor");
    sale.rounding_minor = members.number("rounding_minor", -kMaxMinor, kMaxMinor);
    members.each("lines", kMaxSaleLines,
                 [&](Members& line) { sale.lines.push_back(read_line(line)); });
    members.each("coupons", kMaxSaleCoupons,
                 [&](Members& coupon) { sale.coupons.push_back(read_coupon(coupon)); });
    members.each("tenders", kMaxSaleTenders,
                 [&](Members& tender) { sale.tenders.push_back(read_tender(tender)); });
    sale.member = read_member(members);
    sale.request = members.text("request");
    if (members.error()) return *members.error();
    if (!currency.ok()) return currency.error();
    sale.currency = currency.value();
    CF_TRY(check(sale));
    return sale;
}

Result<GivingBack> read_giving_back(const json::Value& body) {
    Members members(body);
    GivingBack back;
    back.receipt = members.number("receipt", 1, kMaxMinor);
    back.original_receipt = members.number("original_receipt", 1, kMaxMinor);
    const auto currency = read_currency(members);
    back.reason = members.text("reason");
    back.total_minor = members.amount("total_minor");
    back.rounding_minor = members.number("rounding_minor", -kMaxMinor, kMaxMinor);
    members.each("lines", kMaxSaleLines, [&](Members& line) {
        back.lines.push_back({line.number("line", 1, kMaxSaleLines),
                              line.number("quantity_milli", 1, kMaxQuantityMilli),
                              line.amount("amount_minor")});
    });
    members.each("tenders", kMaxSaleTenders,
                 [&](Members& tender) { back.tenders.push_back(read_tender(tender)); });
    back.member = read_member(members);
    back.request = members.text("request");
    if (members.error()) return *members.error();
    if (!currency.ok()) return currency.error();
    back.currency = currency.value();
    CF_TRY(check(back));
    return back;
}

}  // namespace counterfoil::ledger
