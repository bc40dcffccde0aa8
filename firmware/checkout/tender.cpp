#include "firmware/checkout/tender.h"

#include <algorithm>

#include "firmware/core/ledger/members.h"

namespace counterfoil::checkout {

using ledger::SaleTender;
using money::Money;

namespace {

constexpr std::string_view kCash = "cash";
constexpr std::size_t kMaxReference = 64;

bool is_kind(std::string_view kind) {
    return kind == kCash || kind == "card" || kind == "voucher";
}

Judged<void> check(const Payment& payment, money::Currency currency) {
    if (!payment.currency.empty() && payment.currency != currency.code())
        return Refusal::currency_foreign;
    if (!is_kind(payment.kind)) return Refusal::tender_unknown;
    if (payment.amount_minor <= 0) return Refusal::amount_not_positive;
    if (payment.amount_minor > ledger::kMaxMinor) return Refusal::amount_too_large;
    const bool has_reference =
        !payment.reference.empty() && payment.reference.size() <= kMaxReference;
    if (payment.kind != kCash && !has_reference) return Refusal::tender_reference_missing;
    return {};
}

}  // namespace

std::int64_t cash_due_minor(Money amount, std::int64_t cash_step_minor) {
    const auto cash = money::round_cash(amount, cash_step_minor);
    CF_CHECK(cash.ok());
    return cash.value().minor();
}

Judged<Settlement> settle(Money total, const std::vector<Payment>& payments,
                          std::int64_t cash_step_minor) {
    CF_CHECK(total.minor() >= 0 && total.minor() <= ledger::kMaxMinor && cash_step_minor > 0);
    if (payments.size() > ledger::kMaxSaleTenders) return Refusal::too_many_tenders;
    for (const Payment& payment : payments) CF_TRY(check(payment, total.currency()));
    Settlement settled;
    std::int64_t left_minor = total.minor();
    std::int64_t cash_minor = 0;
    for (const Payment& payment : payments) {
        if (payment.kind == kCash) {
            cash_minor += payment.amount_minor;
            continue;
        }
        if (payment.amount_minor > left_minor) return Refusal::card_overpaid;
        left_minor -= payment.amount_minor;
        settled.tenders.push_back(
            {payment.kind, payment.amount_minor, payment.amount_minor, payment.reference});
    }
    if (left_minor == 0 && cash_minor == 0) return settled;
    const std::int64_t due_minor =
        cash_due_minor(Money(left_minor, total.currency()), cash_step_minor);
    const bool is_crumb = due_minor == 0 && cash_minor == 0;
    if (cash_minor < due_minor || (cash_minor == 0 && !is_crumb)) return Refusal::not_paid;
    settled.rounding_minor = due_minor - left_minor;
    settled.change_minor = cash_minor - due_minor;
    if (!is_crumb) settled.tenders.push_back({std::string(kCash), due_minor, cash_minor, ""});
    return settled;
}

Judged<Settlement> settle_refund(Money total, std::int64_t before_minor, const Payment& kind,
                                 std::int64_t cash_step_minor) {
    CF_CHECK(total.minor() >= 0 && total.minor() <= ledger::kMaxMinor && cash_step_minor > 0);
    CF_CHECK(before_minor >= 0);
    if (!is_kind(kind.kind)) return Refusal::tender_unknown;
    if (kind.kind != kCash && (kind.reference.empty() || kind.reference.size() > kMaxReference))
        return Refusal::tender_reference_missing;
    Settlement settled;
    std::int64_t back_minor = total.minor();
    if (kind.kind == kCash)
        back_minor =
            cash_due_minor(Money(before_minor + back_minor, total.currency()), cash_step_minor) -
            cash_due_minor(Money(before_minor, total.currency()), cash_step_minor);
    settled.rounding_minor = back_minor - total.minor();
    settled.tenders.push_back({kind.kind, back_minor, back_minor, kind.reference});
    return settled;
}

}  // namespace counterfoil::checkout
