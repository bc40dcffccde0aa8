#pragma once

#include <optional>
#include <string_view>

#include "firmware/core/central/rows.h"

// The words that stand for closed sets, the same in the database and in a bundle.
namespace counterfoil::central {

std::string_view name_of(token::CouponKind kind);  // "fixed", "percent", "points", "product"
std::string_view name_of(CouponState state);
std::string_view name_of(SoldBy sold_by);
std::string_view name_of(Role role);
// By Row::index(): "setting", "book", "product", "staff", "member", "coupon".
std::string_view row_name(std::size_t kind);

// Empty where the word is none of them.
template <class Kind>
std::optional<Kind> from_name(std::string_view name);
template <>
std::optional<token::CouponKind> from_name(std::string_view name);
template <>
std::optional<CouponState> from_name(std::string_view name);
template <>
std::optional<SoldBy> from_name(std::string_view name);
template <>
std::optional<Role> from_name(std::string_view name);

}  // namespace counterfoil::central
