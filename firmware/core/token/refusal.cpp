#include "firmware/core/token/refusal.h"

#include <array>

namespace counterfoil::token {

using base::Wording;

namespace {

struct Words {
    Refusal refusal;
    std::string_view name;
    Wording sentence;
    Wording advice;
};

constexpr Wording kScanAgain{"Scan it again; if that fails, ask for another code.",
                             "Olvassa be újra; ha így sem megy, kérjen másik kódot."};
constexpr Wording kAskForAnother{"Ask for another code, or sell without it.",
                                 "Kérjen másik kódot, vagy adja el nélküle."};
constexpr Wording kShowFresh{"Let the phone show a fresh code, and scan that.",
                             "Frissítse a kódot a telefonon, és azt olvassa be."};
constexpr Wording kSync{"Connect the till to the network, so that it fetches its keys.",
                        "Kapcsolja a pénztárat a hálózatra, hogy letöltse a kulcsait."};
constexpr Wording kOperator{"Tell the operator.", "Szóljon az üzemeltetőnek."};

constexpr std::array kWords{
    Words{Refusal::unknown_code,
          "unknown_code",
          {"This is no code of ours.", "Ez nem a mi kódunk."},
          kAskForAnother},
    Words{Refusal::too_long,
          "too_long",
          {"The code is longer than any of ours.", "A kód hosszabb, mint bármelyik sajátunk."},
          kScanAgain},
    Words{Refusal::unsupported,
          "unsupported",
          {"The code is of a form that this till is too old for.",
           "A kód újabb fajta, mint amit ez a pénztár ismer."},
          {"Sell without it, and have the till updated.",
           "Adja el nélküle, és frissíttesse a pénztárat."}},
    Words{Refusal::malformed,
          "malformed",
          {"The code is damaged or made up.", "A kód sérült vagy kitalált."},
          kScanAgain},
    Words{Refusal::not_canonical,
          "not_canonical",
          {"The code is not written as ours are.", "A kód nem úgy van írva, mint a mieink."},
          kScanAgain},
    Words{Refusal::trailing_bytes,
          "trailing_bytes",
          {"Something was added behind the code.", "A kód mögé írtak valamit."},
          kScanAgain},
    Words{Refusal::check_digit_wrong,
          "check_digit_wrong",
          {"The product code's check digit is wrong.", "A termékkód ellenőrző száma hibás."},
          {"Scan it again, or type the digits under the bars.",
           "Olvassa be újra, vagy írja be a vonalak alatti számokat."}},
    Words{Refusal::key_unknown,
          "key_unknown",
          {"The code is signed by a key that this till does not know.",
           "A kódot olyan kulccsal írták alá, amelyet ez a pénztár nem ismer."},
          kSync},
    Words{Refusal::signature_wrong,
          "signature_wrong",
          {"The code is forged or damaged.", "A kód hamis vagy sérült."},
          kAskForAnother},
    Words{Refusal::wrong_purpose,
          "wrong_purpose",
          {"The code is signed by a key that is not for codes of this kind.",
           "A kódot olyan kulccsal írták alá, amely nem ilyen kódokra való."},
          kAskForAnother},
    Words{Refusal::key_not_yet_valid,
          "key_not_yet_valid",
          {"The key behind the code is not valid yet.", "A kód kulcsa még nem érvényes."},
          {"Check the till's clock.", "Ellenőrizze a pénztár óráját."}},
    Words{Refusal::key_expired,
          "key_expired",
          {"The key behind the code has run out.", "A kód kulcsa lejárt."},
          kAskForAnother},
    Words{Refusal::not_yet_valid,
          "not_yet_valid",
          {"The coupon is not valid yet.", "A kupon még nem érvényes."},
          {"Tell the customer from when it is.", "Mondja meg a vásárlónak, mikortól az."}},
    Words{Refusal::expired, "expired", {"It has run out.", "Lejárt."}, kAskForAnother},
    Words{Refusal::stale,
          "stale",
          {"The member's code is more than a minute old.",
           "A törzsvásárló kódja egy percnél régebbi."},
          kShowFresh},
    Words{Refusal::clock_ahead,
          "clock_ahead",
          {"The member's code is from the future.", "A törzsvásárló kódja a jövőből való."},
          {"Check the clocks of the till and of the phone.",
           "Ellenőrizze a pénztár és a telefon óráját."}},
    Words{Refusal::lifetime_too_long,
          "lifetime_too_long",
          {"The member's certificate runs for longer than any may.",
           "A törzsvásárló tanúsítványa a megengedettnél tovább érvényes."},
          kAskForAnother},
    Words{
        Refusal::revoked, "revoked", {"It has been taken back.", "Visszavonták."}, kAskForAnother},
    Words{Refusal::wrong_store,
          "wrong_store",
          {"The coupon is for other stores.", "A kupon más üzletekben érvényes."},
          {"Tell the customer which stores take it.",
           "Mondja meg a vásárlónak, melyik üzletek fogadják el."}},
    Words{Refusal::wrong_holder,
          "wrong_holder",
          {"The coupon belongs to another member.", "A kupon másik törzsvásárlóé."},
          {"Scan its owner's member code first.",
           "Előbb olvassa be a tulajdonosa törzsvásárlói kódját."}},
    Words{Refusal::replayed,
          "replayed",
          {"This very code was shown before.", "Ezt a kódot már egyszer bemutatták."},
          kShowFresh},
    Words{Refusal::too_many_phones,
          "too_many_phones",
          {"More phones were shown in this minute than the till can remember.",
           "Ebben a percben több telefont mutattak be, mint amennyit a pénztár megjegyez."},
          {"Wait a moment, and let the phone show a fresh code.",
           "Várjon egy kicsit, és frissítse a kódot a telefonon."}},
    Words{Refusal::keys_overdue,
          "keys_overdue",
          {"The till's keys are too old to spend on; earning still works.",
           "A pénztár kulcsai túl régiek a beváltáshoz; pontot gyűjteni lehet."},
          kSync},
    Words{Refusal::root_wrong,
          "root_wrong",
          {"The list is not signed by this merchant's root.",
           "A listát nem ennek a kereskedőnek a gyökérkulcsával írták alá."},
          kOperator},
    Words{Refusal::older_list,
          "older_list",
          {"A newer list is in use already.", "Már újabb lista van használatban."},
          kOperator},
    Words{Refusal::delta_gap,
          "delta_gap",
          {"The list does not follow the one in use.", "A lista nem a használatban lévőt követi."},
          kOperator},
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

Wording refusal_sentence(Refusal refusal) {
    return words(refusal).sentence;
}

Wording refusal_advice(Refusal refusal) {
    return words(refusal).advice;
}

}  // namespace counterfoil::token
