#include "firmware/checkout/cart.h"
#include "firmware/checkout/refund.h"
#include "firmware/checkout/tender.h"
#include "tests/support/properties.h"

namespace counterfoil::checkout {
namespace {

using ledger::kOne;
using test::draw;
using test::one_in;

Item made_up_item(int number) {
    static constexpr std::int64_t kRates[] = {0, 500, 1800, 2700};
    return {std::to_string(100 + number),  "Product",          number % 2 == 0 ? "even" : "odd",
            draw<std::int64_t>(0, 20'000), kRates[number % 4], number % 5 == 0};
}

CartCoupon made_up_coupon(int number) {
    CartCoupon coupon;
    coupon.coupon = coupon.redemption.coupon = "C" + std::to_string(number);
    coupon.offer.id.bytes[0] = static_cast<std::uint8_t>(number);
    coupon.offer.kind = static_cast<loyalty::OfferKind>(draw(0, 3));
    const bool percent = coupon.offer.kind == loyalty::OfferKind::percent;
    coupon.offer.value = draw<std::int64_t>(1, percent ? 1001 : 30'000);
    if (one_in(3)) coupon.offer.categories = {"even"};
    if (one_in(3)) coupon.offer.min_basket_minor = draw<std::int64_t>(0, 20'000);
    coupon.offer.stackable = !one_in(4);
    return coupon;
}

Cart made_up_cart() {
    Cart cart(money::Currency::huf(), 3);
    if (one_in(2)) {
        CartMember member;
        member.tier_permille = draw<std::int64_t>(1000, 2000);
        cart.attach(member);
    }
    const int lines = draw(1, 12);
    for (int i = 0; i < lines; ++i) {
        const Item item = made_up_item(draw(0, 20));
        const std::int64_t milli =
            item.by_weight ? draw<std::int64_t>(1, 3000) : draw<std::int64_t>(1, 6) * kOne;
        if (one_in(4)) {
            RC_ASSERT(cart.add_apart(item, milli).ok());
            if (one_in(2))
                RC_ASSERT(cart.override_price(draw<std::int64_t>(0, 9000), {"anna", "x"}).ok());
            const auto off = cart.take_off_part(draw<std::int64_t>(1, 1001), {"anna", "x"});
            const bool sound = off.ok() || off.error() == Refusal::amount_not_positive;
            RC_ASSERT(sound);
        } else {
            RC_ASSERT(cart.add(item, milli).ok());
        }
    }
    for (int i = draw(0, 4); i > 0; --i) cart.lay(made_up_coupon(i));
    return cart;
}

ledger::Sale sale_of(const PricedCart& priced, const Settlement& paid) {
    ledger::Sale sale;
    sale.receipt = 1;
    sale.lines = priced.lines;
    sale.coupons = priced.coupons;
    sale.tenders = paid.tenders;
    sale.total_minor = priced.total_minor;
    sale.rounding_minor = paid.rounding_minor;
    return sale;
}

// Gives a sale back in random parts, and says what came back of money and of tax.
struct Returned {
    std::int64_t money_minor = 0;
    std::int64_t points = 0;
    bool all = false;
};

Returned give_back_in_parts(const ledger::Sale& sale) {
    Returned returned;
    std::vector<journal::GivenBack> before;
    for (std::size_t i = 0; i < sale.lines.size(); ++i)
        before.push_back({static_cast<std::int64_t>(i + 1), 0, 0});
    for (int step = 0; step < 60; ++step) {
        const auto left = everything_left(sale, before);
        if (left.empty()) break;
        const Wanted& chosen = left[draw<std::size_t>(0, left.size())];
        const bool by_weight = sale.lines[static_cast<std::size_t>(chosen.line - 1)].by_weight;
        const std::int64_t unit = by_weight ? 1 : kOne;
        const std::int64_t most = *chosen.quantity_milli / unit;
        const bool rest = step > 40 || one_in(3);
        const std::int64_t milli =
            rest ? *chosen.quantity_milli : draw<std::int64_t>(1, most + 1) * unit;
        const auto lines = price_refund(sale, before, {{chosen.line, milli}});
        RC_ASSERT(lines.ok());
        const ledger::BackLine& line = lines.value().front();
        const std::int64_t money_before = returned.money_minor;
        returned.money_minor += line.amount_minor;
        auto& counted = before[static_cast<std::size_t>(line.line - 1)];
        counted.quantity_milli += line.quantity_milli;
        counted.amount_minor += line.amount_minor;
        returned.points += points_back(
            sale, {money_before, line.amount_minor, everything_left(sale, before).empty()});
        RC_ASSERT(
            !price_refund(sale, before, {{line.line, *chosen.quantity_milli - milli + unit}}).ok());
    }
    returned.all = everything_left(sale, before).empty();
    return returned;
}

TEST(Balance, OfAnyCartHoldsToTheMinorUnit) {
    test::expect_always([] {
        const Cart cart = made_up_cart();
        const auto priced = cart.price();
        RC_ASSERT(priced.ok());
        const std::int64_t total = priced.value().total_minor;
        std::vector<Payment> payments;
        if (total > 0 && one_in(2))
            payments.push_back({"card", draw<std::int64_t>(1, total + 1), "A"});
        payments.push_back({"cash", total + draw<std::int64_t>(3, 5000), ""});
        const auto paid = settle(money::Money(total, money::Currency::huf()), payments, 5);
        RC_ASSERT(paid.ok());
        const ledger::Sale sale = sale_of(priced.value(), paid.value());
        RC_ASSERT(ledger::check(sale).ok());
        std::int64_t gross = 0;
        const auto vat = sale.vat();
        RC_ASSERT(vat.ok());
        for (const money::VatLine& line : vat.value()) {
            RC_ASSERT(line.split.net.minor() + line.split.tax.minor() == line.split.gross.minor());
            gross += line.split.gross.minor();
        }
        RC_ASSERT(gross == total);
        RC_ASSERT(std::abs(sale.rounding_minor) <= 2);
        RC_ASSERT(cart.member() || priced.value().points == 0);
    });
}

TEST(Balance, OfRefundsInAnyPartsIsWhatWasPaidAndEarned) {
    test::expect_always([] {
        const Cart cart = made_up_cart();
        const auto priced = cart.price();
        RC_ASSERT(priced.ok());
        ledger::Sale sale = sale_of(priced.value(), {});
        const std::int64_t points = priced.value().points;
        sale.member = ledger::SaleMember{"m", 0, points};
        const Returned returned = give_back_in_parts(sale);
        RC_ASSERT(returned.money_minor <= sale.total_minor);
        RC_ASSERT(returned.points <= points);
        if (!returned.all) return;
        RC_ASSERT(returned.money_minor == sale.total_minor);
        RC_ASSERT(returned.points == points);
    });
}

}  // namespace
}  // namespace counterfoil::checkout
