#include "tools/counterfoil/admin_verb.h"

namespace counterfoil::tool {

using http::Method;
using Kind = AdminField::Kind;
using Place = AdminField::Place;

namespace {

const AdminField kCode{"CODE", "code", "the coupon's code", Kind::text, Place::path};
const AdminField kBook{"BOOK", "id", "the book's id", Kind::text, Place::path};
const AdminField kPool{"POOL", "id", "the pool's id", Kind::text, Place::path};
const AdminField kUser{"USER", "user_id", "the user's id, card or e-mail address", Kind::account};
const AdminField kState{"--state", "state", "only those in this state", Kind::text, Place::query};

std::vector<const char*> coupon_columns() {
    return {"code", "state", "value", "times_redeemed", "user_id", "locked_until", "expires_at"};
}

AdminVerb all_coupons() {
    return {"all",
            "All coupons, of customers and of books, the latest first",
            "--redeemed false --from 2026-11-01T00:00:00Z",
            Method::get,
            "/api/coupons",
            {{"--redeemed", "is_redeemed", "true or false", Kind::truth, Place::query},
             {"--from", "from", "of then or later", Kind::text, Place::query},
             {"--to", "to", "before then", Kind::text, Place::query}},
            {"coupons", {"code", "state", "value", "created_at", "redeemed_at", "customer_id"}},
            AdminParts::after};
}

AdminVerb add_book() {
    return {
        "add",
        "A new book of coupons",
        "--name \"Nyári kuponok\" --length 10 --prefix NYAR --value 500",
        Method::post,
        "/api/v1/books",
        {{"--name!", "name", "the name"},
         {"--length", "pattern.length", "random characters in a code", Kind::number},
         {"--prefix", "pattern.prefix", "what stands before them"},
         {"--suffix", "pattern.suffix", "what stands behind them"},
         {"--charset", "pattern.charset", "the characters to draw from"},
         {"--multiple", "allow_multi_redemption", "its coupons can be redeemed again", Kind::flag},
         {"--per-coupon", "max_redemptions_per_coupon", "how often a coupon can be redeemed",
          Kind::number},
         {"--per-user", "max_redemptions_per_user", "how often a user can redeem its coupons",
          Kind::number},
         {"--assigned", "max_assignments_per_user", "how many of them a user can have",
          Kind::number},
         {"--value", "value", "of a coupon, in minor units: whole forints", Kind::number},
         {"--expires", "expires_at", "until when, like 2026-12-31T23:59:59Z"}}};
}

AdminVerb list_books() {
    return {"list",
            "Books, the latest first",
            "--search nyár",
            Method::get,
            "/api/v1/books",
            {{"--search", "search", "a part of the name", Kind::text, Place::query},
             {"--multiple", "allow_multi_redemption", "true or false", Kind::truth, Place::query},
             {"--expired", "is_expired", "true or false", Kind::truth, Place::query}},
            {"books", {"name", "total_codes", "value", "expires_at", "created_at", "id"}},
            AdminParts::offset};
}

AdminVerb distribute() {
    return {
        "distribute",
        "Deals coupons of a book out to a pool, all of them or none",
        "POOL --book BOOK --count 100 --mode equal --seed 7 --preview",
        Method::post,
        "/api/v1/pools/{id}/distribute",
        {kPool,
         {"--book!", "book_id", "the book's id"},
         {"--count!", "count", "how many coupons", Kind::number},
         {"--mode!", "mode", "random or equal"},
         {"--seed", "seed", "the same seed deals the same; one is made without"},
         {"--preview,--dry-run", "preview", "tells what would be, and does nothing", Kind::flag}}};
}

}  // namespace

AdminGroup coupon_verbs() {
    return {"coupons",
            "One coupon, those of one customer, or all",
            {{"list",
              "A customer's coupons, the latest first",
              "anna@example.com --redeemed false",
              Method::get,
              "/api/coupons/{id}",
              {{"CUSTOMER", "id", "the customer's id, card or e-mail address", Kind::account,
                Place::path},
               {"--redeemed", "is_redeemed", "true or false", Kind::truth, Place::query}},
              {"coupons", {"code", "value", "is_redeemed", "created_at", "redeemed_at"}},
              AdminParts::skip},
             all_coupons(),
             {"lookup",
              "What a coupon is, and whose, before it is redeemed",
              "COUP-2026-001",
              Method::post,
              "/api/coupons/lookup",
              {{"CODE", "code", "the coupon's code"}}},
             {"redeem",
              "Redeems a coupon",
              "COUP-2026-001",
              Method::put,
              "/api/coupons/{code}/redeem",
              {kCode}},
             {"show",
              "A coupon's state, lock and holder",
              "COUP-2026-001",
              Method::get,
              "/api/v1/coupons/{code}",
              {kCode}},
             {"history",
              "When a coupon was redeemed, and by whom",
              "COUP-2026-001",
              Method::get,
              "/api/v1/coupons/redemptions/{code}",
              {kCode},
              {"redemptions", {"redeemed_at", "number", "value", "user_id", "redeemed_by"}},
              AdminParts::offset},
             {"assign",
              "Gives a user this coupon",
              "NYAR-7KQ2M9X4PA anna@example.com",
              Method::post,
              "/api/v1/coupons/assign/{code}",
              {kCode, kUser}},
             {"lock",
              "Sets a coupon aside for five minutes",
              "NYAR-7KQ2M9X4PA",
              Method::post,
              "/api/v1/coupons/lock/{code}",
              {kCode}},
             {"unlock",
              "Opens one's own lock",
              "NYAR-7KQ2M9X4PA",
              Method::post,
              "/api/v1/coupons/unlock/{code}",
              {kCode}}}};
}

AdminGroup book_verbs() {
    return {"books",
            "Books of coupons and the codes in them",
            {list_books(),
             {"show",
              "A book, and how many of its coupons are in each state",
              "BOOK",
              Method::get,
              "/api/v1/books/{id}",
              {kBook}},
             add_book(),
             {"generate",
              "New coupons, with random codes by the book's pattern",
              "BOOK 1000",
              Method::post,
              "/api/v1/books/{id}/generate",
              {kBook, {"COUNT", "count", "how many", Kind::number}}},
             {"upload",
              "Coupons with codes of your own, one in a line of a file",
              "BOOK codes.txt",
              Method::post,
              "/api/v1/books/{id}/codes",
              {kBook, {"FILE", "", "the file", Kind::file}},
              {},
              AdminParts::none,
              "text/csv"},
             {"coupons",
              "A book's coupons",
              "BOOK --state AVAILABLE",
              Method::get,
              "/api/v1/books/{id}/coupons",
              {kBook, kState},
              {"coupons", coupon_columns()},
              AdminParts::offset},
             {"assign",
              "Gives a user any available coupon of a book",
              "BOOK anna@example.com",
              Method::post,
              "/api/v1/coupons/assign",
              {{"BOOK", "book_id", "the book's id"}, kUser}}}};
}

AdminGroup pool_verbs() {
    AdminField leaver = kUser;
    leaver.place = Place::path;
    return {
        "pools",
        "Groups of users to whom coupons are dealt out",
        {{"list",
          "Pools, the latest first",
          "--limit 20",
          Method::get,
          "/api/v1/pools",
          {},
          {"pools", {"name", "description", "users", "created_at", "id"}},
          AdminParts::offset},
         {"show",
          "A pool and its users",
          "POOL --limit 500",
          Method::get,
          "/api/v1/pools/{id}",
          {kPool},
          {},
          AdminParts::offset},
         {"add",
          "A new pool",
          "--name \"Törzsvendégek\"",
          Method::post,
          "/api/v1/pools",
          {{"--name!", "name", "the name"}, {"--description", "description", "what it is for"}}},
         {"add-user",
          "Adds a user to a pool",
          "POOL anna@example.com",
          Method::post,
          "/api/v1/pools/{id}/users",
          {kPool, kUser}},
         {"remove-user",
          "Takes a user out of a pool",
          "POOL anna@example.com",
          Method::remove,
          "/api/v1/pools/{id}/users/{user_id}",
          {kPool, leaver}},
         distribute()}};
}

}  // namespace counterfoil::tool
