#include <charconv>

#include "daemon/aggregator/api/answers.h"
#include "daemon/aggregator/api/offer.h"
#include "daemon/aggregator/api/product_reading.h"
#include "daemon/aggregator/services/shop.h"
#include "firmware/core/central/line.h"
#include "firmware/core/crypto/pin_hash.h"
#include "firmware/core/crypto/random.h"

namespace counterfoil::api {

using central::Product;
using http::Method;
using services::Desk;
using services::Outcome;
using services::Refusal;
using services::StaffMember;

namespace {

// Typed at a till many times a day.
constexpr std::size_t kStaffPinDigits = 6;
constexpr std::int64_t kName = 100;
constexpr std::int64_t kStaffId = 32;
constexpr std::int64_t kSettingText = 8192;
constexpr std::int64_t kMostSkipped = 1'000'000'000;
constexpr std::int64_t kMostRows = 1000;
constexpr std::int64_t kRows = 100;
constexpr std::size_t kMostTableBytes = 8UL << 20;
const std::string kProducts = "catalogue";
const std::string kStaff = "staff";
const std::string kSettings = "settings";

Outcome<std::int64_t> gtin_in(const Call& call) {
    const std::string text = call.place("gtin");
    std::int64_t gtin = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), gtin);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || gtin < 1)
        return Refusal::product_unknown;
    return gtin;
}

Offer products_offer() {
    Offer all{Method::get, "/api/products", Who::admin, "What shops sell, a part of the list",
              kProducts};
    all.table = "products";
    all.response = {integer("total", 0, json::kMaxInteger), list("products", product_shape())};
    all.query = {{integer("skip", 0, kMostSkipped).say("how many to pass over; 0")},
                 {integer("limit", 1, kMostRows).say("how many at most; 100")}};
    all.read = [](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_LET(const services::ProductPage page,
               services::list_products(database, call.query_number("skip", 0),
                                       call.query_number("limit", kRows)));
        json::Array products;
        for (const Product& product : page.products) products.add(product_answer(product));
        json::Object answer;
        answer.set("total", page.total).set("products", std::move(products));
        return written(answer);
    };
    return all;
}

Offer product_offer() {
    Offer one{Method::get, "/api/products/{gtin}", Who::admin, "One product", kProducts};
    one.response = product_shape();
    one.read = [](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_LET(const std::int64_t gtin, gtin_in(call));
        CF_LET(const Product product, services::find_product(database, gtin));
        return written(product_answer(product));
    };
    return one;
}

Offer put_product_offer() {
    Offer put{Method::put, "/api/products/{gtin}", Who::admin,
              "A product, new or in the place of what was there; tills have it in seconds",
              kProducts};
    std::vector<Field> fields = product_shape().fields();
    fields.erase(fields.begin());
    put.request = Shape(std::move(fields));
    put.response = product_shape();
    put.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const std::int64_t gtin, gtin_in(call));
        CF_LET(const Product product,
               services::put_product(desk, product_in(call.body->root(), gtin)));
        return written(product_answer(product));
    };
    return put;
}

Offer remove_product_offer() {
    Offer remove{Method::remove, "/api/products/{gtin}", Who::admin, "A product is sold no more",
                 kProducts};
    remove.response = message_shape();
    remove.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const std::int64_t gtin, gtin_in(call));
        CF_TRY(services::remove_product(desk, gtin));
        json::Object answer;
        answer.set("message", "Product removed");
        return written(answer);
    };
    return remove;
}

services::Readers::Answer import_answer(const services::ProductPlan& plan, bool is_done,
                                        base::Language language) {
    json::Object answer;
    answer.set_flag("done", is_done);
    answer.set("products", static_cast<std::int64_t>(plan.products.size()));
    answer.set("problem_count", static_cast<std::int64_t>(plan.problems.size()));
    json::Array problems;
    for (std::size_t i = 0; i < std::min<std::size_t>(plan.problems.size(), kMostRows); ++i) {
        json::Object problem;
        problem.set("place", plan.problems[i].place);
        problem.set("sentence", base::said(plan.problems[i].sentence, language));
        problems.add(std::move(problem));
    }
    answer.set("problems", std::move(problems));
    return written(answer);
}

services::Clerk::Answer import(Desk& desk, const Call& call) {
    services::ProductPlan plan = read_products(call.body_text);
    CF_LET(const auto taken, services::check_against(desk.database(), plan));
    plan.problems.insert(plan.problems.end(), taken.begin(), taken.end());
    if (http::find(call.query, "dry_run") == "true")
        return import_answer(plan, false, call.language);
    if (!plan.problems.empty()) {
        const services::ImportProblem& first = plan.problems.front();
        return services::Fault(Refusal::import_wrong,
                               {first.place + ": " + first.sentence.english,
                                first.place + ": " + first.sentence.hungarian});
    }
    CF_TRY(services::put_products(desk, plan));
    return import_answer(plan, true, call.language);
}

Offer import_products_offer() {
    constexpr std::int64_t kText = 400;
    Offer offer{Method::post, "/api/imports/products", Who::admin,
                "Products out of a table: gtin,plu,name,category,unit_price_minor,"
                "vat_basis_points,sold_by; all of them or none",
                kProducts};
    offer.takes_csv = true;
    offer.query = {{flag("dry_run").say("tells what is wrong, line by line, and writes nothing")}};
    offer.body_bytes = kMostTableBytes;
    offer.response = {flag("done"), whole("products"), whole("problem_count"),
                      list("problems", {text("place", kText), text("sentence", kText)}, kMostRows)};
    offer.act = import;
    return offer;
}

