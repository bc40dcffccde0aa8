#include "firmware/till/shift_watch.h"

#include <algorithm>

namespace counterfoil::till {

using base::Status;
using ledger::EventType;

namespace {

// "2026-11-29 09:41" as "2026-11-29T09:00".
std::string hour_of(base::WallTime at) {
    constexpr std::size_t kDate = 10;
    constexpr std::size_t kToHour = 13;
    std::string text = base::to_local_text(at).substr(0, kToHour);
    CF_CHECK(text.size() == kToHour);
    text[kDate] = 'T';
    return text + ":00";
}

}  // namespace

Status ShiftWatch::begin_shift() {
    CF_LET(const auto open, journal_.counted().open_shift());
    const std::string now = open ? open->shift : std::string();
    if (now == shift_) return {};
    std::int64_t first = journal_.head().seq + 1;
    if (open) {
        CF_LET(first, journal_.counted().oldest_unreported());
    }
    shift_ = now;
    learned_seq_ = first - 1;
    hours_.clear();
    products_.clear();
    return {};
}

Status ShiftWatch::follow() {
    CF_TRY(begin_shift());
    while (!shift_.empty() && learned_seq_ < journal_.head().seq) {
        CF_LET(const auto event, journal_.find_event(learned_seq_ + 1));
        if (!event) return base::Error(base::Code::corrupt, "the ledger has a gap");
        CF_LET(const ledger::EventView view, ledger::read_event(event->bytes));
        if (view.shift == shift_) CF_TRY(learn(view));
        ++learned_seq_;
    }
    return {};
}

Status ShiftWatch::learn(const ledger::EventView& event) {
    const auto type = ledger::type_from_name(event.type);
    const bool is_back = type == EventType::refund || type == EventType::void_sale;
    if (type != EventType::sale && !is_back) return {};
    CF_LET(const base::WallTime at, base::from_rfc3339(event.at));
    CF_LET(const json::Document body, ledger::read_body(event));
    Hour& hour = hours_[hour_of(at)];
    if (is_back) {
        CF_LET(const ledger::GivingBack back, ledger::read_giving_back(body.root()));
        return given_back(back, hour);
    }
    CF_LET(const ledger::Sale sale, ledger::read_sale(body.root()));
    sold(sale, hour);
    return {};
}

void ShiftWatch::sold(const ledger::Sale& sale, Hour& hour) {
    ++hour.sales;
    hour.total_minor += sale.total_minor;
    for (const ledger::SaleLine& line : sale.lines) {
        Product& product = products_[line.code];
        product.code = line.code;
        product.name = line.name;
        product.quantity_milli += line.quantity_milli;
        product.paid_minor += line.paid_minor();
    }
}

// Which products they were, the sale says; one that was pruned was of another shift.
Status ShiftWatch::given_back(const ledger::GivingBack& back, Hour& hour) {
    hour.back_minor += back.total_minor;
    CF_LET(const auto counted, journal_.counted().find_receipt(back.original_receipt));
    if (!counted) return {};
    CF_LET(const auto event, journal_.find_event(counted->seq));
    if (!event) return {};
    CF_LET(const ledger::EventView view, ledger::read_event(event->bytes));
    CF_LET(const json::Document body, ledger::read_body(view));
    CF_LET(const ledger::Sale sale, ledger::read_sale(body.root()));
    for (const ledger::BackLine& line : back.lines) {
        const ledger::SaleLine& sold = sale.lines.at(static_cast<std::size_t>(line.line - 1));
        const auto product = products_.find(sold.code);
        if (product == products_.end()) continue;
        product->second.quantity_milli -= line.quantity_milli;
        product->second.paid_minor -= line.amount_minor;
    }
    return {};
}

std::vector<ShiftWatch::Product> ShiftWatch::top_products(std::size_t most) const {
    std::vector<Product> top;
    for (const auto& [code, product] : products_)
        if (product.quantity_milli > 0) top.push_back(product);
    std::ranges::stable_sort(top, std::ranges::greater{}, &Product::paid_minor);
    if (top.size() > most) top.resize(most);
    return top;
}

}  // namespace counterfoil::till
