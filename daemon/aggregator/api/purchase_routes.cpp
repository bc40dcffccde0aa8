#include "daemon/aggregator/api/lists.h"
#include "firmware/core/ledger/members.h"

namespace counterfoil::api {

using http::Method;
using services::Desk;

namespace {

constexpr std::int64_t kReceipt = 50;
constexpr std::int64_t kMostSkipped = 1'000'000'000;
constexpr std::int64_t kMostRows = 1000;
constexpr std::int64_t kRows = 50;
const std::string kTag = "purchases";

Offer create_offer(const Ground& ground) {
    Offer create{Method::post, "/api/purchases", Who::admin,
                 "Records a purchase, with points by the customer's tier", kTag};
    create.status = 201;
    create.request = {uuid("customer_id"),
                      integer("amount", 1, ledger::kMaxMinor).say("in minor units: whole forints"),
                      text("receipt_number", kReceipt).optional().nullable()};
    create.response = {
        uuid("id"),
        uuid("customer_id"),
        whole("amount"),
        whole("points_earned"),
        text("receipt_number", kReceipt).nullable(),
        time("created_at"),
        object("customer", owner_shape().with({whole("new_points"), whole("new_visit_count")}))};
    create.wanted = [](const Call& call) {
        services::Wanted wanted;
        wanted.accounts.push_back(call.text("customer_id"));
        if (auto reference = call.text_if("receipt_number"))
            wanted.references.push_back(*std::move(reference));
        return wanted;
    };
    create.act = [&ground](Desk& desk, Call& call) -> services::Clerk::Answer {
        const services::NewPurchase fresh{call.text("customer_id"), call.integer("amount"),
                                          call.text_if("receipt_number").value_or("")};
        CF_LET(const services::MadePurchase made,
               services::record_purchase(desk, ground.settings, fresh));
        call.points_accrued = made.purchase.points;
        call.about = made.account.id;
        json::Object customer = owner_answer(made.account);
        customer.set("new_points", made.account.points);
        customer.set("new_visit_count", made.account.visits);
        json::Object answer;
        answer.set("id", made.purchase.id).set("customer_id", made.account.id);
        answer.set("amount", made.purchase.amount_minor);
        answer.set("points_earned", made.purchase.points);
        set_or_null(answer, "receipt_number", fresh.reference);
        answer.set("created_at", services::document_time(made.purchase.at_ms));
        answer.set("customer", std::move(customer));
        return written(answer);
    };
    return create;
}

Shape listed_shape() {
    constexpr std::int64_t kAccount = 64;
    return purchase_shape().with({text("customer_id", kAccount).nullable(),
                                  terminal("terminal").say("where it was rung up; centre: here")});
}

json::Object listed_answer(const services::ListedPurchase& listed) {
    json::Object object = purchase_answer(listed.purchase);
    set_or_null(object, "customer_id", listed.account);
    object.set("terminal", listed.terminal);
    return object;
}

Offer everybodys_offer() {
    Offer all{Method::get, "/api/purchases", Who::admin,
              "Everybody's purchases, the latest first; a terminal's, the last of its ledger first",
              kTag};
    all.table = "purchases";
    all.response = slice_shape("purchases", listed_shape());
    all.query = slice_query();
    all.query.push_back({terminal("terminal")});
    all.query.push_back({kind_field()});
    all.read = [](store::Database& database, Call& call) -> services::Readers::Answer {
        const services::PurchaseFilter filter{
            std::string(http::find(call.query, "terminal").value_or("")),
            std::string(http::find(call.query, "kind").value_or(""))};
        CF_LET(const services::SliceAsk ask, slice_ask(call));
        CF_LET(const auto slice, services::list_all_purchases(database, filter, ask));
        return written_slice("purchases", slice, listed_answer);
    };
    return all;
}

Offer all_offer() {
    Offer all{Method::get, "/api/purchases/{customer_id}", Who::subject_or_admin,
              "A customer's purchases, the latest first", kTag};
    all.subject = "customer_id";
    all.table = "purchases";
    all.response = {integer("total", 0, json::kMaxInteger), list("purchases", purchase_shape())};
    all.query = {{integer("skip", 0, kMostSkipped).say("how many to pass over; 0")},
                 {integer("limit", 1, kMostRows).say("how many at most; 50")}};
    all.read = [](store::Database& database, Call& call) -> services::Readers::Answer {
        const std::string customer = call.place("customer_id");
        CF_TRY(services::find_account(database, customer));
        CF_LET(const services::PurchasePage page,
               services::list_purchases(database, customer, call.query_number("skip", 0),
                                        call.query_number("limit", kRows)));
        json::Array purchases;
        for (const services::Purchase& purchase : page.purchases)
            purchases.add(purchase_answer(purchase));
        json::Object answer;
        answer.set("total", page.total).set("purchases", std::move(purchases));
        return written(answer);
    };
    return all;
}

}  // namespace

std::vector<Offer> purchase_offers(const Ground& ground) {
    return {create_offer(ground), everybodys_offer(), all_offer()};
}

}  // namespace counterfoil::api
