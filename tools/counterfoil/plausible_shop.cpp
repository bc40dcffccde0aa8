#include "tools/counterfoil/plausible_shop.h"

#include "firmware/core/ledger/spending.h"

#include <array>

#include "firmware/core/money/vat.h"

namespace counterfoil::tool {

using journal::Draft;
using ledger::EventType;
using money::Currency;
using money::Money;

namespace {

struct Product {
    std::string_view code;
    std::string_view name;
    std::int64_t price_minor;
    std::int64_t vat_basis_points;
};
constexpr std::array<Product, 8> kMenu{{{"5991234000018", "Sajtburger", 1890, 500},
                                        {"5991234000025", "Dupla húsos burger", 2690, 500},
                                        {"5991234000032", "Csirkeburger", 2150, 500},
                                        {"5991234000049", "Hasábburgonya", 890, 500},
                                        {"5991234000056", "Édesburgonya", 1190, 500},
                                        {"5991234000063", "Málnaszörp 0,4 l", 690, 2700},
                                        {"5991234000070", "Ásványvíz 0,5 l", 450, 2700},
                                        {"5991234000087", "Őszibarackos sör 0,33 l", 990, 2700}}};
constexpr std::array<std::string_view, 4> kStaff{"anna", "bela", "csilla", "odon"};
constexpr std::int64_t kCashStep = 5;
constexpr std::int64_t kFloatMinor = 50'000;

// The arithmetic here is on menu prices, which always fit.
template <class T>
T sure(base::Result<T> result) {
    CF_CHECK(result.ok());
    return std::move(result).value();
}

json::Object vat_line(const money::VatLine& line) {
    json::Object object;
    object.set("rate_bp", line.rate.basis_points())
        .set("gross_minor", line.split.gross.minor())
        .set("net_minor", line.split.net.minor())
        .set("tax_minor", line.split.tax.minor());
    return object;
}

json::Object tender(std::string_view kind, std::int64_t amount_minor) {
    json::Object object;
    object.set("kind", kind).set("amount_minor", amount_minor);
    return object;
}

json::Object empty_body() {
    return {};
}

}  // namespace

std::int64_t PlausibleShop::pick(std::int64_t from, std::int64_t to) {
    const auto span = static_cast<std::uint64_t>(to - from + 1);
    return from + static_cast<std::int64_t>(random_() % span);
}

Draft PlausibleShop::draft(EventType type, json::Object body) {
    return {type, std::move(body), shift_, staff_};
}

std::int64_t PlausibleShop::pause_ms() {
    return shift_.empty() ? pick(20'000'000, 40'000'000) : pick(20'000, 120'000);
}

std::vector<Draft> PlausibleShop::next() {
    std::vector<Draft> drafts;
    const std::int64_t dice = pick(0, 99);
    if (shift_.empty())
        drafts.push_back(open_shift());
    else if (--left_in_shift_ == 0)
        drafts.push_back(close_shift());
    else if (dice < 8)
        return sale_with_coupon();
    else if (dice < 86)
        drafts.push_back(sale(false));
    else if (dice < 89 && last_sale_receipt_ != 0)
        drafts.push_back(give_back(dice < 88 ? EventType::refund : EventType::void_sale));
    else if (dice < 91)
        drafts.push_back(sale(true));
    else
        drafts.push_back(small_event());
    return drafts;
}

Draft PlausibleShop::open_shift() {
    shift_ = "S" + std::to_string(++shifts_);
    staff_ = kStaff[static_cast<std::size_t>(pick(0, kStaff.size() - 1))];
    left_in_shift_ = static_cast<int>(pick(90, 160));
    json::Object body;
    body.set("float_minor", kFloatMinor);
    return draft(EventType::shift_opened, std::move(body));
}

Draft PlausibleShop::close_shift() {
    json::Object body;
    body.set("receipts", receipts_).set("turnover_minor", turnover_minor_);
    Draft closing = draft(EventType::shift_closed, std::move(body));
    shift_.clear();
    staff_.clear();
    last_sale_receipt_ = 0;
    return closing;
}

Draft PlausibleShop::sale(bool training) {
    json::Array lines;
    std::vector<money::VatItem> items;
    Money total(0, Currency::huf());
    const std::int64_t count = pick(1, 5);
    for (std::int64_t i = 0; i < count; ++i) {
        const Product& product = kMenu[static_cast<std::size_t>(pick(0, kMenu.size() - 1))];
        const std::int64_t quantity = pick(1, 10) == 10 ? 2 : 1;
        const Money gross = sure(Money(product.price_minor, Currency::huf()).times(quantity));
        items.push_back({gross, sure(money::VatRate::from_basis_points(product.vat_basis_points))});
        total = sure(total.plus(gross));
        json::Object line;
        line.set("code", product.code).set("name", product.name).set("quantity", quantity);
        line.set("unit_minor", product.price_minor).set("gross_minor", gross.minor());
        line.set("discount_minor", std::int64_t{0}).set("vat_bp", product.vat_basis_points);
        lines.add(std::move(line));
    }
    const bool cash = pick(0, 2) == 0;
    const Money paid = cash ? sure(money::round_cash(total, kCashStep)) : total;
    json::Array vat;
    for (const money::VatLine& line : sure(money::vat_by_rate(items))) vat.add(vat_line(line));
    json::Array tenders;
    tenders.add(tender(cash ? "cash" : "card", paid.minor()));
    json::Object body;
    if (!training) {
        turnover_minor_ += total.minor();
        last_sale_receipt_ = ++receipts_;
        last_sale_minor_ = total.minor();
        body.set("receipt", receipts_).set("turnover_minor", turnover_minor_);
    }
    body.set("currency", total.currency().code())
        .set("total_minor", total.minor())
        .set("rounding_minor", paid.minor() - total.minor())
        .set("lines", std::move(lines))
        .set("vat", std::move(vat))
        .set("tenders", std::move(tenders));
    return draft(training ? EventType::training_sale : EventType::sale, std::move(body));
}

std::vector<Draft> PlausibleShop::sale_with_coupon() {
    std::vector<Draft> drafts;
    drafts.push_back(sale(false));
    ledger::Redemption redemption;
    redemption.coupon = "BOOK7-" + std::to_string(++coupons_);
    redemption.receipt = receipts_;
    redemption.book = 7;
    drafts.push_back(draft(EventType::coupon_redeemed, write_body(redemption)));
    return drafts;
}

Draft PlausibleShop::give_back(EventType type) {
    json::Array tenders;
    tenders.add(tender("cash", last_sale_minor_));
    json::Object body;
    body.set("receipt", ++receipts_)
        .set("original_receipt", last_sale_receipt_)
        .set("total_minor", last_sale_minor_)
        .set("reason", "cold food")
        .set("tenders", std::move(tenders));
    // One sale is given back at most once.
    last_sale_receipt_ = 0;
    return draft(type, std::move(body));
}

Draft PlausibleShop::small_event() {
    json::Object body;
    switch (pick(0, 4)) {
        case 0:
            return draft(EventType::drawer_opened, empty_body());
        case 1:
            body.set("amount_minor", 10'000 * pick(1, 5)).set("reason", "change from the bank");
            return draft(EventType::cash_in, std::move(body));
        case 2:
            body.set("amount_minor", 1000 * pick(1, 9)).set("reason", "parcel service");
            return draft(EventType::cash_out, std::move(body));
        case 3:
            if (receipts_ == 0) return draft(EventType::drawer_opened, empty_body());
            copies_ = copied_receipt_ == receipts_ ? copies_ + 1 : 1;
            copied_receipt_ = receipts_;
            body.set("receipt", receipts_).set("copy", copies_);
            return draft(EventType::reprint, std::move(body));
        default:
            body.set("code", kMenu[0].code).set("unit_minor", std::int64_t{1500});
            body.set("approved_by", "manager");
            return draft(EventType::price_override, std::move(body));
    }
}

}  // namespace counterfoil::tool
