#include <algorithm>

#include "daemon/aggregator/api/book_answers.h"

namespace counterfoil::api {

using http::Method;
using services::Dealing;
using services::Dealt;
using services::Desk;
using services::Pool;

namespace {

constexpr std::int64_t kName = 100;
constexpr std::int64_t kDescription = 200;
constexpr std::int64_t kSeed = 64;
const std::string kTag = "pools";

// Without the name, so that the answer for a large pool stays small.
Shape member_shape() {
    return {uuid("user_id"),
            text("email", kName, 0).nullable().say("null, too, where the request is repeated")};
}

json::Object member_answer(const services::PoolUser& user) {
    json::Object object;
    object.set("user_id", user.account);
    set_or_null(object, "email", user.email);
    return object;
}

Offer create_offer() {
    Offer create{Method::post, "/api/v1/pools", Who::admin, "A new pool of users", kTag};
    create.status = 201;
    create.request = {text("name", kName), text("description", kDescription, 0).optional()};
    create.response = pool_shape();
    create.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const Pool pool,
               services::create_pool(
                   desk, {call.text("name"), call.text_if("description").value_or("")}));
        return written(pool_answer(pool));
    };
    return create;
}

Offer all_offer() {
    Offer all{Method::get, "/api/v1/pools", Who::admin, "Pools, the latest first", kTag};
    all.table = "pools";
    all.response = page_shape("pools", pool_shape());
    all.query = part_query();
    all.read = [](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_LET(const services::PoolPage page, services::list_pools(database, part_of(call)));
        return written_page("pools", page.total, page.pools, pool_answer);
    };
    return all;
}

Shape listed_member_shape() {
    return member_shape().with({text("name", kName, 0), time("joined_at")});
}

json::Object listed_member_answer(const services::PoolUser& user) {
    json::Object object = member_answer(user);
    object.set("name", user.name);
    object.set("joined_at", services::document_time(user.joined_ms));
    return object;
}

Offer one_offer() {
    Offer one{Method::get, "/api/v1/pools/{id}", Who::admin, "A pool and its users", kTag};
    one.response = pool_shape().with({list("members", listed_member_shape())});
    one.query = part_query();
    one.read = [](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_LET(const Pool pool, services::find_pool(database, call.place("id")));
        CF_LET(const auto users, services::pool_users(database, pool.id, part_of(call)));
        json::Array members;
        for (const services::PoolUser& user : users) members.add(listed_member_answer(user));
        json::Object answer = pool_answer(pool);
        answer.set("members", std::move(members));
        return written(answer);
    };
    return one;
}

Offer users_offer() {
    Offer users{Method::get, "/api/v1/pools/{id}/users", Who::admin, "A pool's users", kTag};
    users.table = "users";
    users.response = page_shape("users", listed_member_shape());
    users.query = part_query();
    users.read = [](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_LET(const Pool pool, services::find_pool(database, call.place("id")));
        CF_LET(const auto found, services::pool_users(database, pool.id, part_of(call)));
        return written_page("users", pool.users, found, listed_member_answer);
    };
    return users;
}

Offer add_offer() {
    Offer add{Method::post, "/api/v1/pools/{id}/users", Who::admin, "Adds a user to a pool", kTag};
    add.request = {uuid("user_id")};
    add.response = pool_shape();
    add.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const Pool pool,
               services::add_to_pool(desk, call.place("id"), call.text("user_id")));
        return written(pool_answer(pool));
    };
    return add;
}

Offer leave_offer() {
    Offer leave{Method::remove, "/api/v1/pools/{id}/users/{user_id}", Who::admin,
                "Takes a user out of a pool", kTag};
    leave.response = pool_shape();
    leave.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const Pool pool,
               services::remove_from_pool(desk, call.place("id"), call.place("user_id")));
        return written(pool_answer(pool));
    };
    return leave;
}

json::Object statistics_of(const std::vector<Dealt>& users) {
    const auto fewer = [](const Dealt& left, const Dealt& right) {
        return left.places.size() < right.places.size();
    };
    const auto [least, most] = std::ranges::minmax_element(users, fewer);
    const auto served =
        std::ranges::count_if(users, [](const Dealt& dealt) { return !dealt.places.empty(); });
    json::Object object;
    object.set("users", static_cast<std::int64_t>(users.size()));
    object.set("users_with_coupons", static_cast<std::int64_t>(served));
    object.set("least", static_cast<std::int64_t>(least->places.size()));
    object.set("most", static_cast<std::int64_t>(most->places.size()));
    return object;
}

json::Object distribution_answer(const services::Order& order, const services::Distribution& made) {
    json::Array users;
    for (const Dealt& dealt : made.users) {
        json::Object user = member_answer(dealt.user);
        user.set("assigned", static_cast<std::int64_t>(dealt.places.size()));
        users.add(std::move(user));
    }
    json::Object answer;
    set_or_null(answer, "distribution_id", made.id);
    answer.set_flag("preview", order.is_preview).set("pool_id", order.pool);
    answer.set("book_id", order.book).set("mode", services::dealing_name(order.dealing));
    answer.set("count", order.coupons).set("seed", made.seed).set("users", std::move(users));
    answer.set("statistics", statistics_of(made.users));
    return answer;
}

services::Order order_in(const Call& call) {
    services::Order order;
    order.pool = call.place("id");
    order.book = call.text("book_id");
    order.coupons = call.integer("count");
    order.dealing = call.text("mode") == services::dealing_name(Dealing::equal) ? Dealing::equal
                                                                                : Dealing::random;
    order.seed = call.text_if("seed").value_or("");
    const auto preview = call.body->root().find("preview");
    order.is_preview = preview && *preview->boolean();
    return order;
}

Offer distribute_offer() {
    Offer distribute{Method::post, "/api/v1/pools/{id}/distribute", Who::admin,
                     "Deals coupons of a book out to a pool, all of them or none", kTag};
    distribute.request = {
        uuid("book_id"), integer("count", 1, services::kMostDistributed),
        text("mode", kName).one_of({"random", "equal"}),
        text("seed", kSeed).optional().say("the same seed deals the same; one is made without"),
        flag("preview").optional().say("tells what would be, and does nothing")};
    const Shape user = member_shape().with({whole("assigned")});
    distribute.response = {uuid("distribution_id").nullable(),
                           flag("preview"),
                           uuid("pool_id"),
                           uuid("book_id"),
                           text("mode", kName),
                           whole("count"),
                           text("seed", kSeed),
                           list("users", user),
                           object("statistics", {whole("users"), whole("users_with_coupons"),
                                                 whole("least"), whole("most")})};
    distribute.told_once = "email";
    distribute.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        const services::Order order = order_in(call);
        CF_LET(const services::Distribution made, services::distribute(desk, order));
        return written(distribution_answer(order, made));
    };
    return distribute;
}

}  // namespace

std::vector<Offer> pool_offers() {
    return {create_offer(), all_offer(),   one_offer(),       users_offer(),
            add_offer(),    leave_offer(), distribute_offer()};
}

}  // namespace counterfoil::api
