#include "firmware/checkout/refusal.h"

#include <array>

namespace counterfoil::checkout {
namespace {

struct Words {
    Refusal refusal;
    std::string_view name;
    std::string_view english;
    std::string_view hungarian;
};

constexpr std::array kWords{
    Words{Refusal::cart_empty, "cart_empty", "There is nothing in the cart. Scan a product first.",
          "A kosár üres. Olvasson be egy terméket."},
    Words{Refusal::cart_full, "cart_full",
          "The cart holds a hundred lines and no more. Close this sale and begin another.",
          "A kosárba száz tétel fér. Zárja le ezt a vásárlást, és kezdjen újat."},
    Words{Refusal::cart_not_priced, "cart_not_priced",
          "The cart cannot be priced. Take the last coupon or product out again.",
          "A kosár nem árazható be. Vegye ki az utolsó kupont vagy terméket."},
    Words{Refusal::amount_not_positive, "amount_not_positive",
          "An amount must be more than nothing. Enter it again.",
          "Az összegnek nullánál többnek kell lennie. Adja meg újra."},
    Words{Refusal::amount_too_large, "amount_too_large",
          "The amount is larger than a till can hold. Enter it again.",
          "Az összeg nagyobb, mint amit a pénztár kezelni tud. Adja meg újra."},
    Words{Refusal::too_many_tenders, "too_many_tenders",
          "A sale can be paid in up to eight parts. Join some of them.",
          "Egy vásárlás legfeljebb nyolc részben fizethető. Vonjon össze néhányat."},
    Words{Refusal::tender_unknown, "tender_unknown",
          "A sale is paid in cash, by card or by voucher. Choose one of them.",
          "Fizetni készpénzzel, kártyával vagy utalvánnyal lehet. Válasszon ezek közül."},
    Words{Refusal::tender_reference_missing, "tender_reference_missing",
          "The number on the card's or voucher's slip is missing. Enter it.",
          "Hiányzik a kártyás bizonylat vagy az utalvány száma. Adja meg."},
    Words{Refusal::card_overpaid, "card_overpaid",
          "Cards and vouchers pay no more than the total. Enter less; only cash gives change.",
          "Kártyával és utalvánnyal nem fizethető több a végösszegnél. Adjon meg kevesebbet."},
    Words{Refusal::not_paid, "not_paid", "That is less than the total. Take the rest, too.",
          "Ez kevesebb a végösszegnél. Vegye át a hiányzó részt is."},
    Words{Refusal::receipt_unknown, "receipt_unknown",
          "This till has no such receipt. Scan or enter its number again.",
          "Ezen a pénztáron nincs ilyen nyugta. Olvassa be vagy adja meg újra."},
    Words{Refusal::receipt_is_refund, "receipt_is_refund",
          "That receipt is a refund itself. Take the receipt of the sale.",
          "Ez a nyugta maga is visszáru. A vásárlás nyugtáját használja."},
    Words{Refusal::line_unknown, "line_unknown",
          "The receipt has no such line. Choose one of its lines.",
          "A nyugtán nincs ilyen tétel. Válasszon a tételei közül."},
    Words{Refusal::quantity_over_sold, "quantity_over_sold",
          "That is more than was sold and not yet given back. Enter less.",
          "Ez több, mint amennyit eladtak és még nem vettek vissza. Adjon meg kevesebbet."},
    Words{Refusal::quantity_not_whole, "quantity_not_whole",
          "This product is sold by the piece. Enter whole pieces.",
          "Ez a termék darabra kapható. Egész darabot adjon meg."},
    Words{Refusal::coupon_used_up, "coupon_used_up",
          "The coupon was used before, as often as it may be. Sell without it.",
          "A kupont már felhasználták, ahányszor csak lehetett. Nélküle adja el."},
    Words{Refusal::no_shift, "no_shift", "No shift is open. Count the float and open one.",
          "Nincs nyitott műszak. Számolja meg a váltópénzt, és nyisson egyet."},
    Words{Refusal::shift_open, "shift_open", "A shift is open already. Close it first.",
          "Már nyitva van egy műszak. Előbb zárja le."},
    Words{Refusal::reason_missing, "reason_missing", "Say why, in up to two hundred letters.",
          "Írja meg az okát, legfeljebb kétszáz betűben."},
    Words{Refusal::drawer_too_empty, "drawer_too_empty",
          "There is less in the drawer than that. Enter a smaller amount.",
          "A fiókban ennél kevesebb van. Adjon meg kisebb összeget."},
};

const Words& words(Refusal refusal) {
    const auto index = static_cast<std::size_t>(refusal);
    CF_CHECK(index < kWords.size() && kWords[index].refusal == refusal);
    return kWords[index];
}

}  // namespace

std::string_view refusal_name(Refusal refusal) {
    return words(refusal).name;
}

std::string_view refusal_sentence(Refusal refusal) {
    return words(refusal).english;
}

std::string_view refusal_sentence_hungarian(Refusal refusal) {
    return words(refusal).hungarian;
}

}  // namespace counterfoil::checkout
