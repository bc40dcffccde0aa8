#pragma once

#include <string_view>

#include "firmware/core/base/wording.h"

namespace counterfoil::receipt {

using base::Language;

enum class Word {
    tax_number,
    receipt,
    copy,
    training,
    refund,
    original_receipt,
    reason,
    piece,
    kilogram,
    discount,
    coupon,
    points_on_top,
    total,
    given_back,
    rounding,
    cash,
    card,
    voucher,
    change,
    vat,
    net,
    tax,
    gross,
    points_before,
    points_earned,
    points_taken_back,
    points_after,
    terminal,
    event,
    hash,
    signature,
    not_signed,
    void_sale,
    x_report,
    z_report,
    shift,
    receipts,
    none,
    turnover,
    sales,
    discounts_taken_off,
    refunds_and_voids,
    refunds,
    voids,
    takings,
    handed_back,
    opening_float,
    cash_takings,
    cash_in,
    cash_out,
    cash_expected,
    cash_counted,
    difference,
    drawer_openings,
    coupon_for_points,
    valid_until,
    smallest_purchase,
    members_own_coupon,
    points_exchanged,
};

std::string_view word(Word word, Language language);

}  // namespace counterfoil::receipt
