#include "daemon/aggregator/api/answers.h"
#include "daemon/aggregator/api/offer.h"
#include "firmware/core/crypto/pin_hash.h"
#include "firmware/core/crypto/random.h"

namespace counterfoil::api {

using http::Method;
using services::Account;
using services::Desk;
using services::Outcome;

namespace {

constexpr std::size_t kPinDigits = 8;
constexpr std::int64_t kLoyaltyId = 20;
constexpr std::int64_t kName = 100;
constexpr std::int64_t kMostPoints = 1'000'000'000;
constexpr std::int64_t kMostSkipped = 1'000'000'000;
constexpr std::int64_t kMostRows = 1000;
constexpr std::int64_t kRows = 100;
const std::string kTag = "customers";

// Slow on purpose, and so done where nobody waits for it but its own request.
Outcome<void> make_pin(Call& call) {
    crypto::Random random;
    call.pin = crypto::random_pin(kPinDigits, random);
    CF_LET(call.pin_hash, crypto::hash_pin(call.pin, random));
    return {};
}

services::AccountChange change_in(const Call& call) {
    services::AccountChange change;
    change.name = call.text_if("name");
    change.email = call.text_if("email");
    change.phone = call.text_if("phone");
    change.tier = call.text_if("role");
    change.points = call.integer_if("points");
    change.visits = call.integer_if("visit_count");
    return change;
}

Field tier_field() {
    constexpr std::int64_t kTier = 32;
    return text("role", kTier).say("a tier's name: normal, loyal, owner");
}

constexpr CustomerView kOne{true, true, false, false};
constexpr CustomerView kListed{false, true, false, false};
constexpr CustomerView kFresh{true, true, false, true};
constexpr CustomerView kChanged{false, false, true, false};
constexpr CustomerView kNewPin{false, false, true, true};

Offer all_offer() {
    Offer all{Method::get, "/api/customers", Who::admin, "Customers, a part of the list", kTag};
    all.table = "customers";
    all.response = {integer("total", 0, json::kMaxInteger),
                    list("customers", customer_shape(kListed))};
    all.query = {{integer("skip", 0, kMostSkipped).say("how many to pass over; 0")},
                 {integer("limit", 1, kMostRows).say("how many at most; 100")},
                 {tier_field().optional()},
                 {alphanumeric("loyalty_id", kLoyaltyId)
                      .say("only whose card this is, be it an administrator's")}};
    all.read = [](store::Database& database, Call& call) -> services::Readers::Answer {
        std::optional<std::string> tier;
        if (const auto named = http::find(call.query, "role")) tier = *named;
        const std::int64_t skip = call.query_number("skip", 0);
        const auto card = http::find(call.query, "loyalty_id");
        CF_LET(const services::AccountPage page,
               card ? services::list_card(database, *card, skip, tier)
                    : services::list_customers(database, skip, call.query_number("limit", kRows),
                                               tier));
        json::Array customers;
        for (const Account& account : page.accounts)
            customers.add(customer_answer(account, kListed));
        json::Object answer;
        answer.set("total", page.total).set("customers", std::move(customers));
        return written(answer);
    };
    return all;
}

Offer one_offer() {
    Offer one{Method::get, "/api/customers/{id}", Who::subject_or_admin, "One customer", kTag};
    one.subject = "id";
    one.response = customer_shape(kOne);
    one.wanted = [](const Call& call) { return services::Wanted{{}, {call.place("id")}, {}}; };
    one.tell = [](const services::Slate& slate, Call& call) -> services::Readers::Answer {
        CF_LET(const Account account, slate.find_account(call.place("id")));
        return written(customer_answer(account, kOne));
    };
    return one;
}

Offer create_offer(const Ground& ground) {
    Offer create{Method::post, "/api/customers", Who::admin,
                 "A new customer, whose PIN is told once", kTag};
    create.status = 201;
    create.request = {alphanumeric("loyalty_id", kLoyaltyId),
                      text("name", kName),
                      email("email"),
                      phone("phone").optional().nullable(),
                      tier_field().optional(),
                      flag("is_admin").optional().say("an administrator, who collects no points")};
    create.response = customer_shape(kFresh);
    create.toil = make_pin;
    create.act = [&ground](Desk& desk, Call& call) -> services::Clerk::Answer {
        services::NewAccount fresh;
        fresh.tier = call.text_if("role").value_or(ground.settings.tiers.tiers().front().name);
        const auto is_admin = call.body->root().find("is_admin");
        if (is_admin && *is_admin->boolean()) fresh.role = services::kAdminRole;
        fresh.profile = {call.text("loyalty_id"), call.text("name"),
                         call.text("email"),      call.text_if("phone").value_or(""),
                         call.pin_hash,           ""};
        CF_LET(const Account account, services::create_account(desk, ground.settings, fresh));
        call.about = account.id;
        return written(customer_answer(account, kFresh, call.pin));
    };
    return create;
}

Offer change_offer(const Ground& ground) {
    Offer change{Method::put, "/api/customers/{id}", Who::admin, "Changes a customer", kTag};
    change.request = {text("name", kName).optional(),
                      email("email").optional(),
                      phone("phone").optional().nullable(),
                      integer("points", 0, kMostPoints)
                          .optional()
                          .say("what they are to be: the difference is recorded as an adjustment"),
                      integer("visit_count", 0, kMostPoints).optional(),
                      tier_field().optional()};
    change.response = customer_shape(kChanged);
    change.act = [&ground](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const Account account,
               services::change_account(desk, ground.settings, call.place("id"), change_in(call)));
        call.about = account.id;
        return written(customer_answer(account, kChanged));
    };
    return change;
}

Offer remove_offer() {
    Offer remove{Method::remove, "/api/customers/{id}", Who::admin,
                 "Forgets who a customer is; what was bought stays counted", kTag};
    remove.response = message_shape();
    remove.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_TRY(services::remove_account(desk, call.place("id")));
        json::Object answer;
        answer.set("message", "Customer deleted successfully");
        return written(answer);
    };
    return remove;
}

Offer new_pin_offer() {
    Offer new_pin{Method::post, "/api/customers/{id}/pin", Who::admin,
                  "A new PIN, told once, for who has forgotten the old one", kTag};
    new_pin.response = customer_shape(kNewPin);
    new_pin.toil = make_pin;
    new_pin.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const Account account, services::set_pin(desk, call.place("id"), call.pin_hash));
        call.about = account.id;
        return written(customer_answer(account, kNewPin, call.pin));
    };
    return new_pin;
}

}  // namespace

std::vector<Offer> customer_offers(const Ground& ground) {
    return {all_offer(),          one_offer(),    create_offer(ground),
            change_offer(ground), remove_offer(), new_pin_offer()};
}

}  // namespace counterfoil::api
