#include "daemon/aggregator/ingest/own_facts.h"

#include <algorithm>

#include "firmware/core/base/coding.h"
#include "firmware/core/ledger/members.h"

namespace counterfoil::ingest {

using base::Result;
using ledger::EventType;
using ledger::Members;

namespace {

// Of what an event can hold.
constexpr std::size_t kMaxSealedText = 8192;
constexpr std::int64_t kMaxNumber = 1'000'000'000'000;

Result<base::Bytes> sealed_in(Members& members) {
    return base::from_base64url(members.text("sealed", kMaxSealedText));
}

Result<AccountCreated> read_created(Members& members) {
    AccountCreated fact;
    fact.id = members.text("account");
    fact.number = members.number("number", 1, kMaxNumber);
    fact.role = members.text("role");
    fact.tier = members.text("tier");
    CF_LET(fact.sealed, sealed_in(members));
    return fact;
}

Result<AccountChanged> read_changed(Members& members) {
    AccountChanged fact;
    fact.id = members.text("account");
    if (members.has("role")) fact.role = members.text("role");
    if (members.has("tier")) fact.tier = members.text("tier");
    if (members.has("sealed")) {
        CF_LET(fact.sealed, sealed_in(members));
    }
    fact.ends_sessions = members.flag("ends_sessions");
    return fact;
}

PointsAdjusted read_adjusted(Members& members) {
    PointsAdjusted fact;
    fact.id = members.text("account");
    fact.points = members.number("points", -ledger::kMaxMinor, ledger::kMaxMinor);
    fact.visits = members.number("visits", -ledger::kMaxMinor, ledger::kMaxMinor);
    if (members.has("spent_minor"))
        fact.spent_minor = members.number("spent_minor", -ledger::kMaxMinor, ledger::kMaxMinor);
    return fact;
}

Result<std::optional<std::int64_t>> read_at(Members& members) {
    if (!members.has("at")) return std::optional<std::int64_t>();
    CF_LET(const base::WallTime at, base::from_rfc3339(members.text("at")));
    return std::optional(at.unix_ms);
}

void write_at(json::Object& body, const std::optional<std::int64_t>& at_ms) {
    if (at_ms) body.set("at", base::to_rfc3339({*at_ms}));
}

Result<CouponIssued> read_issued(Members& members) {
    CouponIssued fact;
    fact.id = members.text("coupon");
    fact.code = members.text("code");
    fact.value_minor = members.amount("value_minor");
    fact.uses = members.number("uses", 1, kMaxNumber);
    fact.account = members.text("account");
    fact.price_points = members.number("price_points", 0, ledger::kMaxMinor);
    CF_LET(fact.at_ms, read_at(members));
    return fact;
}

Result<CouponMoved> read_moved(Members& members) {
    CouponMoved fact;
    fact.id = members.text("coupon");
    fact.state = members.text("state");
    fact.used = members.number("used", 0, kMaxNumber);
    fact.account = members.text("account");
    fact.lock_owner = members.text("lock_owner");
    CF_LET(fact.at_ms, read_at(members));
    if (fact.lock_owner.empty()) return fact;
    CF_LET(const base::WallTime until, base::from_rfc3339(members.text("lock_until")));
    fact.lock_until_ms = until.unix_ms;
    return fact;
}

Result<decltype(OwnFact::what)> read_what(EventType type, Members& members) {
    using What = decltype(OwnFact::what);
    switch (type) {
        case EventType::account_created: {
            CF_LET(auto fact, read_created(members));
            return What(std::move(fact));
        }
        case EventType::account_changed: {
            CF_LET(auto fact, read_changed(members));
            return What(std::move(fact));
        }
        case EventType::account_removed:
            return What(AccountRemoved{members.text("account")});
        case EventType::points_adjusted:
            return What(read_adjusted(members));
        case EventType::purchase_recorded:
            return What(PurchaseNamed{members.text("reference")});
        case EventType::coupon_issued: {
            CF_LET(auto fact, read_issued(members));
            return What(std::move(fact));
        }
        case EventType::coupon_moved: {
            CF_LET(auto fact, read_moved(members));
            return What(std::move(fact));
        }
        default:
            return base::Error(base::Code::malformed, "no fact of the centre's own");
    }
}

Result<decltype(OwnFact::what)> read_book_fact(EventType type, const json::Value& body,
                                               Members& members) {
    using What = decltype(OwnFact::what);
    switch (type) {
        case EventType::book_created: {
            CF_LET(auto fact, read_book_created(members));
            return What(std::move(fact));
        }
        case EventType::codes_added: {
            CF_LET(auto fact, read_codes_added(body));
            return What(std::move(fact));
        }
        case EventType::coupons_assigned: {
            CF_LET(auto fact, read_coupons_assigned(body));
            return What(std::move(fact));
        }
        case EventType::pool_created:
            return What(read_pool_created(members));
        case EventType::pool_changed:
            return What(read_pool_changed(members));
        case EventType::coupons_distributed:
            return What(read_coupons_distributed(members));
        default:
            return read_what(type, members);
    }
}

Result<decltype(OwnFact::what)> read_shop_fact(EventType type, const json::Value& body,
                                               Members& members) {
    using What = decltype(OwnFact::what);
    switch (type) {
        case EventType::products_changed: {
            CF_LET(auto fact, read_products_changed(body));
            return What(std::move(fact));
        }
        case EventType::product_removed:
            return What(read_product_removed(members));
        case EventType::staff_changed: {
            CF_LET(auto fact, read_staff_changed(members));
            return What(std::move(fact));
        }
        case EventType::staff_removed:
            return What(read_staff_removed(members));
        case EventType::setting_changed:
            return What(read_setting_changed(members));
        case EventType::setting_removed:
            return What(read_setting_removed(members));
        default:
            return read_book_fact(type, body, members);
    }
}

}  // namespace

std::string staff_of(const std::string& account) {
    std::string staff = account;
    std::erase(staff, '-');
    return staff;
}

std::string account_of(std::string_view staff) {
    base::Uuid id;
    if (!base::hex_into(staff, id.bytes)) return std::string(staff);
    return id.text();
}

Result<OwnFact> read_own_fact(const ledger::EventView& event, EventType type,
                              const json::Value& body) {
    CF_LET(const base::WallTime at, base::from_rfc3339(event.at));
    Members members(body);
    auto what = read_shop_fact(type, body, members);
    if (members.error()) return *members.error();
    if (!what.ok()) return what.error();
    return OwnFact{event.seq, at.unix_ms, account_of(event.staff), std::move(what).value()};
}

json::Object write_body(const AccountCreated& fact) {
    json::Object body;
    body.set("account", fact.id).set("number", fact.number).set("role", fact.role);
    body.set("tier", fact.tier).set("sealed", base::to_base64url(fact.sealed));
    return body;
}

json::Object write_body(const AccountChanged& fact) {
    json::Object body;
    body.set("account", fact.id);
    if (fact.role) body.set("role", *fact.role);
    if (fact.tier) body.set("tier", *fact.tier);
    if (fact.sealed) body.set("sealed", base::to_base64url(*fact.sealed));
    body.set_flag("ends_sessions", fact.ends_sessions);
    return body;
}

json::Object write_body(const AccountRemoved& fact) {
    json::Object body;
    body.set("account", fact.id);
    return body;
}

json::Object write_body(const PointsAdjusted& fact, const std::string& reason) {
    json::Object body;
    body.set("account", fact.id).set("points", fact.points).set("visits", fact.visits);
    if (fact.spent_minor != 0) body.set("spent_minor", fact.spent_minor);
    body.set("reason", reason);
    return body;
}

json::Object write_body(const CouponIssued& fact) {
    json::Object body;
    body.set("coupon", fact.id).set("code", fact.code).set("value_minor", fact.value_minor);
    body.set("uses", fact.uses).set("account", fact.account);
    body.set("price_points", fact.price_points);
    write_at(body, fact.at_ms);
    return body;
}

json::Object write_body(const CouponMoved& fact) {
    json::Object body;
    body.set("coupon", fact.id).set("state", fact.state).set("used", fact.used);
    body.set("account", fact.account).set("lock_owner", fact.lock_owner);
    if (!fact.lock_owner.empty()) body.set("lock_until", base::to_rfc3339({fact.lock_until_ms}));
    write_at(body, fact.at_ms);
    return body;
}

json::Object write_body(const RecordedPurchase& purchase) {
    json::Object body;
    body.set("account", purchase.account).set("currency", purchase.currency);
    body.set("amount_minor", purchase.amount_minor).set("points", purchase.points);
    body.set("reference", purchase.reference);
    write_at(body, purchase.at_ms);
    return body;
}

Result<RecordedPurchase> read_purchase(const json::Value& body) {
    Members members(body);
    RecordedPurchase purchase;
    purchase.account = members.text("account");
    purchase.currency = members.currency("currency").code();
    purchase.amount_minor = members.amount("amount_minor");
    purchase.points = members.number("points", 0, ledger::kMaxMinor);
    purchase.reference = members.text("reference");
    CF_LET(purchase.at_ms, read_at(members));
    if (members.error()) return *members.error();
    return purchase;
}

}  // namespace counterfoil::ingest
