#pragma once

#include <string>

#include "firmware/core/token/scanned.h"

namespace counterfoil::tool {

// What a code says, for people, in one line: "coupon 0102..., book 42, 1000 off, ...".
std::string describe(const token::Coupon& coupon);
std::string describe(const token::MemberCertificate& certificate);
std::string describe(const token::Scanned& scanned);

// "fixed", "percent", "points", "product"; invalid_argument for any other word.
base::Result<token::CouponKind> coupon_kind_from(std::string_view text);

// "bad: expired: It has run out. Ask for another code, or sell without it."
std::string describe(token::Refusal refusal);

}  // namespace counterfoil::tool
