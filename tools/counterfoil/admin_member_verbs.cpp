#include "tools/counterfoil/admin_verb.h"

namespace counterfoil::tool {

using http::Method;
using Kind = AdminField::Kind;
using Place = AdminField::Place;

namespace {

const AdminField kCustomer{"CUSTOMER", "id", "the customer's id, card or e-mail address",
                           Kind::account, Place::path};
const AdminField kUser{"USER", "id", "the user's id, card or e-mail address", Kind::account,
                       Place::path};
const AdminField kEmail{"--email", "email", "an e-mail address"};
const AdminField kPhone{"--phone", "phone", "a telephone number"};
const AdminField kTier{"--tier", "role", "the tier: normal, loyal, owner"};

std::vector<const char*> customer_columns() {
    return {"loyalty_id",  "name",        "email", "phone", "points",
            "total_spent", "visit_count", "role",  "id"};
}

AdminVerb add_customer() {
    return {"add",
            "A new customer; the PIN is told once",
            "--card CUST100 --name \"Kovács Anna\" --email anna@example.com",
            Method::post,
            "/api/customers",
            {{"--card!", "loyalty_id", "the card's number"},
             {"--name!", "name", "the name"},
             {"--email!", "email", "an e-mail address"},
             kPhone,
             kTier,
             {"--admin", "is_admin", "an administrator, who collects no points", Kind::flag}}};
}

AdminVerb change_customer() {
    return {"change",
            "Changes what is said, and nothing else",
            "anna@example.com --phone +36301234567 --points 120",
            Method::put,
            "/api/customers/{id}",
            {kCustomer,
             {"--name", "name", "the name"},
             kEmail,
             kPhone,
             kTier,
             {"--points", "points", "what they are to be", Kind::number},
             {"--visits", "visit_count", "what they are to be", Kind::number}}};
}

AdminVerb change_user() {
    return {"change",
            "Changes what is said, and nothing else",
            "anna@example.com --role ADMIN",
            Method::patch,
            "/api/v1/users/{id}",
            {kUser,
             {"--name", "name", "the name"},
             kEmail,
             kPhone,
             {"--role", "role", "USER or ADMIN"}}};
}

}  // namespace

AdminGroup customer_verbs() {
    AdminVerb list{"list",
                   "Customers, a part of the list",
                   "--tier loyal --limit 20",
                   Method::get,
                   "/api/customers",
                   {{"--tier", "role", "only those of this tier", Kind::text, Place::query},
                    {"--card", "loyalty_id", "only whose card this is", Kind::text, Place::query}},
                   {"customers", customer_columns()},
                   AdminParts::skip};
    return {"customers",
            "Members: cards, points, PINs",
            {list,
             {"show",
              "One customer",
              "anna@example.com",
              Method::get,
              "/api/customers/{id}",
              {kCustomer}},
             add_customer(),
             change_customer(),
             {"remove",
              "Forgets who a customer is; what was bought stays counted",
              "anna@example.com",
              Method::remove,
              "/api/customers/{id}",
              {kCustomer}},
             {"reset-pin",
              "A new PIN, told once; it ends all of the customer's sessions",
              "anna@example.com",
              Method::post,
              "/api/customers/{id}/pin",
              {kCustomer}}}};
}

AdminGroup purchase_verbs() {
    AdminVerb add{
        "add",
        "Records a purchase, with points by the customer's tier",
        "anna@example.com 5000 --receipt REC-1",
        Method::post,
        "/api/purchases",
        {{"CUSTOMER", "customer_id", "the customer's id, card or e-mail address", Kind::account},
         {"AMOUNT", "amount", "in minor units: whole forints", Kind::number},
         {"--receipt", "receipt_number", "the receipt's number"}}};
    AdminVerb list{
        "list",
        "A customer's purchases, the latest first",
        "anna@example.com",
        Method::get,
        "/api/purchases/{id}",
        {kCustomer},
        {"purchases", {"created_at", "kind", "amount", "points_earned", "receipt_number", "id"}},
        AdminParts::skip};
    AdminVerb all{
        "all",
        "Everybody's purchases, also those without a card, the latest first",
        "--terminal T01 --from 2026-11-01T00:00:00Z",
        Method::get,
        "/api/purchases",
        {{"--terminal", "terminal", "only those of this one", Kind::text, Place::query},
         {"--kind", "kind", "sale, refund or void", Kind::text, Place::query},
         {"--from", "from", "of then or later", Kind::text, Place::query},
         {"--to", "to", "before then", Kind::text, Place::query}},
        {"purchases",
         {"created_at", "terminal", "kind", "amount", "points_earned", "receipt_number", "id"}},
        AdminParts::after};
    return {"purchases", "What members bought", {add, list, all}};
}

AdminGroup user_verbs() {
    const std::vector<const char*> columns{"email", "name", "role", "created_at", "id"};
    return {"users",
            "Accounts with an e-mail address and a password, administrators too",
            {{"list",
              "All users",
              "--limit 20",
              Method::get,
              "/api/v1/auth/admin/users",
              {},
              {"users", columns},
              AdminParts::offset},
             {"search",
              "The user who has this address",
              "anna@example.com",
              Method::get,
              "/api/v1/users/search/by-email",
              {{"EMAIL", "email", "the address", Kind::text, Place::query}}},
             {"show", "One user", "anna@example.com", Method::get, "/api/v1/users/{id}", {kUser}},
             change_user(),
             {"coupons",
              "A user's coupons of books, the latest first",
              "anna@example.com",
              Method::get,
              "/api/v1/users/{id}/coupons",
              {kUser, {"--state", "state", "only those in this state", Kind::text, Place::query}},
              {"coupons", {"code", "state", "value", "times_redeemed", "expires_at"}},
              AdminParts::offset},
             {"redemptions",
              "What a user's coupons were redeemed for",
              "anna@example.com",
              Method::get,
              "/api/v1/users/{id}/redemptions",
              {kUser},
              {"redemptions", {"redeemed_at", "code", "number", "value", "redeemed_by"}},
              AdminParts::offset}}};
}

}  // namespace counterfoil::tool
