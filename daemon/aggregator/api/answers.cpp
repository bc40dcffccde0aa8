#include "daemon/aggregator/api/answers.h"

namespace counterfoil::api {

using services::Account;
using services::document_time;

namespace {

Field tier_field() {
    constexpr std::int64_t kLongest = 32;
    return text("role", kLongest).say("the tier, by which points are multiplied");
}

}  // namespace

services::Outcome<std::string> written(const json::Object& object) {
    CF_LET(std::string text, object.write());
    return text;
}

void set_or_null(json::Object& object, const char* name, const std::string& text) {
    if (text.empty())
        object.set_null(name);
    else
        object.set(name, text);
}

void set_or_null(json::Object& object, const char* name, std::int64_t number) {
    if (number == 0)
        object.set_null(name);
    else
        object.set(name, number);
}

services::Outcome<std::int64_t> time_in(const std::string& name, std::string_view text) {
    constexpr std::size_t kWithout = std::string_view("2026-01-18T12:30:00Z").size();
    std::string whole(text);
    if (whole.size() == kWithout) whole.insert(kWithout - 1, ".000");
    const auto time = base::from_rfc3339(whole);
    if (!time.ok())
        return wrong_field(
            name, {"a time like 2026-12-31T23:59:59Z", "időpont, például 2026-12-31T23:59:59Z"});
    return time.value().unix_ms;
}

Shape message_shape() {
    constexpr std::int64_t kLongest = 200;
    return {text("message", kLongest)};
}

Shape customer_shape(const CustomerView& view) {
    constexpr std::int64_t kName = 100;
    constexpr std::int64_t kPinDigits = 8;
    std::vector<Field> fields{uuid("id"), alphanumeric("loyalty_id", 20).nullable(),
                              text("name", kName, 0), text("email", kName, 0),
                              phone("phone").nullable()};
    if (view.has_pin)
        fields.push_back(digits("pin_code", kPinDigits)
                             .nullable()
                             .say("told once; null where the request is repeated"));
    for (const char* name : {"points", "total_spent", "visit_count"}) fields.push_back(whole(name));
    fields.push_back(tier_field());
    if (view.has_admin_flag) fields.push_back(flag("is_admin"));
    if (view.has_created) fields.push_back(time("created_at"));
    if (view.has_updated) fields.push_back(time("updated_at"));
    return Shape(std::move(fields));
}

json::Object customer_answer(const Account& account, const CustomerView& view,
                             const std::string& pin) {
    json::Object object;
    object.set("id", account.id);
    set_or_null(object, "loyalty_id", account.profile.loyalty_id);
    object.set("name", account.profile.name).set("email", account.profile.email);
    set_or_null(object, "phone", account.profile.phone);
    if (view.has_pin) set_or_null(object, "pin_code", pin);
    object.set("points", account.points).set("total_spent", account.spent_minor);
    object.set("visit_count", account.visits).set("role", account.tier);
    if (view.has_admin_flag) object.set_flag("is_admin", account.is_admin());
    if (view.has_created) object.set("created_at", document_time(account.created_ms));
    if (view.has_updated) object.set("updated_at", document_time(account.updated_ms));
    return object;
}

Shape user_shape() {
    constexpr std::int64_t kName = 100;
    return {uuid("id"),
            alphanumeric("loyalty_id", 20),
            text("name", kName, 0),
            text("email", kName, 0),
            tier_field(),
            flag("is_admin"),
            whole("points")};
}

json::Object user_answer(const Account& account) {
    json::Object user;
    user.set("id", account.id).set("loyalty_id", account.profile.loyalty_id);
    user.set("name", account.profile.name).set("email", account.profile.email);
    user.set("role", account.tier).set_flag("is_admin", account.is_admin());
    user.set("points", account.points);
    return user;
}

Shape owner_shape() {
    constexpr std::int64_t kName = 100;
    return {alphanumeric("loyalty_id", 20).nullable(), text("name", kName, 0)};
}

json::Object owner_answer(const Account& account) {
    json::Object owner;
    set_or_null(owner, "loyalty_id", account.profile.loyalty_id);
    owner.set("name", account.profile.name);
    return owner;
}

Field kind_field() {
    constexpr std::int64_t kLongest = 10;
    return text("kind", kLongest).one_of({"sale", "refund", "void"});
}

Shape purchase_shape() {
    constexpr std::int64_t kReceipt = 100;
    return {uuid("id"),
            whole("amount").say("in minor units of the currency; below zero where given back"),
            whole("points_earned"),
            text("receipt_number", kReceipt).nullable(),
            time("created_at"),
            kind_field()};
}

json::Object purchase_answer(const services::Purchase& purchase) {
    json::Object object;
    object.set("id", purchase.id).set("amount", purchase.amount_minor);
    object.set("points_earned", purchase.points);
    set_or_null(object, "receipt_number", purchase.receipt_number);
    object.set("created_at", document_time(purchase.at_ms)).set("kind", purchase.kind);
    return object;
}

Shape coupon_shape() {
    constexpr std::int64_t kCode = 100;
    return {uuid("id"),          text("code", kCode), whole("value"),
            flag("is_redeemed"), time("created_at"),  time("redeemed_at").nullable()};
}

json::Object coupon_answer(const services::Coupon& coupon) {
    json::Object object;
    object.set("id", coupon.id).set("code", coupon.code).set("value", coupon.value_minor);
    object.set_flag("is_redeemed", coupon.is_redeemed());
    object.set("created_at", document_time(coupon.created_ms));
    if (coupon.redeemed_ms)
        object.set("redeemed_at", document_time(*coupon.redeemed_ms));
    else
        object.set_null("redeemed_at");
    return object;
}

}  // namespace counterfoil::api
