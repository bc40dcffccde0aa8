#include "daemon/aggregator/api/book_answers.h"

namespace counterfoil::api {

using http::Method;
using services::Coupon;
using services::Desk;
using services::Outcome;
using services::Part;

namespace {

const std::string kTag = "book coupons";

Field state_field() {
    constexpr std::int64_t kLongest = 20;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < loyalty::kCouponStates; ++i)
        names.emplace_back(loyalty::coupon_state_name(static_cast<loyalty::CouponState>(i)));
    return text("state", kLongest).one_of(std::move(names));
}

services::Readers::Answer coupons_page(store::Database& database, const Call& call,
                                       services::CouponFilter filter, base::WallTime now) {
    if (const auto state = http::find(call.query, "state"))
        filter.state = loyalty::coupon_state_from_name(*state);
    CF_LET(const services::CouponPage page,
           services::find_coupons(database, filter, part_of(call), now));
    return written_page("coupons", page.total, page.coupons, book_coupon_answer);
}

Offer coupons_offer(const std::string& path, Who who, const std::string& summary) {
    Offer offer{Method::get, path, who, summary, kTag};
    offer.table = "coupons";
    offer.response = page_shape("coupons", book_coupon_shape());
    offer.query = part_query();
    offer.query.push_back({state_field()});
    return offer;
}

Offer of_book_offer(const Ground& ground) {
    Offer offer = coupons_offer("/api/v1/books/{id}/coupons", Who::admin, "A book's coupons");
    offer.read = [&ground](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_TRY(services::find_book(database, call.place("id")));
        return coupons_page(database, call, {call.place("id"), "", {}}, ground.clock.now());
    };
    return offer;
}

Offer of_user_offer(const Ground& ground) {
    Offer offer = coupons_offer("/api/v1/users/{id}/coupons", Who::subject_or_admin,
                                "A user's coupons, the latest first");
    offer.subject = "id";
    offer.read = [&ground](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_TRY(services::find_user(database, call.place("id")));
        return coupons_page(database, call, {"", call.place("id"), {}}, ground.clock.now());
    };
    return offer;
}

Offer mine_offer(const Ground& ground) {
    Offer offer =
        coupons_offer("/api/v1/users/me/coupons", Who::signed_in, "The coupons of who asks");
    offer.read = [&ground](store::Database& database, Call& call) -> services::Readers::Answer {
        return coupons_page(database, call, {"", call.caller.account, {}}, ground.clock.now());
    };
    return offer;
}

// Of another's coupon, whoever is no admin hears nothing.
Outcome<Coupon> coupon_of(store::Database& database, const Call& call, base::WallTime now) {
    CF_LET(Coupon coupon, services::find_coupon(database, call.place("code"), now));
    const auto& holder = coupon.status.holder;
    if (call.caller.is_admin || (holder && holder->text() == call.caller.account)) return coupon;
    return services::Refusal::not_yours;
}

Offer one_coupon_offer(const Ground& ground) {
    Offer one{Method::get, "/api/v1/coupons/{code}", Who::signed_in, "One coupon", kTag};
    one.response = book_coupon_shape();
    one.read = [&ground](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_LET(const Coupon coupon, coupon_of(database, call, ground.clock.now()));
        return written(book_coupon_answer(coupon));
    };
    return one;
}

Offer assign_any_offer() {
    Offer assign{Method::post, "/api/v1/coupons/assign", Who::admin,
                 "Gives a user any available coupon of a book", kTag};
    assign.request = {uuid("book_id"), uuid("user_id")};
    assign.response = book_coupon_shape();
    assign.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const Coupon coupon,
               services::assign_any(desk, call.text("book_id"), call.text("user_id")));
        return written(book_coupon_answer(coupon));
    };
    return assign;
}

Offer assign_code_offer() {
    Offer assign{Method::post, "/api/v1/coupons/assign/{code}", Who::admin,
                 "Gives a user this coupon", kTag};
    assign.request = {uuid("user_id")};
    assign.response = book_coupon_shape();
    assign.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const Coupon coupon,
               services::assign_code(desk, call.place("code"), call.text("user_id")));
        return written(book_coupon_answer(coupon));
    };
    return assign;
}

using Deed = Outcome<Coupon> (*)(Desk&, const std::string&, const services::Actor&);

Offer deed_offer(const std::string& path, const std::string& summary, Deed deed) {
    Offer offer{Method::post, path, Who::signed_in, summary, kTag};
    offer.response = book_coupon_shape();
    offer.act = [deed](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const Coupon coupon, deed(desk, call.place("code"), actor_of(call)));
        return written(book_coupon_answer(coupon));
    };
    return offer;
}

Offer history_offer(const std::string& path, Who who, const std::string& summary) {
    Offer offer{Method::get, path, who, summary, kTag};
    offer.table = "redemptions";
    offer.response = page_shape("redemptions", redemption_shape());
    offer.query = part_query();
    return offer;
}

services::Readers::Answer written_history(const services::RedemptionPage& page) {
    return written_page("redemptions", page.total, page.redemptions, redemption_answer);
}

Offer coupon_history_offer(const Ground& ground) {
    Offer offer = history_offer("/api/v1/coupons/redemptions/{code}", Who::signed_in,
                                "When a coupon was redeemed, and by whom");
    offer.read = [&ground](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_LET(const Coupon coupon, coupon_of(database, call, ground.clock.now()));
        CF_LET(const auto page,
               services::redemptions_of_coupon(database, coupon.id, part_of(call)));
        return written_history(page);
    };
    return offer;
}

Offer user_history_offer() {
    Offer offer = history_offer("/api/v1/users/{id}/redemptions", Who::subject_or_admin,
                                "What a user's coupons were redeemed for");
    offer.subject = "id";
    offer.read = [](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_TRY(services::find_user(database, call.place("id")));
        CF_LET(const auto page,
               services::redemptions_of_account(database, call.place("id"), part_of(call)));
        return written_history(page);
    };
    return offer;
}

Offer my_history_offer() {
    Offer offer = history_offer("/api/v1/users/me/redemptions", Who::signed_in,
                                "When the coupons of who asks were redeemed");
    offer.read = [](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_LET(const auto page,
               services::redemptions_of_account(database, call.caller.account, part_of(call)));
        return written_history(page);
    };
    return offer;
}

}  // namespace

std::vector<Offer> book_coupon_offers(const Ground& ground) {
    return {of_book_offer(ground),
            of_user_offer(ground),
            mine_offer(ground),
            one_coupon_offer(ground),
            assign_any_offer(),
            assign_code_offer(),
            deed_offer("/api/v1/coupons/lock/{code}", "Sets a coupon aside for five minutes",
                       services::lock_coupon),
            deed_offer("/api/v1/coupons/unlock/{code}", "Opens one's own lock",
                       services::unlock_coupon),
            deed_offer("/api/v1/coupons/redeem/{code}", "Redeems a coupon, once more",
                       services::redeem_coupon),
            coupon_history_offer(ground),
            user_history_offer(),
            my_history_offer()};
}

}  // namespace counterfoil::api
