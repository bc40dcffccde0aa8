#pragma once

#include "firmware/checkout/answers.h"
#include "firmware/till/api.h"
#include "firmware/till/schema.h"

// What the files of routes have in common.
namespace counterfoil::till {

// Where a body is not in its form: which member.
inline checkout::Outcome<void> check(const ledger::Members& members) {
    if (members.error()) return *members.error();
    return {};
}

// An amount that the till, and not its reader, refuses.
inline std::int64_t amount(ledger::Members& members, std::string_view name) {
    return members.number(name, -json::kMaxInteger, json::kMaxInteger);
}

inline std::string optional_text(ledger::Members& members, std::string_view name) {
    return members.has(name) ? members.text(name) : std::string();
}

inline std::optional<std::int64_t> optional_number(ledger::Members& members,
                                                   std::string_view name) {
    if (!members.has(name)) return {};
    return amount(members, name);
}

inline Answer done(const checkout::Outcome<void>& outcome) {
    if (!outcome.ok()) return outcome.error();
    return json::Object();
}

template <class T>
Answer told(const checkout::Outcome<T>& outcome) {
    if (!outcome.ok()) return outcome.error();
    return checkout::answer(outcome.value());
}

inline const char* const kState =
    "terminal:string! shop:string! language:string! currency:string! currency_digits:integer! "
    "cash_step_minor:integer! tiers:integer! signed_in:object shift:string parked:integer! "
    "printer:object! sync:object! basket:object basket_id:string laid_coupons:list "
    "member:object error:object "
    "scan:object";
inline const char* const kGivenBack = "seq:integer! refund:object!";

}  // namespace counterfoil::till
