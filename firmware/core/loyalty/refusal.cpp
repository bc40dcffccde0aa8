#include "firmware/core/loyalty/refusal.h"

#include <array>

namespace counterfoil::loyalty {
namespace {

struct Words {
    Refusal refusal;
    int http_status;
    std::string_view name;
    Wording sentence;
    Wording advice;
};

constexpr int kBadRequest = 400;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr int kConflict = 409;
constexpr int kUnprocessable = 422;
constexpr int kLocked = 423;

constexpr Wording kCheckAmount{"Check the amount and enter it again.",
                               "Ellenőrizze az összeget, és adja meg újra."};
constexpr Wording kCheckTiers{"Correct the table of tiers.", "Javítsa ki a szintek táblázatát."};
constexpr Wording kCheckPoints{"Check the number of points and enter it again.",
                               "Ellenőrizze a pontok számát, és adja meg újra."};
constexpr Wording kCheckAccount{"Tell the operator: the account's history must be looked at.",
                                "Szóljon az üzemeltetőnek: a számla előzményeit át kell nézni."};
constexpr Wording kSplitSale{"Split the sale in two.", "Bontsa két vásárlásra."};
constexpr Wording kSellWithout{"Sell without the coupon, or ask for another one.",
                               "Adja el kupon nélkül, vagy kérjen másikat."};
constexpr Wording kScanMember{"Scan the customer's member code first.",
                              "Előbb olvassa be a vásárló törzsvásárlói kódját."};
constexpr Wording kLetChoose{"Let the customer choose which coupon to use.",
                             "Kérje meg a vásárlót, hogy válasszon a kuponok közül."};
constexpr Wording kWaitForLock{"Wait until the lock runs out, or until its owner opens it.",
                               "Várja meg, amíg a zárolás lejár, vagy amíg a zároló feloldja."};
constexpr Wording kLookAtState{"Look at the coupon's state and choose what it allows.",
                               "Nézze meg a kupon állapotát, és válasszon annak megfelelőt."};
constexpr Wording kAnotherCoupon{"Choose another coupon.", "Válasszon másik kupont."};

constexpr std::array kWords{
    Words{Refusal::amount_negative,
          kUnprocessable,
          "amount_negative",
          {"The amount is below zero.", "Az összeg negatív."},
          kCheckAmount},
    Words{Refusal::amount_too_large,
          kUnprocessable,
          "amount_too_large",
          {"The amount is too large to be counted.", "Az összeg túl nagy."},
          kCheckAmount},
    Words{Refusal::multiplier_out_of_range,
          kUnprocessable,
          "multiplier_out_of_range",
          {"The tier's multiplier is not in the allowed range.",
           "A szint szorzója kívül esik a megengedett tartományon."},
          kCheckTiers},
    Words{Refusal::refund_exceeds_purchase,
          kUnprocessable,
          "refund_exceeds_purchase",
          {"More would be refunded than was paid.", "A visszatérítés több lenne a kifizetettnél."},
          kCheckAmount},
    Words{Refusal::tier_count_wrong,
          kUnprocessable,
          "tier_count_wrong",
          {"The table has no tiers, or too many.", "A táblázatban nincs szint, vagy túl sok van."},
          kCheckTiers},
    Words{Refusal::tier_text_wrong,
          kUnprocessable,
          "tier_text_wrong",
          {"A tier's name or description is missing or too long.",
           "Egy szint neve vagy leírása hiányzik vagy túl hosszú."},
          kCheckTiers},
    Words{Refusal::tier_name_taken,
          kConflict,
          "tier_name_taken",
          {"Two tiers have the same name.", "Két szintnek ugyanaz a neve."},
          kCheckTiers},
    Words{Refusal::tier_threshold_taken,
          kConflict,
          "tier_threshold_taken",
          {"Two tiers start at the same spend.", "Két szint ugyanannál a költésnél kezdődik."},
          kCheckTiers},
    Words{Refusal::tier_start_missing,
          kUnprocessable,
          "tier_start_missing",
          {"No tier starts at zero spend.", "Egyik szint sem nulla költésnél kezdődik."},
          kCheckTiers},
    Words{Refusal::tier_unknown,
          kNotFound,
          "tier_unknown",
          {"There is no tier of this name.", "Nincs ilyen nevű szint."},
          {"Choose one of the tiers in the table.", "Válasszon a táblázat szintjei közül."}},
    Words{Refusal::points_not_positive,
          kUnprocessable,
          "points_not_positive",
          {"At least one point is needed.", "Legalább egy pont szükséges."},
          kCheckPoints},
    Words{Refusal::points_insufficient,
          kBadRequest,
          "points_insufficient",
          {"Insufficient points.", "Nincs elég pont."},
          {"Spend fewer points, or wait until pending ones become free.",
           "Használjon fel kevesebb pontot, vagy várja meg a függő pontok jóváírását."}},
    Words{Refusal::points_too_many,
          kUnprocessable,
          "points_too_many",
          {"The points are too many to be counted.", "A pontok száma túl nagy."},
          kCheckPoints},
    Words{Refusal::lot_exists,
          kConflict,
          "lot_exists",
          {"These points have been credited already.", "Ezeket a pontokat már jóváírták."},
          {"Nothing is to be done; they count once.", "Nincs teendő; egyszer számítanak."}},
    Words{Refusal::lot_unknown,
          kNotFound,
          "lot_unknown",
          {"The account never held these points.", "A számlán soha nem voltak ilyen pontok."},
          kCheckAccount},
    Words{Refusal::lot_times_wrong,
          kUnprocessable,
          "lot_times_wrong",
          {"The points would expire before they become free.",
           "A pontok lejárnának, mielőtt felhasználhatók lennének."},
          {"Correct the pending period or the expiry.",
           "Javítsa ki a várakozási időt vagy a lejáratot."}},
    Words{
        Refusal::too_many_lots,
        kConflict,
        "too_many_lots",
        {"The account holds too many separate earnings.", "A számlán túl sok külön jóváírás van."},
        kCheckAccount},
    Words{Refusal::give_back_exceeds_spend,
          kConflict,
          "give_back_exceeds_spend",
          {"More points would come back than were spent.",
           "Több pont járna vissza, mint amennyit felhasználtak."},
          kCheckAccount},
    Words{Refusal::cart_too_large,
          kUnprocessable,
          "cart_too_large",
          {"The cart has too many lines.", "Túl sok tétel van a kosárban."},
          kSplitSale},
    Words{Refusal::too_many_offers,
          kUnprocessable,
          "too_many_offers",
          {"Too many coupons are in the cart.", "Túl sok kupon van a kosárban."},
          kSplitSale},
    Words{Refusal::line_wrong,
          kUnprocessable,
          "line_wrong",
          {"A line's quantity and price do not hold together.",
           "Egy tétel mennyisége és ára nem egyeztethető össze."},
          {"Take the line out and enter it again.", "Törölje a tételt, és vigye fel újra."}},
    Words{Refusal::offer_wrong,
          kUnprocessable,
          "offer_wrong",
          {"The coupon's value is not in the allowed range.",
           "A kupon értéke kívül esik a megengedett tartományon."},
          kSellWithout},
    Words{Refusal::offer_repeated,
          kConflict,
          "offer_repeated",
          {"The same coupon is in the cart twice.", "Ugyanaz a kupon kétszer van a kosárban."},
          {"Take one of the two out.", "Vegye ki az egyiket."}},
    Words{Refusal::offer_used_up,
          kConflict,
          "offer_used_up",
          {"The coupon has no uses left.", "A kupon már nem használható fel többször."},
          kSellWithout},
    Words{Refusal::wrong_store,
          kForbidden,
          "wrong_store",
          {"The coupon is for other stores.", "A kupon más üzletekben érvényes."},
          {"Tell the customer which stores take it.",
           "Mondja meg a vásárlónak, mely üzletekben váltható be."}},
    Words{Refusal::member_required,
          kForbidden,
          "member_required",
          {"The coupon is for members.", "A kupon csak törzsvásárlóknak szól."},
          kScanMember},
    Words{Refusal::customer_limit_reached,
          kConflict,
          "customer_limit_reached",
          {"The customer has used this coupon as often as allowed.",
           "A vásárló elérte a kupon felhasználási korlátját."},
          kSellWithout},
    Words{Refusal::no_matching_line,
          kConflict,
          "no_matching_line",
          {"Nothing in the cart is what the coupon is for.",
           "A kosárban nincs olyan termék, amelyre a kupon érvényes."},
          {"Tell the customer what the coupon is for.",
           "Mondja meg a vásárlónak, mire érvényes a kupon."}},
    Words{Refusal::below_minimum,
          kConflict,
          "below_minimum",
          {"The cart is worth less than the coupon asks for.",
           "A kosár értéke nem éri el a kuponhoz szükséges összeget."},
          {"Tell the customer what is missing.", "Mondja meg a vásárlónak, mennyi hiányzik."}},
    Words{Refusal::not_stackable,
          kConflict,
          "not_stackable",
          {"The coupon cannot be combined with another one.",
           "A kupon nem vonható össze másik kuponnal."},
          kLetChoose},
    Words{Refusal::group_taken,
          kConflict,
          "group_taken",
          {"Only one coupon of this group can be used.",
           "Ebből a csoportból csak egy kupon használható fel."},
          kLetChoose},
    Words{Refusal::nothing_left,
          kConflict,
          "nothing_left",
          {"There is nothing left to take off.", "Nincs már miből levonni."},
          {"Let the customer keep the coupon.", "A vásárló tartsa meg a kupont."}},
    Words{Refusal::coupon_not_available,
          kConflict,
          "coupon_not_available",
          {"Coupon not available", "A kupon nem elérhető"},
          kAnotherCoupon},
    Words{Refusal::coupon_not_assigned,
          kConflict,
          "coupon_not_assigned",
          {"The coupon does not belong to anybody yet.", "A kupont még senkihez sem rendelték."},
          {"Assign it to the customer first.", "Előbb rendelje a vásárlóhoz."}},
    Words{Refusal::already_locked,
          kLocked,
          "already_locked",
          {"Already locked", "Már zárolva van"},
          kWaitForLock},
    Words{Refusal::coupon_locked,
          kLocked,
          "coupon_locked",
          {"Cannot redeem LOCKED coupon", "Zárolt kupon nem váltható be"},
          kWaitForLock},
    Words{Refusal::lock_not_yours,
          kLocked,
          "lock_not_yours",
          {"Only who locked the coupon can unlock it.",
           "A zárolást csak az oldhatja fel, aki zárolta."},
          kWaitForLock},
    Words{Refusal::lock_holds,
          kLocked,
          "lock_holds",
          {"A locked coupon does not expire.", "Zárolt kupon nem jár le."},
          kWaitForLock},
    Words{
        Refusal::lock_time_wrong,
        kUnprocessable,
        "lock_time_wrong",
        {"The lock would hold for no time, or for too long.",
         "A zárolás ideje nulla vagy túl hosszú lenne."},
        {"Choose a time within the allowed range.", "Válasszon időt a megengedett tartományból."}},
    Words{Refusal::terminal_state,
          kConflict,
          "terminal_state",
          {"Terminal state", "Végleges állapot"},
          kSellWithout},
    Words{Refusal::invalid_transition,
          kConflict,
          "invalid_transition",
          {"Invalid transition", "Érvénytelen állapotváltás"},
          kLookAtState},
    Words{Refusal::concurrent_redemption,
          kConflict,
          "concurrent_redemption",
          {"Concurrent redemption detected", "Egyidejű beváltás történt"},
          kSellWithout},
    Words{Refusal::maximum_assignments_exceeded,
          kConflict,
          "maximum_assignments_exceeded",
          {"Maximum assignments exceeded", "A hozzárendelések száma elérte a korlátot"},
          {"Assign the coupon to another member.", "Rendelje a kupont másik taghoz."}},
    Words{Refusal::maximum_redemptions_exceeded,
          kConflict,
          "maximum_redemptions_exceeded",
          {"Maximum redemptions exceeded", "A beváltások száma elérte a korlátot"},
          kSellWithout},
};
static_assert(kWords.size() == kRefusals);

const Words& words(Refusal refusal) {
    const auto index = static_cast<std::size_t>(refusal);
    CF_CHECK(index < kWords.size() && kWords[index].refusal == refusal);
    return kWords[index];
}

}  // namespace

std::string_view refusal_name(Refusal refusal) {
    return words(refusal).name;
}

Wording refusal_sentence(Refusal refusal) {
    return words(refusal).sentence;
}

Wording refusal_advice(Refusal refusal) {
    return words(refusal).advice;
}

int refusal_http_status(Refusal refusal) {
    return words(refusal).http_status;
}

Sentence refusal_with_count(Refusal refusal, UseCount count) {
    const std::string numbers =
        " (" + std::to_string(count.used) + "/" + std::to_string(count.limit) + ")";
    const Wording sentence = refusal_sentence(refusal);
    return {std::string(sentence.english) + numbers, std::string(sentence.hungarian) + numbers};
}

Sentence too_few_points_for_coupon(std::int64_t price_points) {
    const std::string points = std::to_string(price_points);
    const Wording sentence = refusal_sentence(Refusal::points_insufficient);
    return {std::string(sentence.english) + " You need " + points + " points to create a coupon.",
            std::string(sentence.hungarian) + " Kupon készítéséhez " + points + " pont szükséges."};
}

}  // namespace counterfoil::loyalty
