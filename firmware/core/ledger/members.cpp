#include "firmware/core/ledger/members.h"

namespace counterfoil::ledger {

using base::Code;
using base::Error;

bool is_tender_kind(std::string_view kind) {
    return kind == "cash" || kind == "card" || kind == "voucher";
}

Error sums_differ(const std::string& what) {
    return Error(Code::refused, "the sums do not hold: " + what);
}

std::string Members::text(std::string_view name, std::size_t most) {
    const auto value = object_.text(name);
    if (value.ok() && value.value().size() <= most) return std::string(value.value());
    fail(name);
    return {};
}

std::int64_t Members::number(std::string_view name, std::int64_t low, std::int64_t high) {
    const auto value = object_.integer(name);
    if (value.ok() && value.value() >= low && value.value() <= high) return value.value();
    fail(name);
    return low;
}

bool Members::flag(std::string_view name) {
    const auto value = object_.find(name);
    if (value && value->boolean()) return *value->boolean();
    fail(name);
    return false;
}

money::Currency Members::currency(std::string_view name) {
    const auto currency = money::Currency::from_code(text(name));
    if (currency.ok()) return currency.value();
    if (!error_) error_ = currency.error();
    return money::Currency::huf();
}

std::string Members::tender_kind(std::string_view name) {
    const std::string kind = text(name);
    if (!is_tender_kind(kind)) fail(name);
    return kind;
}

void Members::fail(std::string_view name) {
    if (!error_)
        error_.emplace(Code::malformed,
                       "\"" + std::string(name) + "\" is missing or out of its bounds");
}

}  // namespace counterfoil::ledger
