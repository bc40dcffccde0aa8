#include "firmware/checkout/refusal.h"

#include <array>

namespace counterfoil::checkout {
namespace {

constexpr std::size_t kMaxReason = 200;

struct Words {
    Refusal refusal;
    std::string_view name;
    base::Wording sentence;
};

constexpr std::array kWords{
    Words{Refusal::cart_empty,
          "cart_empty",
          {"There is nothing in the cart. Scan a product first.",
           "A kosár üres. Olvasson be egy terméket."}},
    Words{Refusal::cart_full,
          "cart_full",
          {"The cart holds a hundred lines and no more. Close this sale and begin another.",
           "A kosárba száz tétel fér. Zárja le ezt a vásárlást, és kezdjen újat."}},
    Words{Refusal::cart_not_priced,
          "cart_not_priced",
          {"The cart cannot be priced. Take the last coupon or product out again.",
           "A kosár nem árazható be. Vegye ki az utolsó kupont vagy terméket."}},
    Words{Refusal::amount_not_positive,
          "amount_not_positive",
          {"An amount must be more than nothing. Enter it again.",
           "Az összegnek nullánál többnek kell lennie. Adja meg újra."}},
    Words{Refusal::amount_negative,
          "amount_negative",
          {"An amount cannot be less than nothing. Enter it again.",
           "Az összeg nem lehet nullánál kevesebb. Adja meg újra."}},
    Words{Refusal::amount_too_large,
          "amount_too_large",
          {"The amount is larger than a till can hold. Enter it again.",
           "Az összeg nagyobb, mint amit a pénztár kezelni tud. Adja meg újra."}},
    Words{Refusal::too_many_tenders,
          "too_many_tenders",
          {"A sale can be paid in up to eight parts. Join some of them.",
           "Egy vásárlás legfeljebb nyolc részben fizethető. Vonjon össze néhányat."}},
    Words{Refusal::tender_unknown,
          "tender_unknown",
          {"A sale is paid in cash, by card or by voucher. Choose one of them.",
           "Fizetni készpénzzel, kártyával vagy utalvánnyal lehet. Válasszon ezek közül."}},
    Words{Refusal::tender_reference_missing,
          "tender_reference_missing",
          {"The number on the card's or voucher's slip is missing. Enter it.",
           "Hiányzik a kártyás bizonylat vagy az utalvány száma. Adja meg."}},
    Words{Refusal::card_overpaid,
          "card_overpaid",
          {"Cards and vouchers pay no more than the total. Enter less; only cash gives change.",
           "Kártyával és utalvánnyal nem fizethető több a végösszegnél. Adjon meg kevesebbet."}},
    Words{Refusal::not_paid,
          "not_paid",
          {"That is less than the total. Take the rest, too.",
           "Ez kevesebb a végösszegnél. Vegye át a hiányzó részt is."}},
    Words{Refusal::receipt_unknown,
          "receipt_unknown",
          {"This till has no such receipt. Scan or enter its number again.",
           "Ezen a pénztáron nincs ilyen nyugta. Olvassa be vagy adja meg újra."}},
    Words{Refusal::kept_at_centre,
          "kept_at_centre",
          {"That is so old that only the centre still holds it. Have it looked up, given back or "
           "printed there.",
           "Ez olyan régi, hogy már csak a központ őrzi. Kérje ott a keresést, a visszárut vagy a "
           "másolatot."}},
    Words{Refusal::receipt_is_refund,
          "receipt_is_refund",
          {"That receipt is a refund itself. Take the receipt of the sale.",
           "Ez a nyugta maga is visszáru. A vásárlás nyugtáját használja."}},
    Words{Refusal::line_unknown,
          "line_unknown",
          {"The receipt has no such line. Choose one of its lines.",
           "A nyugtán nincs ilyen tétel. Válasszon a tételei közül."}},
    Words{Refusal::quantity_over_sold,
          "quantity_over_sold",
          {"That is more than was sold and not yet given back. Enter less.",
           "Ez több, mint amennyit eladtak és még nem vettek vissza. Adjon meg kevesebbet."}},
    Words{Refusal::quantity_not_whole,
          "quantity_not_whole",
          {"This product is sold by the piece. Enter whole pieces.",
           "Ez a termék darabra kapható. Egész darabot adjon meg."}},
    Words{Refusal::discount_too_large,
          "discount_too_large",
          {"The discount is more than the price. Enter a smaller one.",
           "A kedvezmény nagyobb az árnál. Adjon meg kisebbet."}},
    Words{Refusal::two_discounts,
          "two_discounts",
          {"A line takes one discount by hand. Enter an amount or a percentage.",
           "Egy tételre egy kézi kedvezmény adható. Adjon meg összeget vagy százalékot."}},
    Words{Refusal::currency_foreign,
          "currency_foreign",
          {"The till takes only the shop's own currency. Have the customer pay in it.",
           "A pénztár csak az üzlet pénznemét fogadja el. Kérje abban a fizetést."}},
    Words{Refusal::product_unknown,
          "product_unknown",
          {"The shop's list has no such product. Look for it by name, or leave it out.",
           "Ilyen termék nincs az üzlet listáján. Keresse név szerint, vagy hagyja ki."}},
    Words{Refusal::weight_needed,
          "weight_needed",
          {"This product is sold by weight. Weigh it and enter how much it is.",
           "Ez a termék súlyra kapható. Mérje le, és adja meg a súlyát."}},
    Words{Refusal::not_a_product,
          "not_a_product",
          {"That is no product's code, or it was misread. Scan the product once more.",
           "Ez nem termék kódja, vagy hibás a leolvasás. Olvassa be újra a terméket."}},
    Words{Refusal::not_a_member,
          "not_a_member",
          {"That is no member's code, card or phone number. Scan the member's code.",
           "Ez nem törzsvásárló kódja, kártyája vagy telefonszáma. Olvassa be a kódját."}},
    Words{
        Refusal::not_a_coupon,
        "not_a_coupon",
        {"That is no coupon. Scan the coupon itself.", "Ez nem kupon. Magát a kupont olvassa be."}},
    Words{Refusal::member_unknown,
          "member_unknown",
          {"This till does not know that member yet. Sell without; the receipt's code can be "
           "claimed later.",
           "Ez a pénztár még nem ismeri ezt a törzsvásárlót. Adja el nélküle; a nyugta kódjával "
           "később jóváírható."}},
    Words{Refusal::member_not_proven,
          "member_not_proven",
          {"A card or a number alone only earns points. Scan the code on the member's phone.",
           "Kártyával vagy számmal csak pontot lehet gyűjteni. Olvassa be a telefonon a kódot."}},
    Words{Refusal::coupon_unknown,
          "coupon_unknown",
          {"This till does not know that coupon. Check the code, or sell without it.",
           "Ez a pénztár nem ismeri ezt a kupont. Ellenőrizze a kódot, vagy adja el nélküle."}},
    Words{Refusal::need_online,
          "need_online",
          {"The right to this is elsewhere. Connect the till to the network, or sell without it.",
           "Ennek a joga máshol van. Kapcsolja a pénztárat a hálózatra, vagy adja el nélküle."}},
    Words{Refusal::over_face_limit,
          "over_face_limit",
          {"It is worth more than this till may take while offline. Sell without it.",
           "Többet ér, mint amennyit ez a pénztár kapcsolat nélkül elfogadhat. Adja el nélküle."}},
    Words{Refusal::over_till_limit,
          "over_till_limit",
          {"This till has taken all it may while offline. Connect it to the network, or sell "
           "without it.",
           "A pénztár kapcsolat nélkül már elérte a megengedett összeget. Kapcsolja hálózatra, "
           "vagy adja el nélküle."}},
    Words{
        Refusal::over_member_limit,
        "over_member_limit",
        {"This member has used all that may be taken while offline. Sell without it.",
         "Ez a törzsvásárló kapcsolat nélkül már elérte a megengedett összeget. Adja el nélküle."}},
    Words{Refusal::offline_too_long,
          "offline_too_long",
          {"The till has been without the centre for too long to take this. Connect it to the "
           "network.",
           "A pénztár túl régóta van kapcsolat nélkül ahhoz, hogy ezt elfogadja. Kapcsolja "
           "hálózatra."}},
    Words{Refusal::keys_missing,
          "keys_missing",
          {"The till has no keys to check signed codes with. Load a bundle with the key list.",
           "A pénztárnak nincs kulcsa az aláírt kódok ellenőrzéséhez. Töltsön be kulcslistát."}},
    Words{Refusal::points_not_convertible,
          "points_not_convertible",
          {"The shop gives no coupons for points. Tell the customer.",
           "Az üzlet nem ad pontokért kupont. Mondja meg a vásárlónak."}},
    Words{Refusal::no_shift,
          "no_shift",
          {"No shift is open. Count the float and open one.",
           "Nincs nyitott műszak. Számolja meg a váltópénzt, és nyisson egyet."}},
    Words{
        Refusal::shift_open,
        "shift_open",
        {"A shift is open already. Close it first.", "Már nyitva van egy műszak. Előbb zárja le."}},
    Words{Refusal::reason_missing,
          "reason_missing",
          {"Say why, in up to two hundred letters.",
           "Írja meg az okát, legfeljebb kétszáz betűben."}},
    Words{Refusal::drawer_too_empty,
          "drawer_too_empty",
          {"There is less in the drawer than that. Enter a smaller amount.",
           "A fiókban ennél kevesebb van. Adjon meg kisebb összeget."}},
    Words{Refusal::receipt_not_last,
          "receipt_not_last",
          {"Only the last sale of this shift can be voided. Give it back as a refund.",
           "Csak a műszak utolsó eladása sztornózható. Vegye vissza visszáruként."}},
    Words{Refusal::receipt_given_back,
          "receipt_given_back",
          {"Something of that sale was given back already. Refund the rest.",
           "Ebből az eladásból már visszavettek valamit. A maradékot visszáruként vegye vissza."}},
    Words{Refusal::receipt_of_another_till,
          "receipt_of_another_till",
          {"That receipt is not of this till. Take it to the till that it names.",
           "Ez a nyugta nem ezé a pénztáré. Vigye ahhoz a pénztárhoz, amelyik rajta áll."}},
    Words{Refusal::basket_not_empty,
          "basket_not_empty",
          {"Something is being sold already. Finish it or park it first.",
           "Már folyamatban van egy eladás. Előbb fejezze be vagy tegye félre."}},
    Words{Refusal::not_signed_in,
          "not_signed_in",
          {"Nobody is signed in. Sign in with your PIN.",
           "Senki sincs bejelentkezve. Jelentkezzen be a PIN-kódjával."}},
    Words{
        Refusal::sign_in_wrong,
        "sign_in_wrong",
        {"Name or PIN is wrong. Enter them again.", "A név vagy a PIN-kód hibás. Adja meg újra."}},
    Words{Refusal::pin_missing,
          "pin_missing",
          {"There was no PIN. Enter it.", "Nem adott meg PIN-kódot. Adja meg."}},
    Words{Refusal::busy,
          "busy",
          {"The till is busy. Try again in a moment.",
           "A pénztár elfoglalt. Próbálja újra egy pillanat múlva."}},
    Words{Refusal::locked_out,
          "locked_out",
          {"Too many wrong PINs. Wait for a while, or ask a manager.",
           "Túl sok hibás PIN-kód. Várjon egy ideig, vagy szóljon az üzletvezetőnek."}},
    Words{Refusal::manager_needed,
          "manager_needed",
          {"That takes a manager. Have one enter name and PIN.",
           "Ehhez üzletvezető kell. Kérje meg, hogy adja meg a nevét és a PIN-kódját."}},
    Words{Refusal::not_a_manager,
          "not_a_manager",
          {"Whoever approves must be a manager. Ask one.",
           "Jóváhagyni csak üzletvezető tud. Kérjen meg egyet."}},
    Words{Refusal::request_reused,
          "request_reused",
          {"That request was something else before. Begin again.",
           "Ez a kérés korábban más volt. Kezdje újra."}},
    Words{Refusal::request_wrong,
          "request_wrong",
          {"A request's key has up to a hundred letters, and begins neither with basket: nor with "
           "config:. Choose another one.",
           "A kérés kulcsa legfeljebb száz betű, és nem kezdődhet így: basket: vagy config:. "
           "Válasszon másikat."}},
    Words{Refusal::parked_unknown,
          "parked_unknown",
          {"Nothing is parked under that name. Look at the list of what is.",
           "Ezen a néven nincs félretett kosár. Nézze meg a listát."}},
    Words{Refusal::parked_full,
          "parked_full",
          {"A hundred baskets are parked already. Finish one of them first.",
           "Már száz kosár van félretéve. Előbb fejezzen be egyet."}},
    Words{Refusal::parked_held,
          "parked_held",
          {"Somebody works with that basket at another screen. Finish it there.",
           "Ezzel a kosárral egy másik képernyőn dolgoznak. Ott fejezze be."}},
    Words{Refusal::label_taken,
          "label_taken",
          {"Another basket is parked under that name. Choose a different one.",
           "Ezen a néven már van félretett kosár. Válasszon másikat."}},
    Words{Refusal::label_too_long,
          "label_too_long",
          {"A name for a parked basket has up to forty letters. Choose a shorter one.",
           "A félretett kosár neve legfeljebb negyven betű. Válasszon rövidebbet."}},
};

const Words& words(Refusal refusal) {
    const auto index = static_cast<std::size_t>(refusal);
    static_assert(kWords.size() == kRefusals);
    CF_CHECK(index < kWords.size() && kWords[index].refusal == refusal);
    return kWords[index];
}

}  // namespace

std::string_view refusal_name(Refusal refusal) {
    return words(refusal).name;
}

base::Wording refusal_sentence(Refusal refusal) {
    return words(refusal).sentence;
}

Judged<void> check_reason(std::string_view reason) {
    if (reason.empty() || reason.size() > kMaxReason) return Refusal::reason_missing;
    return {};
}

}  // namespace counterfoil::checkout
