#include "firmware/till/route_parts.h"

// The routes, each with what it takes, what it gives and which use case it is.
namespace counterfoil::till {

using checkout::Asked;
using checkout::Fault;
using checkout::Outcome;
using checkout::Payment;
using checkout::Refusal;
using http::Method;

namespace {

constexpr std::int64_t kMaxQuantityMilli = 1'000'000'000;
constexpr std::int64_t kMaxPermille = 1000;
constexpr std::size_t kMaxCode = 512;

Outcome<std::vector<Payment>> payments_of(const Call& call) {
    ledger::Members members = call.members();
    std::vector<Payment> payments;
    members.each("payments", ledger::kMaxSaleTenders + 1, [&](ledger::Members& payment) {
        payments.push_back({payment.text("kind"), amount(payment, "amount_minor"),
                            optional_text(payment, "reference"),
                            optional_text(payment, "currency")});
    });
    CF_TRY(check(members));
    return payments;
}

// A shift's figures, as the X and the Z report have them.
const char* const kShift =
    "number:integer! shift:string! currency:string! sales:integer! sales_minor:integer! "
    "refunds:integer! voids:integer! refunded_minor:integer! discount_minor:integer! "
    "rounding_minor:integer! first_receipt:integer! last_receipt:integer! float_minor:integer! "
    "cash_in_minor:integer! cash_out_minor:integer! expected_minor:integer! "
    "counted_minor:integer drawer_openings:integer! tenders:list! taxes:list!";
const char* const kSold = "seq:integer! change_minor:integer! sale:object!";
const char* const kPaying = "payments:payments!";

http::Refusal language_unknown() {
    return {400, "language_unknown", {"The language is hu or en.", "A nyelv hu vagy en."}};
}

}  // namespace

base::Status Api::add_session(http::Router& router) {
    std::vector<Offer> offers;
    http::Route till{
        Method::get,
        "/api/till",
        [this](const http::Request& request, http::Responder responder) {
            greet(request, std::move(responder));
        },
        {"How this screen stands; a new screen gets its cookie", "", schema_of(kState), {}},
        {}};
    CF_TRY(router.add(std::move(till)));
    http::Route session{Method::post,
                        "/api/session",
                        [this](const http::Request& request, http::Responder responder) {
                            sign_in(request, std::move(responder));
                        },
                        {"Sign in at this screen, which proves itself by one more cookie then",
                         schema_of("staff:string! pin:string!"),
                         schema_of(kState),
                         {}},
                        {}};
    CF_TRY(router.add(std::move(session)));
    offers.push_back(
        {Method::remove, "/api/session", Kind::edit, "Sign out", "", schema_of(kState),
         [this](Call& call) { return done(world_.kiosk.desk().staff().sign_out(call.screen)); }});
    offers.push_back({Method::get, "/api/staff", Kind::read,
                      "Who works here; to a manager also how long each is locked out", "",
                      schema_of("staff:list!"), [this](Call& call) -> Answer {
                          const bool is_told = check_manager(call, Kind::read).ok();
                          CF_LET(const auto staff, world_.kiosk.desk().shop().all_staff());
                          json::Array people;
                          for (const mirror::Staff& person : staff) {
                              json::Object told = checkout::answer(person);
                              if (is_told) CF_TRY(tell_locked(told, person.id));
                              people.add(std::move(told));
                          }
                          json::Object object;
                          return std::move(object.set("staff", std::move(people)));
                      }});
    return add_all(router, std::move(offers));
}

base::Status Api::add_catalogue(http::Router& router) {
    std::vector<Offer> offers;
    offers.push_back({Method::get, "/api/products", Kind::read,
                      "What is sold, by category; of one category where ?category= names it", "",
                      schema_of("categories:texts! products:list!"), [this](Call& call) -> Answer {
                          auto& shop = world_.kiosk.desk().shop();
                          CF_LET(const auto categories, shop.categories());
                          const auto wanted = http::find(call.query, "category");
                          json::Array names;
                          json::Array products;
                          for (const std::string& category : categories) {
                              names.add(category);
                              if (wanted && *wanted != category) continue;
                              CF_LET(const auto found, shop.products_in(category));
                              for (const mirror::Product& product : found)
                                  products.add(checkout::answer(product));
                          }
                          json::Object object;
                          object.set("categories", std::move(names));
                          return std::move(object.set("products", std::move(products)));
                      }});
    offers.push_back({Method::get, "/api/members/{code}", Kind::read,
                      "What is known of a member, by card or phone number", "",
                      schema_of("id:string! name:string! points:integer! proven:boolean!"),
                      [this](Call& call) -> Answer {
                          CF_LET(const auto person, world_.kiosk.desk().signed_in(call.screen));
                          if (!person) return Refusal::not_signed_in;
                          return told(world_.kiosk.desk().shop().recognise(
                              call.text("code"), checkout::Shop::Showing::looked_at));
                      }});
    return add_all(router, std::move(offers));
}

base::Status Api::add_basket(http::Router& router) {
    std::vector<Offer> offers;
    const auto edit = [&](Method method, const std::string& pattern, const std::string& summary,
                          const std::string& request, std::function<Answer(Call&)> act) {
        return Offer{method,  pattern,           Kind::edit,    summary,
                     request, schema_of(kState), std::move(act)};
    };
    offers.push_back(
        edit(Method::post, "/api/scan", "As if a scanner had read it",
             schema_of("text:string! format:string"), [this](Call& call) -> Answer {
                 ledger::Members members = call.members();
                 const std::string text = members.text("text", kMaxCode);
                 const std::string format = optional_text(members, "format");
                 CF_TRY(check(members));
                 const ScanAnswer answer = world_.kiosk.scan({text, format}, call.asked);
                 if (answer.fault) return *answer.fault;
                 json::Object object;
                 object.set("kind", kind_name(answer.kind));
                 if (answer.receipt != 0) object.set("receipt", answer.receipt);
                 return object;
             }));
    offers.back().told_as = "scan";
    offers.push_back(edit(Method::post, "/api/basket/lines", "Ring up a product",
                          schema_of("code:string! quantity_milli:integer"),
                          [this](Call& call) -> Answer {
                              ledger::Members members = call.members();
                              checkout::BasketLine line;
                              line.code = members.text("code");
                              if (members.has("quantity_milli"))
                                  line.quantity_milli = amount(members, "quantity_milli");
                              CF_TRY(check(members));
                              return done(world_.kiosk.add(line, call.asked));
                          }));
    offers.push_back(
        edit(Method::put, "/api/basket/lines/{line}", "Another quantity; 0 takes the line out",
             schema_of("quantity_milli:integer!"), [this](Call& call) -> Answer {
                 ledger::Members members = call.members();
                 const std::int64_t milli =
                     members.number("quantity_milli", -kMaxQuantityMilli, kMaxQuantityMilli);
                 CF_TRY(check(members));
                 return done(world_.kiosk.set_quantity(call.number("line"), milli, call.asked));
             }));
    return add_all(router, std::move(offers));
}

// Who buys, and with what coupons.
base::Status Api::add_customer(http::Router& router) {
    std::vector<Offer> offers;
    const auto edit = [&](Method method, const std::string& pattern, const std::string& summary,
                          const std::string& request, std::function<Answer(Call&)> act) {
        return Offer{method,  pattern,           Kind::edit,    summary,
                     request, schema_of(kState), std::move(act)};
    };
    offers.push_back(
        edit(Method::put, "/api/basket/lines/{line}/price",
             "Another price, or something off, as a manager allows",
             schema_of("unit_minor:integer off_minor:integer off_permille:integer reason:string "
                       "approval:approval"),
             [this](Call& call) -> Answer {
                 ledger::Members members = call.members();
                 Kiosk::PriceChange change;
                 change.line = call.number("line");
                 change.unit_minor = optional_number(members, "unit_minor");
                 change.off_minor = optional_number(members, "off_minor");
                 if (members.has("off_permille"))
                     change.off_permille = members.number("off_permille", 1, kMaxPermille);
                 change.reason = optional_text(members, "reason");
                 CF_TRY(check(members));
                 return done(world_.kiosk.change_price(change, call.asked));
             }));
    offers.push_back(edit(Method::put, "/api/basket/member",
                          "The member who buys, by code, card or number", schema_of("code:string!"),
                          [this](Call& call) -> Answer {
                              ledger::Members members = call.members();
                              const std::string code = members.text("code", kMaxCode);
                              CF_TRY(check(members));
                              return done(world_.kiosk.attach({code, ""}, call.asked));
                          }));
    offers.push_back(edit(Method::remove, "/api/basket/member", "Nobody in particular buys", "",
                          [this](Call& call) { return done(world_.kiosk.detach(call.asked)); }));
    offers.push_back(edit(Method::post, "/api/basket/coupons", "Lay a coupon on the basket",
                          schema_of("code:string!"), [this](Call& call) -> Answer {
                              ledger::Members members = call.members();
                              const std::string code = members.text("code", kMaxCode);
                              CF_TRY(check(members));
                              return done(world_.kiosk.lay(code, call.asked));
                          }));
    offers.push_back(edit(Method::remove, "/api/basket/coupons/{place}", "Take a coupon away", "",
                          [this](Call& call) {
                              return done(
                                  world_.kiosk.take_away_coupon(call.number("place"), call.asked));
                          }));
    offers.push_back(edit(Method::remove, "/api/basket", "Empty the basket", "",
                          [this](Call& call) { return done(world_.kiosk.clear(call.asked)); }));
    return add_all(router, std::move(offers));
}

base::Status Api::add_selling(http::Router& router) {
    std::vector<Offer> offers;
    offers.push_back({Method::post, "/api/sales", Kind::record, "Sell the basket",
                      schema_of(kPaying), schema_of(kSold), [this](Call& call) -> Answer {
                          CF_LET(const auto payments, payments_of(call));
                          const auto sold = world_.kiosk.sell(payments, call.asked);
                          if (!sold.ok()) return sold.error();
                          if (world_.figures.is_new(sold.value().seq)) {
                              ++world_.figures.sales;
                              world_.figures.coupons_redeemed +=
                                  static_cast<std::int64_t>(sold.value().body.coupons.size());
                              tell_sold(call, sold.value(), "sale");
                          }
                          return told(sold);
                      }});
    offers.push_back({Method::post, "/api/training", Kind::record, "Practise with the basket",
                      schema_of(kPaying), schema_of(kSold), [this](Call& call) -> Answer {
                          CF_LET(const auto payments, payments_of(call));
                          const auto trained = world_.kiosk.train(payments, call.asked);
                          if (trained.ok() && world_.figures.is_new(trained.value().seq))
                              tell_sold(call, trained.value(), "training");
                          return told(trained);
                      }});
    offers.push_back({Method::post, "/api/points-to-coupon", Kind::record,
                      "Turn points of the basket's member into a coupon", "",
                      schema_of("member:string! points:integer! coupon:object! "
                                "points_after:integer!"),
                      [this](Call& call) -> Answer {
                          auto& desk = world_.kiosk.desk();
                          CF_LET(const auto before, desk.points_spent_before(call.asked));
                          if (before) return checkout::answer(*before);
                          CF_LET(const auto basket, world_.kiosk.basket(call.screen));
                          if (!basket.member) return Refusal::not_a_member;
                          return told(desk.points_to_coupon(*basket.member, call.asked));
                      }});
    return add_all(router, std::move(offers));
}

base::Status Api::add_parking(http::Router& router) {
    std::vector<Offer> offers;
    offers.push_back({Method::post, "/api/parked", Kind::record, "Put the basket aside",
                      schema_of("label:string"), schema_of("label:string!"),
                      [this](Call& call) -> Answer {
                          ledger::Members members = call.members();
                          const std::string label = optional_text(members, "label");
                          CF_TRY(check(members));
                          CF_LET(const std::string parked, world_.kiosk.park(label, call.asked));
                          json::Object object;
                          return std::move(object.set("label", parked));
                      }});
    offers.push_back({Method::get, "/api/parked", Kind::read, "What was put aside", "",
                      schema_of("parked:list!"), [this](Call&) -> Answer {
                          CF_LET(const auto parked, world_.kiosk.desk().parked());
                          json::Object object;
                          return std::move(object.set("parked", checkout::answer(parked)));
                      }});
    offers.push_back({Method::post, "/api/parked/{label}/recall", Kind::edit, "Take it up again",
                      "", schema_of(kState), [this](Call& call) {
                          return done(world_.kiosk.recall(call.text("label"), call.asked));
                      }});
    offers.back().concerns_all = true;
    offers.push_back({Method::remove, "/api/parked/{label}", Kind::edit, "Throw it away", "",
                      schema_of(kState), [this](Call& call) {
                          return done(world_.kiosk.desk().drop(call.text("label"), call.asked));
                      }});
    offers.back().concerns_all = true;
    return add_all(router, std::move(offers));
}

base::Status Api::add_day(http::Router& router) {
    std::vector<Offer> offers;
    offers.push_back({Method::post, "/api/shift", Kind::record, "Open a shift with a float",
                      schema_of("float_minor:integer! approval:approval"), schema_of(kShift),
                      [this](Call& call) -> Answer {
                          ledger::Members members = call.members();
                          const std::int64_t float_minor = amount(members, "float_minor");
                          CF_TRY(check(members));
                          return told(world_.kiosk.desk().open_shift(float_minor, call.asked));
                      }});
    offers.push_back({Method::post, "/api/shift/report", Kind::ask, "The X report, to look at",
                      schema_of("approval:approval"), schema_of(kShift),
                      [this](Call& call) { return told(world_.kiosk.desk().report(call.asked)); }});
    offers.push_back(
        {Method::post, "/api/shift/close", Kind::record, "Count the drawer: the Z report",
         schema_of("counted_minor:integer! approval:approval"),
         schema_of(std::string("seq:integer! ") + kShift), [this](Call& call) -> Answer {
             ledger::Members members = call.members();
             const std::int64_t counted_minor = amount(members, "counted_minor");
             CF_TRY(check(members));
             CF_LET(const auto closed, world_.kiosk.desk().close_shift(counted_minor, call.asked));
             json::Object object = checkout::answer(closed.body);
             object.set("difference_minor", closed.body.difference_minor());
             return std::move(object.set("seq", closed.seq));
         }});
    const auto move = [&](const std::string& pattern, const std::string& summary, auto act) {
        return Offer{Method::post,
                     pattern,
                     Kind::record,
                     summary,
                     schema_of("amount_minor:integer! reason:string! approval:approval"),
                     schema_of(""),
                     [this, act](Call& call) -> Answer {
                         ledger::Members members = call.members();
                         const std::int64_t amount_minor = amount(members, "amount_minor");
                         const std::string reason = optional_text(members, "reason");
                         CF_TRY(check(members));
                         return done((world_.kiosk.desk().*act)(amount_minor, reason, call.asked));
                     }};
    };
    offers.push_back(
        move("/api/cash-in", "Put cash into the drawer", &checkout::CashDesk::cash_in));
    offers.push_back(
        move("/api/cash-out", "Take cash out of the drawer", &checkout::CashDesk::cash_out));
    offers.push_back({Method::post, "/api/drawer", Kind::record, "Open the drawer without a sale",
                      schema_of("reason:string!"), schema_of(""), [this](Call& call) -> Answer {
                          ledger::Members members = call.members();
                          const std::string reason = optional_text(members, "reason");
                          CF_TRY(check(members));
                          return done(world_.kiosk.desk().open_drawer(reason, call.asked));
                      }});
    return add_all(router, std::move(offers));
}

base::Status Api::add_events(http::Router& router) {
    http::Route events{
        Method::get,
        "/api/events",
        [this](const http::Request& request, http::Responder responder) {
            const Taken taken = take(Kind::ask, request);
            if (!taken.ok()) return responder.fail(taken.error());
            Call& call = *taken.value();
            // A browser's own event streams cannot send headers.
            if (const auto wanted = request.query("language")) {
                const auto language = base::language_from_code(*wanted);
                if (!language) return responder.fail(language_unknown());
                call.language = *language;
            }
            auto stream = responder.stream();
            if (!stream) return;
            take_up(call);
            const auto now = state(call.screen, call.language).write();
            CF_CHECK(now.ok());
            stream->send("state", now.value());
            world_.feed.join({call.known_as, call.screen, call.language}, *std::move(stream));
        },
        {"What happens, as server-sent events: state; scan, and what became of it; printer, what "
         "the cashier must know of paper; sync, how it stands with the centre; sold, what was "
         "recorded at this screen; changed, when the "
         "state should be asked for anew. It ends when somebody signs in here: open it again then.",
         "",
         "",
         {},
         {{"screen", "cookie", "the screen, from GET /api/till", true},
          {"language", "query", "hu or en, in the place of Accept-Language", false}},
         "text/event-stream"},
        {}};
    return router.add(std::move(events));
}

}  // namespace counterfoil::till
