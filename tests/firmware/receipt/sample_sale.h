#pragma once

#include "firmware/receipt/receipt.h"

namespace counterfoil::receipt::sample {

using ledger::kOne;

inline const Issuer kIssuer{"Csillag Burger", "1051 Budapest, Őrház utca 1.", "12345678-2-42",
                            "Köszönjük, hogy nálunk vásárolt!", "https://burger.example/r"};

inline Fiscal fiscal() {
    Fiscal fiscal{"T01", 42, "2026-11-21 09:01", {}, crypto::Signature{}};
    fiscal.hash.fill(0x5f);
    fiscal.signature->fill(0xa1);
    return fiscal;
}

inline ledger::Sale sale() {
    ledger::Sale sale;
    sale.receipt = 1207;
    sale.turnover_minor = 2'345'678;
    sale.lines = {
        {"5991234000017", "Sajtburger", 2 * kOne, false, 1890, 3780, 378, 500},
        {"5991234000086", "Őszibarackos sör 0,33 l", kOne, false, 990, 990, 0, 2700},
        {"2100010", "Kevert saláta pirított tökmaggal, friss kecskesajttal és málnaöntettel", 350,
         true, 4290, 1502, 0, 1800}};
    sale.coupons = {{"0102030405060708", "Nyári kedvezmény burgerre", 42, 378, 0},
                    {"0807060504030201", "Ötven bónuszpont", 7, 0, 50}};
    sale.tenders = {{"card", 2000, 2000, "AUTH 004211"}, {"cash", 3895, 5000, ""}};
    sale.total_minor = 5894;
    sale.rounding_minor = 1;
    sale.member = ledger::SaleMember{"01934f00-0000-7000-8001-000000000000", 120, 113};
    sale.request = "r-1";
    CF_CHECK(ledger::check(sale).ok());
    return sale;
}

inline ledger::GivingBack back() {
    ledger::GivingBack back;
    back.receipt = 1208;
    back.original_receipt = 1207;
    back.reason = "hideg volt";
    back.lines = {{1, kOne, 1701, 500}};
    back.tenders = {{"cash", 1700, 1700, ""}};
    back.total_minor = 1701;
    back.rounding_minor = -1;
    back.member = ledger::SaleMember{"01934f00-0000-7000-8001-000000000000", 233, 18};
    CF_CHECK(ledger::check(back).ok());
    return back;
}

// A Z report of that number; 0: an X report.
inline ledger::ShiftFigures figures(std::int64_t number) {
    ledger::ShiftFigures figures;
    figures.number = number;
    figures.shift = "S4021";
    figures.sales = 118;
    figures.sales_minor = 1'345'678;
    figures.refunds = 3;
    figures.voids = 1;
    figures.refunded_minor = 12'345;
    figures.discount_minor = 45'670;
    figures.rounding_minor = -7;
    figures.first_receipt = 1201;
    figures.last_receipt = 1321;
    figures.float_minor = 50'000;
    figures.cash_in_minor = 20'000;
    figures.cash_out_minor = 150'000;
    figures.tenders = {{"card", 912'345, 3455}, {"cash", 418'330, 8895}, {"voucher", 15'001, 0}};
    figures.expected_minor = 50'000 + 20'000 - 150'000 + 418'330 - 8895;
    figures.drawer_openings = 4;
    figures.taxes = {{500, 1'012'345, 48'207}, {1800, 70'988, 10'829}, {2700, 250'000, 53'150}};
    if (number > 0) figures.counted_minor = figures.expected_minor - 110;
    CF_CHECK(ledger::check(figures).ok());
    return figures;
}

inline ledger::PointsSpent spent() {
    ledger::PointsSpent spent;
    spent.member = "01934f00-0000-7000-8001-000000000000";
    spent.points = 100;
    spent.points_before = 563;
    spent.coupon = {"a1b2c3d4e5f60718", "COUP-2026-7K3QZ0MTRB", 1, 1000,
                    1'795'248'000,      1'803'024'000};
    return spent;
}

inline CouponTerms terms() {
    return {money::Currency::huf(), "2027-02-19 09:00", 3000};
}

}  // namespace counterfoil::receipt::sample
