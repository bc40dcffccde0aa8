#include "firmware/till/manager_routes.h"

#include <algorithm>

#include "firmware/till/route_parts.h"

namespace counterfoil::till {

using base::Result;
using checkout::Refusal;
using http::Method;

namespace {

constexpr std::size_t kTopProducts = 10;
constexpr std::int64_t kMostRisks = 100;
constexpr std::int64_t kSecondMs = 1000;

json::Array told_hours(const ShiftWatch& watch) {
    json::Array hours;
    for (const auto& [name, hour] : watch.hours()) {
        json::Object object;
        object.set("hour", name).set("sales", hour.sales).set("total_minor", hour.total_minor);
        hours.add(std::move(object.set("back_minor", hour.back_minor)));
    }
    return hours;
}

json::Array told_products(const ShiftWatch& watch) {
    json::Array products;
    for (const ShiftWatch::Product& product : watch.top_products(kTopProducts)) {
        json::Object object;
        object.set("code", product.code).set("name", product.name);
        object.set("quantity_milli", product.quantity_milli);
        products.add(std::move(object.set("paid_minor", product.paid_minor)));
    }
    return products;
}

json::Object told_policy(const checkout::CouponPolicy& policy) {
    json::Object object;
    object.set_flag("bounded", policy.bounded).set("face_minor", policy.face_minor);
    object.set("terminal_minor", policy.terminal_minor).set("member_minor", policy.member_minor);
    return std::move(object.set("hours", policy.hours));
}

}  // namespace

base::Status ManagerRoutes::add_routes(http::Router& router) {
    follow();
    CF_TRY(add_journal(router));
    return add_figures(router);
}

// Where it fails the figures are those of before, and it is tried again with the next event.
void ManagerRoutes::follow() {
    [[maybe_unused]] const base::Status followed = watch_.follow();
}

Answer ManagerRoutes::figures() {
    CF_TRY(watch_.follow());
    CF_LET(const auto report, world_.desk.open_report());
    json::Array tenders;
    for (const ledger::TenderTotal& tender : report.tenders) {
        json::Object object;
        object.set("kind", tender.kind).set("taken_minor", tender.taken_minor);
        object.set("back_minor", tender.given_back_minor);
        tenders.add(
            std::move(object.set("amount_minor", tender.taken_minor - tender.given_back_minor)));
    }
    json::Object object;
    object.set("shift", report.shift).set("hours", told_hours(watch_));
    object.set("tenders", std::move(tenders));
    return std::move(object.set("products", told_products(watch_)));
}

// The ledger says when it was, and which coupon.
Result<json::Object> ManagerRoutes::risked(const journal::Risk& risk) {
    json::Object object;
    object.set("seq", risk.seq).set("value_minor", risk.face_minor);
    if (!risk.member.empty()) object.set("member", risk.member);
    CF_LET(const auto stored, world_.journal.find_event(risk.seq));
    if (!stored) return object;
    CF_LET(const ledger::EventView view, ledger::read_event(stored->bytes));
    CF_LET(const json::Document body, ledger::read_body(view));
    CF_LET(const ledger::Redemption redemption, ledger::read_redemption(body.root()));
    object.set("at", view.at).set("coupon", redemption.coupon);
    return std::move(object.set("receipt", redemption.receipt));
}

Answer ManagerRoutes::exposure() {
    checkout::Shop& shop = world_.desk.shop();
    CF_LET(const mirror::Meta meta, shop.meta());
    CF_LET(const base::WallTime now, shop.trusted_now());
    CF_LET(const journal::Exposure used, shop.spending().exposure(meta.cursor, ""));
    CF_LET(const auto risks, shop.spending().risks(meta.cursor, kMostRisks));
    const checkout::CouponPolicy& policy = shop.settings().policy;
    json::Array coupons;
    for (const journal::Risk& risk : risks) {
        CF_LET(json::Object coupon, risked(risk));
        coupons.add(std::move(coupon));
    }
    const std::int64_t most_minor = policy.bounded ? policy.terminal_minor : 0;
    json::Object object;
    object.set("policy", told_policy(policy)).set("used_minor", used.terminal_minor);
    object.set("left_minor", std::max<std::int64_t>(most_minor - used.terminal_minor, 0));
    object.set("coupons", std::move(coupons)).set("as_of", base::to_rfc3339(meta.made_at));
    const std::int64_t age_ms = now.unix_ms - meta.made_at.unix_ms;
    return std::move(object.set("age_s", std::max<std::int64_t>(age_ms, 0) / kSecondMs));
}

base::Status ManagerRoutes::add_figures(http::Router& router) {
    Api::Managed shift{Method::get, "/api/shift/figures",
                       "What the open shift sold: by hour, by tender, and its top products"};
    shift.response_schema = schema_of("shift:string! hours:list! tenders:list! products:list!");
    shift.act = [this](Call&) { return figures(); };
    CF_TRY(world_.api.add_managed(router, std::move(shift)));
    Api::Managed risk{Method::get, "/api/exposure",
                      "What was taken without a right to it since the central data were made"};
    risk.response_schema = schema_of(
        "policy:object! used_minor:integer! left_minor:integer! coupons:list! as_of:string! "
        "age_s:integer!");
    risk.act = [this](Call&) { return exposure(); };
    return world_.api.add_managed(router, std::move(risk));
}

}  // namespace counterfoil::till
