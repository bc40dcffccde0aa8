#include "daemon/aggregator/api/book_answers.h"

namespace counterfoil::api {

using services::document_time;

namespace {

constexpr std::int64_t kName = 100;
constexpr std::int64_t kCode = 100;
constexpr std::int64_t kCharset = 62;
constexpr std::int64_t kAffix = 20;

std::vector<std::string> state_names() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < loyalty::kCouponStates; ++i)
        names.emplace_back(loyalty::coupon_state_name(static_cast<loyalty::CouponState>(i)));
    return names;
}

Field state_field() {
    return text("state", kAffix).one_of(state_names());
}

json::Object pattern_answer(const services::CodePattern& pattern) {
    json::Object object;
    object.set("prefix", pattern.prefix).set("suffix", pattern.suffix);
    object.set("length", pattern.length).set("charset", pattern.charset);
    return object;
}

}  // namespace

Shape account_shape() {
    return {uuid("id"), text("email", kName, 0).nullable(), text("name", kName, 0),
            text("role", kAffix).one_of({kUserName, kAdminName}), time("created_at")};
}

json::Object account_answer(const services::Account& account) {
    json::Object object;
    object.set("id", account.id);
    set_or_null(object, "email", account.profile.email);
    object.set("name", account.profile.name);
    object.set("role", account.is_admin() ? kAdminName : kUserName);
    object.set("created_at", document_time(account.created_ms));
    return object;
}

Shape book_shape() {
    return {uuid("id"),
            text("name", kName),
            object("pattern", {text("prefix", kAffix, 0), text("suffix", kAffix, 0),
                               integer("length", 1, kCode), text("charset", kCharset)})
                .nullable()
                .say("null where its codes are uploaded only"),
            flag("allow_multi_redemption"),
            whole("max_redemptions_per_coupon").nullable(),
            whole("max_redemptions_per_user").nullable().say("null: no limit"),
            whole("max_assignments_per_user").nullable().say("null: no limit"),
            whole("value").say("in minor units of the currency"),
            time("expires_at").nullable(),
            flag("is_expired"),
            whole("total_codes"),
            time("created_at")};
}

Shape book_with_counts_shape() {
    std::vector<Field> counts;
    for (std::string& name : state_names()) counts.push_back(whole(std::move(name)));
    return book_shape().with({object("counts", Shape(std::move(counts)))});
}

json::Object book_answer(const services::Book& book, base::WallTime now, const BookView& view) {
    json::Object object;
    object.set("id", book.id).set("name", book.name);
    if (book.pattern.length == 0)
        object.set_null("pattern");
    else
        object.set("pattern", pattern_answer(book.pattern));
    object.set_flag("allow_multi_redemption", book.is_multiple);
    set_or_null(object, "max_redemptions_per_coupon",
                book.uses == loyalty::kMaxUses ? 0 : book.uses);
    set_or_null(object, "max_redemptions_per_user", book.max_redemptions);
    set_or_null(object, "max_assignments_per_user", book.max_assignments);
    object.set("value", book.value_minor);
    set_or_null(object, "expires_at", book.expires_ms ? document_time(*book.expires_ms) : "");
    object.set_flag("is_expired", book.is_expired(now)).set("total_codes", book.codes);
    object.set("created_at", document_time(book.created_ms));
    if (view.counts == nullptr) return object;
    json::Object counts;
    const auto names = state_names();
    for (std::size_t i = 0; i < names.size(); ++i) counts.set(names[i], (*view.counts)[i]);
    object.set("counts", std::move(counts));
    return object;
}

Shape book_coupon_shape() {
    return {uuid("id"),
            text("code", kCode),
            uuid("book_id").nullable(),
            state_field(),
            uuid("user_id").nullable(),
            whole("value"),
            whole("times_redeemed"),
            uuid("locked_by").nullable(),
            time("locked_until").nullable(),
            time("created_at"),
            time("redeemed_at").nullable().say("when it was used up"),
            time("expires_at").nullable()};
}

json::Object book_coupon_answer(const services::Coupon& coupon) {
    const loyalty::CouponStatus& status = coupon.status;
    json::Object object;
    object.set("id", coupon.id).set("code", coupon.code);
    set_or_null(object, "book_id", coupon.book);
    object.set("state", loyalty::coupon_state_name(status.state));
    set_or_null(object, "user_id", status.holder ? status.holder->text() : "");
    object.set("value", coupon.value_minor);
    object.set("times_redeemed", coupon.uses - status.uses_left);
    set_or_null(object, "locked_by", status.lock ? status.lock->owner.text() : "");
    set_or_null(object, "locked_until", status.lock ? document_time(status.lock->until_ms) : "");
    object.set("created_at", document_time(coupon.created_ms));
    set_or_null(object, "redeemed_at",
                coupon.redeemed_ms ? document_time(*coupon.redeemed_ms) : "");
    set_or_null(object, "expires_at", coupon.expires_ms ? document_time(*coupon.expires_ms) : "");
    return object;
}

Shape redemption_shape() {
    return {uuid("coupon_id"),
            text("code", kCode),
            uuid("book_id").nullable(),
            uuid("user_id").nullable(),
            uuid("redeemed_by").nullable(),
            whole("number").say("of this coupon's redemptions, from 1"),
            whole("value"),
            time("redeemed_at")};
}

json::Object redemption_answer(const services::RedemptionRecord& redemption) {
    json::Object object;
    object.set("coupon_id", redemption.coupon).set("code", redemption.code);
    set_or_null(object, "book_id", redemption.book);
    set_or_null(object, "user_id", redemption.account);
    set_or_null(object, "redeemed_by", redemption.redeemed_by);
    object.set("number", redemption.number).set("value", redemption.value_minor);
    object.set("redeemed_at", document_time(redemption.at_ms));
    return object;
}

Shape pool_shape() {
    constexpr std::int64_t kDescription = 200;
    return {uuid("id"), text("name", kName), text("description", kDescription, 0), whole("users"),
            time("created_at")};
}

json::Object pool_answer(const services::Pool& pool) {
    json::Object object;
    object.set("id", pool.id).set("name", pool.name).set("description", pool.description);
    object.set("users", pool.users).set("created_at", document_time(pool.created_ms));
    return object;
}

}  // namespace counterfoil::api
