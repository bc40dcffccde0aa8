#include "firmware/checkout/cash_desk.h"

#include <algorithm>
#include <map>

#include "firmware/core/base/coding.h"

namespace counterfoil::checkout {

using base::Result;
using ledger::GivingBack;
using ledger::PointsSpent;
using ledger::Sale;

namespace {

constexpr std::size_t kMaxLabel = 40;
constexpr std::int64_t kDaySeconds = 24 * 60 * 60;

}  // namespace

CashDesk::CashDesk(const World& world, Shop shop)
    : world_(world),
      shop_(std::move(shop)),
      staff_(world.shop.mirror, world.shop.desk, world.shop.clock),
      coupons_(shop_, world.store),
      counter_(world.shop.journal, {shop_.settings().currency, shop_.settings().cash_step_minor}) {}

Result<std::unique_ptr<CashDesk>> CashDesk::open(const World& world) {
    CF_LET(Shop shop, Shop::open(world.shop));
    return std::unique_ptr<CashDesk>(new CashDesk(world, std::move(shop)));
}

Outcome<void> CashDesk::check_manager(const Asked& asked) {
    CF_TRY(staff_.manage(asked.screen, shop_.settings(), asked.approval));
    return {};
}

Outcome<void> CashDesk::reload() {
    const money::Currency before = shop_.settings().currency;
    CF_TRY(shop_.reload());
    const auto shift = counter_.report();
    const bool is_open = shift.ok();
    if (is_open && !(shop_.settings().currency == before)) return Refusal::shift_open;
    counter_.use({shop_.settings().currency, shop_.settings().cash_step_minor});
    return {};
}

// Under which central data what follows was decided: once for each.
Outcome<void> CashDesk::note_configuration(const By& by) {
    CF_LET(const mirror::Meta meta, shop_.meta());
    const std::string key =
        std::string(kConfigMark) + std::to_string(meta.version) + ":" + std::to_string(meta.cursor);
    CF_LET(const std::int64_t noted, world_.shop.journal.counted().find_request(key));
    if (noted != 0) return {};
    json::Object body;
    body.set("version", meta.version).set("cursor", meta.cursor).set("request", key);
    std::vector<journal::Draft> drafts;
    drafts.push_back({ledger::EventType::config_applied, std::move(body), "", by.staff});
    CF_TRY(world_.shop.journal.append(drafts));
    return {};
}

Outcome<std::optional<mirror::Staff>> CashDesk::signed_in(const std::string& screen) {
    return staff_.signed_in(screen, shop_.settings());
}

Outcome<By> CashDesk::by(Act act, const Asked& asked) {
    CF_LET(const Authority authority,
           staff_.authorise(asked.screen, act, shop_.settings(), asked.approval));
    const bool alone = authority.approved_by == authority.staff;
    return By{authority.staff, asked.request, alone ? "" : authority.approved_by};
}

Outcome<ShiftReport> CashDesk::open_shift(std::int64_t float_minor, const Asked& asked) {
    CF_LET(const By who, by(Act::open_shift, asked));
    CF_TRY(note_configuration(who));
    return counter_.open_shift(float_minor, who);
}

Outcome<ShiftReport> CashDesk::report(const Asked& asked) {
    CF_TRY(by(Act::report, asked));
    return counter_.report();
}

Outcome<Recorded<ShiftReport>> CashDesk::close_shift(std::int64_t counted_minor,
                                                     const Asked& asked) {
    CF_LET(const By who, by(Act::close_shift, asked));
    return counter_.close_shift(counted_minor, who);
}

Outcome<void> CashDesk::cash_in(std::int64_t amount_minor, const std::string& reason,
                                const Asked& asked) {
    CF_LET(const By who, by(Act::move_cash, asked));
    return counter_.cash_in(amount_minor, reason, who);
}

Outcome<void> CashDesk::cash_out(std::int64_t amount_minor, const std::string& reason,
                                 const Asked& asked) {
    CF_LET(const By who, by(Act::move_cash, asked));
    return counter_.cash_out(amount_minor, reason, who);
}

Outcome<void> CashDesk::open_drawer(const std::string& reason, const Asked& asked) {
    CF_LET(const By who, by(Act::open_drawer, asked));
    return counter_.open_drawer(reason, who);
}

Outcome<void> CashDesk::approve(BasketLine& line, const Asked& asked) {
    CF_LET(const Authority authority,
           staff_.authorise(asked.screen, Act::override_price, shop_.settings(), asked.approval));
    line.approved_by = authority.approved_by;
    return {};
}

// Whoever is named as having allowed a change must be somebody who may.
Outcome<void> CashDesk::check_approved(const BasketLine& line) {
    if (line.approved_by.empty()) return Refusal::manager_needed;
    CF_LET(const auto person, shop_.find_staff(line.approved_by));
    const bool may = person && (person->role == mirror::Role::manager ||
                                is_for_cashiers(Act::override_price, shop_.settings()));
    if (!may) return Refusal::not_a_manager;
    return {};
}

Outcome<void> CashDesk::add_line(Cart& cart, const BasketLine& line) {
    CF_LET(const Item item, shop_.find_product(line.code));
    if (item.by_weight && !line.quantity_milli) return Refusal::weight_needed;
    const std::int64_t quantity_milli = line.quantity_milli.value_or(ledger::kOne);
    if (!line.changed()) {
        CF_TRY(cart.add(item, quantity_milli));
        return {};
    }
    CF_TRY(check_approved(line));
    const Approval approval{line.approved_by, line.reason};
    CF_TRY(cart.add_apart(item, quantity_milli));
    if (line.unit_minor) CF_TRY(cart.override_price(*line.unit_minor, approval));
    if (line.off_minor) CF_TRY(cart.take_off(*line.off_minor, approval));
    if (line.off_permille) CF_TRY(cart.take_off_part(*line.off_permille, approval));
    return {};
}

Outcome<void> CashDesk::lay_coupons(Quote& quote, const Basket& basket) {
    if (basket.coupons.size() > ledger::kMaxSaleCoupons) return loyalty::Refusal::too_many_offers;
    for (const std::string& text : basket.coupons) {
        const auto coupon = coupons_.judge(text, quote.member);
        if (coupon.ok())
            quote.cart.lay(coupon.value());
        else if (coupon.error().is_refusal())
            quote.refused.push_back({text, coupon.error()});
        else
            return coupon.error();
    }
    return {};
}

// A coupon that would pass a limit is taken off again, and the rest priced anew.
Outcome<void> CashDesk::price(Quote& quote) {
    for (;;) {
        CF_LET(quote.priced, quote.cart.price());
        std::size_t stopped_at = 0;
        const auto weighed = coupons_.weigh(quote.priced, quote.member, stopped_at);
        if (weighed.ok()) return {};
        if (!weighed.error().is_refusal()) return weighed.error();
        const std::string coupon = quote.priced.redemptions[stopped_at].coupon;
        quote.cart.take_away(coupon);
        quote.refused.push_back({coupon, weighed.error()});
    }
}

Outcome<Quote> CashDesk::quote(const Basket& basket) {
    Quote quote{Cart(shop_.settings().currency, world_.store), {}, {}, {}, 0};
    if (basket.member) {
        CF_LET(quote.member, shop_.member_now(*basket.member));
        quote.cart.attach({quote.member->member.id, quote.member->points, quote.member->permille});
    }
    for (const BasketLine& line : basket.lines) CF_TRY(add_line(quote.cart, line));
    CF_TRY(lay_coupons(quote, basket));
    CF_TRY(price(quote));
    const money::Money total(quote.priced.total_minor, shop_.settings().currency);
    quote.cash_minor = cash_due_minor(total, shop_.settings().cash_step_minor);
    return quote;
}

// What is sold is what was asked for: a coupon that is not taken is told, and not left out.
Outcome<Quote> CashDesk::quote_whole(const Basket& basket) {
    CF_LET(Quote whole, quote(basket));
    if (!whole.refused.empty()) return whole.refused.front().fault;
    for (const loyalty::OfferOutcome& outcome : whole.priced.evaluation.offers)
        if (outcome.refusal) return Fault(*outcome.refusal, outcome.sentence);
    return whole;
}

// Whether a sale is of what the basket holds: the same products, as many of each.
Outcome<bool> CashDesk::is_of(const Sale& sale, const Basket& basket) {
    std::map<std::string, std::int64_t> sold;
    for (const ledger::SaleLine& line : sale.lines) sold[line.code] += line.quantity_milli;
    for (const BasketLine& line : basket.lines) {
        CF_LET(const Item item, shop_.find_product(line.code));
        sold[item.code] -= line.quantity_milli.value_or(ledger::kOne);
    }
    return std::ranges::all_of(sold, [](const auto& entry) { return entry.second == 0; });
}

Outcome<std::optional<Recorded<Sale>>> CashDesk::sold_before(const Basket& basket,
                                                             const Asked& asked) {
    CF_LET(const By who, by(Act::sell, asked));
    return sold_as(basket, who);
}

Outcome<std::optional<Recorded<Sale>>> CashDesk::sold_as(const Basket& basket, const By& by) {
    CF_LET(const auto before, counter_.sold_before(by));
    if (!before) return before;
    CF_LET(const bool same, is_of(before->body, basket));
    if (!same) return Refusal::request_reused;
    return before;
}

Outcome<std::optional<Recorded<Sale>>> CashDesk::sold_by_request(const Asked& asked) {
    CF_LET(const By who, by(Act::sell, asked));
    return counter_.sold_before(who);
}

Outcome<std::optional<Recorded<Sale>>> CashDesk::trained_before(const Asked& asked) {
    CF_LET(const By who, by(Act::train, asked));
    return counter_.trained_before(who);
}

Outcome<Recorded<Sale>> CashDesk::sell(const Basket& basket, const std::vector<Payment>& payments,
                                       const Asked& asked) {
    CF_LET(const By who, by(Act::sell, asked));
    CF_LET(const auto before, sold_as(basket, who));
    if (before) return *before;
    CF_TRY(note_configuration(who));
    CF_LET(const Quote whole, quote_whole(basket));
    CF_LET(const Recorded<Sale> sold,
           counter_.sell(whole.cart, whole.priced, payments, who, basket.id));
    // The sale stands. A parked basket that was sold is known by it, whatever happens here.
    if (!basket.id.empty()) [[maybe_unused]]
        const auto forgotten = world_.shop.desk.forget_parked(basket.id);
    return sold;
}

Outcome<Recorded<Sale>> CashDesk::train(const Basket& basket, const std::vector<Payment>& payments,
                                        const Asked& asked) {
    CF_LET(const By who, by(Act::train, asked));
    CF_LET(const Quote whole, quote_whole(basket));
    return counter_.train(whole.cart, whole.priced, payments, who);
}

Outcome<void> CashDesk::judge_coupon(const std::string& text,
                                     const std::optional<BasketMember>& member) {
    std::optional<KnownMember> known;
    if (member) {
        CF_LET(known, shop_.member_now(*member));
    }
    CF_TRY(coupons_.judge(text, known));
    return {};
}

Outcome<bool> CashDesk::was_sold(const std::string& basket) {
    if (basket.empty()) return false;
    CF_LET(const std::int64_t seq,
           world_.shop.journal.counted().find_request(ledger::basket_request(basket)));
    return seq != 0;
}

// Those that were sold before their row could be removed are gone.
Outcome<std::vector<ParkedBasket>> CashDesk::still_parked() {
    CF_LET(auto all, world_.shop.desk.all_parked());
    std::vector<ParkedBasket> still;
    for (ParkedBasket& basket : all) {
        CF_LET(const bool sold, was_sold(basket.id));
        if (!sold) still.push_back(std::move(basket));
    }
    return still;
}

Outcome<ParkedBasket> CashDesk::find_parked(const std::string& label) {
    CF_LET(const auto all, still_parked());
    const auto found = std::ranges::find_if(
        all, [&](const ParkedBasket& basket) { return basket.label == label; });
    if (found == all.end()) return Refusal::parked_unknown;
    return *found;
}

// The label that a basket gets: its own, or else the smallest number that is free.
Outcome<std::string> CashDesk::label_for(const std::string& wanted,
                                         const std::vector<ParkedBasket>& parked) {
    const auto has = [&](const std::string& label) {
        return std::ranges::any_of(
            parked, [&](const ParkedBasket& basket) { return basket.label == label; });
    };
    if (wanted.size() > kMaxLabel) return Refusal::label_too_long;
    if (!wanted.empty() && has(wanted)) return Refusal::label_taken;
    std::string label = wanted;
    for (int number = 1; label.empty(); ++number)
        if (!has(std::to_string(number))) label = std::to_string(number);
    return label;
}

Outcome<std::string> CashDesk::park(Basket basket, const std::string& wanted, const Asked& asked) {
    CF_LET(const By who, by(Act::sell, asked));
    CF_TRY(counter_.check_request(who));
    const std::string asked_for = who.request.empty() ? "" : "request:" + who.request;
    if (!asked_for.empty()) {
        CF_LET(const auto done, world_.shop.desk.find_parked(asked_for));
        if (done) return done->label;
    }
    CF_TRY(quote(basket));
    // A phone's proof is of a minute, not of whenever the basket is taken up again.
    if (basket.member) basket.member->proven = false;
    CF_LET(auto others, still_parked());
    std::erase_if(others, [&](const ParkedBasket& parked) { return parked.id == basket.id; });
    if (others.size() >= kMaxParked) return Refusal::parked_full;
    CF_LET(const std::string label, label_for(wanted, others));
    if (basket.id.empty()) basket.id = asked_for;
    if (basket.id.empty())
        basket.id = base::UuidMaker(world_.shop.clock, world_.entropy).make().text();
    CF_LET(const std::string text, write_basket(basket));
    CF_TRY(read_basket(text));
    CF_TRY(world_.shop.desk.park({basket.id, label, who.staff, world_.shop.clock.now(), text}));
    return label;
}

Outcome<std::vector<Parked>> CashDesk::parked() {
    CF_LET(const auto all, still_parked());
    std::vector<Parked> labels;
    for (const ParkedBasket& basket : all)
        labels.push_back({basket.label, basket.staff, basket.at});
    return labels;
}

Outcome<Basket> CashDesk::recall(const std::string& label) {
    CF_LET(const ParkedBasket found, find_parked(label));
    CF_LET(const Basket basket, read_basket(found.basket));
    return basket;
}

Outcome<void> CashDesk::drop(const std::string& label, const Asked& asked) {
    CF_TRY(by(Act::sell, asked));
    CF_LET(const ParkedBasket found, find_parked(label));
    CF_TRY(world_.shop.desk.drop_parked(found.id, world_.shop.clock.now()));
    return {};
}

// What the member of a sale has now; nothing where it had none, or there is no such sale.
Outcome<std::optional<std::int64_t>> CashDesk::points_of_member(const Outcome<Sale>& sale) {
    if (!sale.ok() || !sale.value().member) return std::optional<std::int64_t>();
    CF_LET(const base::Uuid member, base::Uuid::parse(sale.value().member->id));
    CF_LET(const KnownMember known, shop_.member_now({member, false, 0}));
    return std::optional(known.points);
}

Outcome<Recorded<GivingBack>> CashDesk::refund(Counter::RefundWish wish, const Asked& asked) {
    const auto sale = counter_.sale_of(wish.receipt);
    const bool otherwise =
        sale.ok() && !wish.tender.empty() &&
        std::ranges::none_of(sale.value().tenders, [&](const ledger::SaleTender& tender) {
            return tender.kind == wish.tender;
        });
    CF_LET(const By who, by(otherwise ? Act::refund_otherwise : Act::refund, asked));
    CF_LET(wish.points_now, points_of_member(sale));
    return counter_.refund(wish, who);
}

Outcome<Recorded<GivingBack>> CashDesk::void_last(std::int64_t receipt, const std::string& reason,
                                                  const Asked& asked) {
    CF_LET(const By who, by(Act::void_sale, asked));
    Counter::RefundWish wish;
    wish.receipt = receipt;
    wish.reason = reason;
    CF_LET(wish.points_now, points_of_member(counter_.sale_of(receipt)));
    return counter_.void_last(wish, who);
}

Outcome<Counter::Copy> CashDesk::reprint(std::int64_t receipt, const Asked& asked) {
    CF_LET(const By who, by(Act::reprint, asked));
    return counter_.reprint(receipt, who);
}

ledger::MadeCoupon CashDesk::make_coupon(const PointsCoupon& price, base::WallTime now) {
    constexpr std::size_t kCodeCharacters = 10;  // of five random bits each
    std::array<std::uint8_t, 15> random{};
    world_.entropy.fill(random);
    const base::ByteView bytes(random);
    const std::string year = base::to_rfc3339(now).substr(0, 4);
    ledger::MadeCoupon coupon;
    coupon.serial = base::to_hex(bytes.first(sizeof(token::CouponSerial)));
    coupon.code =
        "COUP-" + year + "-" + base::to_crockford(bytes.last(7)).substr(0, kCodeCharacters);
    coupon.book = price.book;
    coupon.value_minor = price.value_minor;
    coupon.not_before_s = token::seconds_of(now);
    coupon.expires_s = coupon.not_before_s + price.days * kDaySeconds;
    return coupon;
}

Outcome<std::optional<PointsSpent>> CashDesk::points_spent_before(const Asked& asked) {
    CF_LET(const By who, by(Act::spend_points, asked));
    return counter_.points_spent_before(who);
}

Outcome<PointsSpent> CashDesk::points_to_coupon(const BasketMember& member, const Asked& asked) {
    CF_LET(const By who, by(Act::spend_points, asked));
    CF_LET(const auto before, counter_.points_spent_before(who));
    if (before) return *before;
    const auto& price = shop_.settings().points_coupon;
    if (!price) return Refusal::points_not_convertible;
    if (!member.proven) return Refusal::member_not_proven;
    CF_LET(const auto book, shop_.find_book(price->book));
    if (!book) return Refusal::points_not_convertible;
    CF_LET(const KnownMember known, shop_.member_now(member));
    CF_LET(const base::WallTime now, shop_.trusted_now());
    if (known.points < price->points)
        return Fault(loyalty::Refusal::points_insufficient,
                     loyalty::too_few_points_for_coupon(price->points));
    const auto& lease = known.lease;
    const bool may =
        lease && lease->quantity >= price->points && token::seconds_of(now) < lease->expires_s;
    if (!may) return Refusal::need_online;
    PointsSpent spent;
    spent.member = member.id.text();
    spent.points = price->points;
    spent.points_before = known.points;
    spent.coupon = make_coupon(*price, now);
    return counter_.spend_points(spent, who);
}

}  // namespace counterfoil::checkout
