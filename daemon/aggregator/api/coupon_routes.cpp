#include "daemon/aggregator/api/lists.h"

namespace counterfoil::api {

using http::Method;
using services::Account;
using services::Coupon;
using services::Desk;

namespace {

constexpr std::int64_t kCode = 100;
constexpr std::int64_t kMostSkipped = 1'000'000'000;
constexpr std::int64_t kMostRows = 1000;
const std::string kTag = "coupons";

// Nobody, where the coupon is nobody's or its owner was forgotten.
services::Outcome<std::optional<Account>> owner_of(store::Database& database,
                                                   const Coupon& coupon) {
    if (!coupon.status.holder) return std::optional<Account>();
    auto account = services::find_account(database, coupon.status.holder->text());
    if (account.ok()) return std::optional(std::move(account).value());
    if (account.error().cause) return account.error();
    return std::optional<Account>();
}

Offer all_offer(const Ground& ground) {
    Offer all{Method::get, "/api/coupons/{customer_id}", Who::subject_or_admin,
              "A customer's coupons, the latest first", kTag};
    all.subject = "customer_id";
    all.table = "coupons";
    all.response = {integer("total", 0, json::kMaxInteger), list("coupons", coupon_shape())};
    all.query = {{flag("is_redeemed").say("only those that are, or are not")},
                 {integer("skip", 0, kMostSkipped).say("how many to pass over; 0")},
                 {integer("limit", 1, kMostRows).say("how many at most; 1000")}};
    all.read = [&ground](store::Database& database, Call& call) -> services::Readers::Answer {
        const std::string customer = call.place("customer_id");
        CF_TRY(services::find_account(database, customer));
        std::optional<bool> redeemed;
        if (const auto asked = http::find(call.query, "is_redeemed")) redeemed = *asked == "true";
        const services::Part part{call.query_number("skip", 0),
                                  call.query_number("limit", kMostRows)};
        CF_LET(const services::CouponPage page,
               services::list_coupons(database, customer, redeemed, part, ground.clock.now()));
        return written_page("coupons", page.total, page.coupons, coupon_answer);
    };
    return all;
}

Shape listed_shape() {
    constexpr std::int64_t kState = 20;
    return coupon_shape().with({text("state", kState).say("of now, as /api/v1 names it"),
                                uuid("customer_id").nullable(), uuid("book_id").nullable()});
}

json::Object listed_answer(const Coupon& coupon) {
    json::Object object = coupon_answer(coupon);
    object.set("state", loyalty::coupon_state_name(coupon.status.state));
    set_or_null(object, "customer_id", coupon.status.holder ? coupon.status.holder->text() : "");
    set_or_null(object, "book_id", coupon.book);
    return object;
}

Offer everybodys_offer(const Ground& ground) {
    Offer all{Method::get, "/api/coupons", Who::admin,
              "All coupons, of customers and of books, the latest first", kTag};
    all.table = "coupons";
    all.response = slice_shape("coupons", listed_shape());
    all.query = slice_query();
    all.query.push_back({flag("is_redeemed").say("only those that are, or are not")});
    all.read = [&ground](store::Database& database, Call& call) -> services::Readers::Answer {
        std::optional<bool> redeemed;
        if (const auto asked = http::find(call.query, "is_redeemed")) redeemed = *asked == "true";
        CF_LET(const services::SliceAsk ask, slice_ask(call));
        CF_LET(const auto slice,
               services::list_all_coupons(database, redeemed, ask, ground.clock.now()));
        return written_slice("coupons", slice, listed_answer);
    };
    return all;
}

Offer create_offer(const Ground& ground) {
    Offer create{Method::post, "/api/coupons/create", Who::subject,
                 "Turns a customer's own points into a coupon", kTag};
    create.status = 201;
    create.subject = "customer_id";
    create.request = {uuid("customer_id")};
    create.response = {uuid("id"),
                       text("code", kCode),
                       uuid("customer_id"),
                       whole("value"),
                       flag("is_redeemed"),
                       time("created_at"),
                       object("customer", owner_shape().with({whole("remaining_points")}))};
    create.act = [&ground](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const services::MadeCoupon made,
               services::buy_coupon(desk, ground.settings, call.caller.account));
        call.about = made.account.id;
        json::Object customer = owner_answer(made.account);
        customer.set("remaining_points", made.account.points);
        json::Object answer;
        answer.set("id", made.coupon.id).set("code", made.coupon.code);
        answer.set("customer_id", made.account.id).set("value", made.coupon.value_minor);
        answer.set_flag("is_redeemed", false);
        answer.set("created_at", services::document_time(made.coupon.created_ms));
        answer.set("customer", std::move(customer));
        return written(answer);
    };
    return create;
}

Offer lookup_offer(const Ground& ground) {
    Offer lookup{Method::post, "/api/coupons/lookup", Who::admin,
                 "What a coupon is, and whose, before it is redeemed", kTag};
    lookup.request = {text("code", kCode)};
    lookup.response = {uuid("id"),
                       text("code", kCode),
                       whole("value"),
                       flag("is_redeemed"),
                       time("created_at"),
                       object("customer", Shape{uuid("id")}.with(
                                              {alphanumeric("loyalty_id", 20).nullable(),
                                               text("name", 100, 0), phone("phone").nullable()}))
                           .nullable()};
    lookup.read = [&ground](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_LET(const Coupon coupon,
               services::find_coupon(database, call.text("code"), ground.clock.now()));
        if (coupon.is_redeemed()) return services::redeemed_before(coupon);
        CF_LET(const auto owner, owner_of(database, coupon));
        json::Object answer;
        answer.set("id", coupon.id).set("code", coupon.code).set("value", coupon.value_minor);
        answer.set_flag("is_redeemed", false);
        answer.set("created_at", services::document_time(coupon.created_ms));
        if (!owner) {
            answer.set_null("customer");
            return written(answer);
        }
        json::Object customer;
        customer.set("id", owner->id);
        set_or_null(customer, "loyalty_id", owner->profile.loyalty_id);
        customer.set("name", owner->profile.name);
        set_or_null(customer, "phone", owner->profile.phone);
        answer.set("customer", std::move(customer));
        return written(answer);
    };
    return lookup;
}

Offer redeem_offer() {
    Offer redeem{Method::put, "/api/coupons/{code}/redeem", Who::admin, "Redeems a coupon", kTag};
    redeem.response = coupon_shape().with({object("customer", owner_shape()).nullable()});
    redeem.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        const std::string code = call.place("code");
        CF_LET(const Coupon was, services::find_coupon(desk.database(), code, desk.now()));
        if (was.is_redeemed()) return services::redeemed_before(was);
        CF_LET(const Coupon coupon, services::redeem_coupon(desk, code, actor_of(call)));
        CF_LET(const auto owner, owner_of(desk.database(), coupon));
        json::Object answer = coupon_answer(coupon);
        if (!owner) {
            answer.set_null("customer");
            return written(answer);
        }
        call.about = owner->id;
        answer.set("customer", owner_answer(*owner));
        return written(answer);
    };
    return redeem;
}

}  // namespace

std::vector<Offer> coupon_offers(const Ground& ground) {
    return {all_offer(ground), everybodys_offer(ground), create_offer(ground), lookup_offer(ground),
            redeem_offer()};
}

}  // namespace counterfoil::api
