#include "firmware/core/central/names.h"

#include "firmware/core/base/check.h"

namespace counterfoil::central {
namespace {

template <class Kind>
struct Name {
    Kind kind;
    std::string_view name;
};
// Clang 14 does not find this by itself.
template <class Kind>
Name(Kind, const char*) -> Name<Kind>;

using token::CouponKind;

constexpr std::array kCouponKinds{
    Name{CouponKind::fixed, "fixed"}, Name{CouponKind::percent, "percent"},
    Name{CouponKind::bonus_points, "points"}, Name{CouponKind::free_product, "product"}};
constexpr std::array kStates{
    Name{CouponState::available, "available"}, Name{CouponState::assigned, "assigned"},
    Name{CouponState::locked, "locked"},       Name{CouponState::redeemed, "redeemed"},
    Name{CouponState::expired, "expired"},     Name{CouponState::revoked, "revoked"},
    Name{CouponState::conflict, "conflict"}};
constexpr std::array kSoldBy{Name{SoldBy::piece, "piece"}, Name{SoldBy::weight, "weight"}};
constexpr std::array kRoles{Name{Role::cashier, "cashier"}, Name{Role::manager, "manager"}};
constexpr std::array<std::string_view, kRowKinds> kRowNames{"setting", "book",   "product",
                                                            "staff",   "member", "coupon"};

template <class Kind, std::size_t size>
std::string_view find_name(const std::array<Name<Kind>, size>& names, Kind kind) {
    for (const auto& known : names)
        if (known.kind == kind) return known.name;
    CF_CHECK(false);
}

template <class Kind, std::size_t size>
std::optional<Kind> find_kind(const std::array<Name<Kind>, size>& names, std::string_view name) {
    for (const auto& known : names)
        if (known.name == name) return known.kind;
    return {};
}

}  // namespace

std::string_view name_of(CouponKind kind) {
    return find_name(kCouponKinds, kind);
}
std::string_view name_of(CouponState state) {
    return find_name(kStates, state);
}
std::string_view name_of(SoldBy sold_by) {
    return find_name(kSoldBy, sold_by);
}
std::string_view name_of(Role role) {
    return find_name(kRoles, role);
}

std::string_view row_name(std::size_t kind) {
    return kRowNames.at(kind);
}

template <>
std::optional<CouponKind> from_name(std::string_view name) {
    return find_kind(kCouponKinds, name);
}
template <>
std::optional<CouponState> from_name(std::string_view name) {
    return find_kind(kStates, name);
}
template <>
std::optional<SoldBy> from_name(std::string_view name) {
    return find_kind(kSoldBy, name);
}
template <>
std::optional<Role> from_name(std::string_view name) {
    return find_kind(kRoles, name);
}

}  // namespace counterfoil::central
