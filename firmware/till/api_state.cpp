#include "firmware/checkout/answers.h"
#include "firmware/till/api.h"

// What a screen is told: how it stands, and what was sold.
namespace counterfoil::till {

using base::Language;

json::Object Api::state(const std::string& screen, Language language) {
    auto& desk = world_.kiosk.desk();
    json::Object now;
    now.set("terminal", desk.shop().terminal()).set("shop", desk.shop().settings().issuer.name);
    const checkout::ShopSettings& settings = desk.shop().settings();
    now.set("language", base::language_code(world_.till_language));
    now.set("currency", settings.currency.code());
    now.set("currency_digits", std::int64_t{settings.currency.minor_digits()});
    now.set("cash_step_minor", settings.cash_step_minor);
    now.set("tiers", static_cast<std::int64_t>(settings.tiers_permille.size()));
    const auto report = desk.open_report();
    if (report.ok())
        now.set("shift", report.value().shift);
    else
        now.set_null("shift");
    const auto parked = desk.parked();
    now.set("parked", parked.ok() ? static_cast<std::int64_t>(parked.value().size()) : 0);
    if (world_.printing) now.set("printer", world_.printing(language));
    if (world_.syncing) now.set("sync", world_.syncing(language));
    const auto person = desk.signed_in(screen);
    if (!screen.empty() && person.ok() && person.value()) {
        now.set("signed_in", checkout::answer(*person.value()));
        tell_basket(now, screen, language);
    } else {
        now.set_null("signed_in").set_null("basket");
    }
    return now;
}

void Api::tell_state(const std::string& screen) {
    world_.feed.tell_each(
        "state", [&](Language language) { return state(screen, language); }, screen);
}

checkout::Outcome<void> Api::tell_locked(json::Object& person, const std::string& staff) {
    constexpr std::int64_t kSecondMs = 1000;
    CF_LET(const std::int64_t wait_ms, world_.kiosk.desk().staff().locked_ms(staff));
    person.set("locked_s", (wait_ms + kSecondMs - 1) / kSecondMs);
    return {};
}

template <class Body>
json::Object Api::sold_told(const checkout::Recorded<Body>& recorded, std::string_view kind,
                            std::int64_t points_earned) {
    json::Object told;
    told.set("seq", recorded.seq).set("receipt", recorded.body.receipt).set("kind", kind);
    told.set("total_minor", recorded.body.total_minor).set("change_minor", recorded.change_minor);
    if (!recorded.body.member) return told;
    told.set("points_earned", points_earned);
    told.set("points_after", recorded.body.member->points_before + points_earned);
    const auto id = base::Uuid::parse(recorded.body.member->id);
    if (!id.ok()) return told;
    const auto member = world_.kiosk.desk().shop().member_now({id.value()});
    if (member.ok() && !member.value().name.empty()) told.set("member_name", member.value().name);
    return told;
}

void Api::tell_sold(const Call& call, const checkout::Recorded<ledger::Sale>& sold,
                    std::string_view kind) {
    const auto& member = sold.body.member;
    const std::int64_t points = member ? member->points_earned : 0;
    world_.feed.tell("sold", sold_told(sold, kind, points), call.screen);
}

void Api::tell_sold(const Call& call, const checkout::Recorded<ledger::GivingBack>& back,
                    std::string_view kind) {
    const auto& member = back.body.member;
    const std::int64_t points = member ? -member->points_earned : 0;
    world_.feed.tell("sold", sold_told(back, kind, points), call.screen);
}

void Api::tell_basket(json::Object& now, const std::string& screen, Language language) {
    const auto quote = world_.kiosk.quote(screen);
    if (quote.ok() && quote.value())
        now.set("basket", checkout::answer(*quote.value(), language));
    else
        now.set_null("basket");
    if (!quote.ok())
        now.set("error", checkout::answer(quote.error(), language, world_.clock.now()));
    const auto held = world_.kiosk.basket(screen);
    if (!held.ok()) return;
    // What a screen notes beside a basket belongs to no other.
    if (!held.value().id.empty()) now.set("basket_id", held.value().id);
    json::Array laid;
    std::int64_t place = 0;
    for (const std::string& coupon : held.value().coupons) {
        json::Object object;
        laid.add(std::move(object.set("place", ++place).set("coupon", coupon)));
    }
    now.set("laid_coupons", std::move(laid));
    if (!held.value().lines.empty() || !held.value().member) return;
    const auto member = world_.kiosk.desk().shop().member_now(*held.value().member);
    if (member.ok()) now.set("member", checkout::answer(member.value()));
}

}  // namespace counterfoil::till
