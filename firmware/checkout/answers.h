#pragma once

#include "firmware/checkout/cash_desk.h"

// What the use cases give, as JSON: one form for scripts and for screens.
namespace counterfoil::checkout {

// {detail, error_code, timestamp}; the detail in the language.
json::Object answer(const Fault& fault, receipt::Language language, base::WallTime now);

json::Object answer(const Recorded<ledger::Sale>& sold);
json::Object answer(const Recorded<ledger::GivingBack>& back);
json::Object answer(const Quote& quote, receipt::Language language);
json::Object answer(const KnownMember& member);
json::Object answer(const ShiftReport& report);
json::Object answer(const ledger::PointsSpent& spent);
json::Object answer(const Counter::Copy& copy);
json::Object answer(const mirror::Staff& person);
json::Object answer(const mirror::Product& product);
json::Array answer(const std::vector<Parked>& parked);
// Adds to what is told of a receipt.
void describe(json::Object& object, const ReceiptFacts& facts);

}  // namespace counterfoil::checkout