Shape staff_shape(bool has_pin) {
    const Shape shape{text("id", kStaffId), text("name", kName),
                      text("role", 10).one_of({"cashier", "manager"})};
    if (!has_pin) return shape;
    return shape.with({digits("pin_code", kStaffPinDigits).nullable().say("told once")});
}

json::Object staff_answer(const StaffMember& person) {
    json::Object answer;
    answer.set("id", person.id).set("name", person.name).set("role", person.role);
    return answer;
}

json::Object staff_answer(const StaffMember& person, const std::string& pin) {
    json::Object answer = staff_answer(person);
    set_or_null(answer, "pin_code", pin);
    return answer;
}

// Slow on purpose, and so done where nobody waits for it but its own request.
Outcome<void> make_pin(Call& call) {
    crypto::Random random;
    call.pin = crypto::random_pin(kStaffPinDigits, random);
    CF_LET(call.pin_hash, crypto::hash_pin(call.pin, random));
    return {};
}

Offer staff_offer() {
    Offer all{Method::get, "/api/staff", Who::admin, "Who works at the tills", kStaff};
    all.table = "staff";
    all.response = {integer("total", 0, json::kMaxInteger), list("staff", staff_shape(false))};
    all.read = [](store::Database& database, Call&) -> services::Readers::Answer {
        CF_LET(const auto people, services::list_staff(database));
        json::Array staff;
        for (const StaffMember& person : people) staff.add(staff_answer(person));
        json::Object answer;
        answer.set("total", static_cast<std::int64_t>(people.size()))
            .set("staff", std::move(staff));
        return written(answer);
    };
    return all;
}

Offer put_staff_offer() {
    Offer put{Method::put, "/api/staff/{id}", Who::admin,
              "Somebody who works at the tills, new with a PIN that is told once, or changed",
              kStaff};
    put.request = {text("name", kName), text("role", 10).one_of({"cashier", "manager"})};
    put.response = staff_shape(true);
    put.look = [](store::Database& database, Call& call) -> Outcome<void> {
        if (!central::is_name(call.place("id")))
            return wrong_field("id", {"1 to 32 of a-z, 0-9, dots, hyphens and underscores",
                                      "1–32 jel: a-z, 0-9, pont, kötőjel és aláhúzás"});
        CF_LET(const bool is_known, services::has_staff(database, call.place("id")));
        if (!is_known) return make_pin(call);
        return {};
    };
    put.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        // Whoever was removed meanwhile gets a PIN by asking again.
        CF_LET(const bool is_known, services::has_staff(desk.database(), call.place("id")));
        if (!is_known && call.pin.empty()) return Refusal::staff_unknown;
        const std::string pin = is_known ? "" : call.pin;
        CF_LET(const StaffMember person,
               services::put_staff(desk, {call.place("id"), call.text("name"), call.text("role")},
                                   is_known ? "" : call.pin_hash));
        return written(staff_answer(person, pin));
    };
    return put;
}

Offer staff_pin_offer() {
    Offer pin{Method::post, "/api/staff/{id}/pin", Who::admin, "A new PIN, told once", kStaff};
    pin.response = staff_shape(true);
    pin.toil = make_pin;
    pin.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const StaffMember person,
               services::set_staff_pin(desk, call.place("id"), call.pin_hash));
        return written(staff_answer(person, call.pin));
    };
    return pin;
}

Offer remove_staff_offer() {
    Offer remove{Method::remove, "/api/staff/{id}", Who::admin, "Somebody works here no more",
                 kStaff};
    remove.response = message_shape();
    remove.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_TRY(services::remove_staff(desk, call.place("id")));
        json::Object answer;
        answer.set("message", "Staff member removed");
        return written(answer);
    };
    return remove;
}

Shape setting_shape() {
    return {text("name", kStaffId), text("value", kSettingText).say("JSON, as a text")};
}

json::Object setting_answer(const central::Setting& setting) {
    json::Object answer;
    answer.set("name", setting.name).set("value", setting.value);
    return answer;
}

Offer settings_offer() {
    Offer all{Method::get, "/api/settings", Who::admin,
              "The tills' settings; what is not set has its default", kSettings};
    all.table = "settings";
    all.response = {integer("total", 0, json::kMaxInteger), list("settings", setting_shape())};
    all.read = [](store::Database& database, Call&) -> services::Readers::Answer {
        CF_LET(const auto known, services::list_settings(database));
        json::Array settings;
        for (const central::Setting& setting : known) settings.add(setting_answer(setting));
        json::Object answer;
        answer.set("total", static_cast<std::int64_t>(known.size()))
            .set("settings", std::move(settings));
        return written(answer);
    };
    return all;
}

Offer put_setting_offer() {
    Offer put{Method::put, "/api/settings/{name}", Who::admin, "Sets one of the tills' settings",
              kSettings};
    put.request = {text("value", kSettingText).say("JSON, as a text: \"HUF\" in its quotes, or 5")};
    put.response = setting_shape();
    put.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const central::Setting setting,
               services::put_setting(desk, {call.place("name"), call.text("value")}));
        return written(setting_answer(setting));
    };
    return put;
}

Offer remove_setting_offer() {
    Offer remove{Method::remove, "/api/settings/{name}", Who::admin, "Its default holds again",
                 kSettings};
    remove.response = message_shape();
    remove.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_TRY(services::remove_setting(desk, call.place("name")));
        json::Object answer;
        answer.set("message", "Setting removed");
        return written(answer);
    };
    return remove;
}

}  // namespace

std::vector<Offer> shop_offers() {
    return {products_offer(),       product_offer(),      put_product_offer(),
            remove_product_offer(), staff_offer(),        put_staff_offer(),
            staff_pin_offer(),      settings_offer(),     put_setting_offer(),
            remove_setting_offer(), remove_staff_offer(), import_products_offer()};
}

}  // namespace counterfoil::api
