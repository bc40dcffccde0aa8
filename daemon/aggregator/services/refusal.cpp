#include "daemon/aggregator/services/refusal.h"

#include <array>

#include "firmware/core/base/check.h"

namespace counterfoil::services {
namespace {

struct Words {
    Refusal refusal;
    int status;
    std::string_view name;
    base::Wording sentence;
};

constexpr std::array<Words, kRefusals> kWords{
    Words{Refusal::invalid_credentials,
          401,
          "INVALID_CREDENTIALS",
          {"Invalid loyalty ID or PIN code", "Hibás hűségkártya szám vagy PIN kód"}},
    Words{Refusal::token_missing,
          401,
          "TOKEN_MISSING",
          {"Sign in first and send the token.", "Előbb jelentkezzen be, és küldje a tokent."}},
    Words{Refusal::token_invalid, 401, "TOKEN_INVALID", {"Invalid token", "Érvénytelen token"}},
    Words{Refusal::token_expired,
          401,
          "TOKEN_EXPIRED",
          {"The token has expired. Refresh it or sign in again.",
           "A token lejárt. Frissítse, vagy jelentkezzen be újra."}},
    Words{Refusal::session_over,
          401,
          "SESSION_OVER",
          {"The session is over. Sign in again.", "A munkamenet véget ért. Jelentkezzen be újra."}},
    Words{Refusal::session_reused,
          401,
          "SESSION_REUSED",
          {"This refresh token was used before. The session is closed for safety: sign in again.",
           "Ezt a frissítő tokent már felhasználták. A munkamenetet biztonságból lezártuk: "
           "jelentkezzen be újra."}},
    Words{Refusal::admin_required,
          403,
          "ADMIN_REQUIRED",
          {"Admin access required", "Ehhez adminisztrátori jog szükséges"}},
    Words{Refusal::customer_required,
          403,
          "CUSTOMER_REQUIRED",
          {"Only customers do this, for themselves.", "Ezt csak a vásárló teheti meg, magának."}},
    Words{Refusal::not_yours,
          403,
          "NOT_YOURS",
          {"This belongs to another customer.", "Ez egy másik vásárlóé."}},
    Words{Refusal::customer_unknown,
          404,
          "CUSTOMER_NOT_FOUND",
          {"Customer not found", "A vásárló nem található"}},
    Words{Refusal::coupon_unknown,
          404,
          "COUPON_NOT_FOUND",
          {"Coupon not found", "Kupon nem található"}},
    Words{Refusal::user_unknown,
          404,
          "USER_NOT_FOUND",
          {"User not found", "A felhasználó nem található"}},
    Words{Refusal::book_unknown,
          404,
          "BOOK_NOT_FOUND",
          {"Book not found", "A kuponfüzet nem található"}},
    Words{Refusal::pool_unknown,
          404,
          "POOL_NOT_FOUND",
          {"Pool not found", "A csoport nem található"}},
    Words{Refusal::not_in_pool,
          404,
          "NOT_IN_POOL",
          {"The user is not in this pool.", "A felhasználó nincs ebben a csoportban."}},
    Words{Refusal::already_in_pool,
          409,
          "ALREADY_IN_POOL",
          {"The user is in this pool already.", "A felhasználó már ebben a csoportban van."}},
    Words{Refusal::pool_empty,
          409,
          "POOL_EMPTY",
          {"There is nobody in this pool.", "Ebben a csoportban nincs senki."}},
    Words{Refusal::too_few_coupons,
          409,
          "TOO_FEW_COUPONS",
          {"The book has too few available coupons", "A kuponfüzetben nincs elég szabad kupon"}},
    Words{Refusal::codes_uploaded_only,
          409,
          "CODES_UPLOADED_ONLY",
          {"This book has no pattern for codes: upload them.",
           "Ennek a kuponfüzetnek nincs kódmintája: töltse fel a kódokat."}},
    Words{Refusal::pattern_too_weak,
          422,
          "PATTERN_TOO_WEAK",
          {"The codes would be too easy to guess: make them longer, or of more characters.",
           "A kódokat túl könnyű lenne kitalálni: legyenek hosszabbak, vagy több jelből."}},
    Words{
        Refusal::book_full,
        409,
        "BOOK_FULL",
        {"A book has up to 1000000 coupons.", "Egy kuponfüzetben legfeljebb 1000000 kupon lehet."}},
    Words{Refusal::registration_closed,
          403,
          "REGISTRATION_CLOSED",
          {"Accounts are made by an administrator here.",
           "Itt a fiókokat adminisztrátor hozza létre."}},
    Words{Refusal::loyalty_id_taken,
          409,
          "LOYALTY_ID_TAKEN",
          {"This loyalty ID belongs to somebody already.", "Ez a hűségkártya szám már foglalt."}},
    Words{Refusal::email_taken,
          409,
          "EMAIL_TAKEN",
          {"This e-mail address belongs to an account already.",
           "Ehhez az e-mail címhez már tartozik fiók."}},
    Words{Refusal::receipt_taken,
          409,
          "RECEIPT_TAKEN",
          {"This receipt has been recorded already.", "Ezt a nyugtát már rögzítették."}},
    Words{Refusal::coupon_redeemed_before,
          400,
          "COUPON_ALREADY_REDEEMED",
          {"This coupon has already been redeemed", "Ez a kupon már be lett váltva"}},
    Words{Refusal::request_reused,
          409,
          "IDEMPOTENCY_KEY_REUSED",
          {"This idempotency key belongs to another request.",
           "Ez az idempotenciakulcs egy másik kéréshez tartozik."}},
    Words{Refusal::last_admin,
          409,
          "LAST_ADMIN",
          {"This is the last administrator: make another one first.",
           "Ez az utolsó adminisztrátor: előbb vegyen fel egy másikat."}},
    Words{Refusal::too_many_requests,
          429,
          "TOO_MANY_REQUESTS",
          {"Too many requests. Wait a little.", "Túl sok kérés. Várjon egy kicsit."}},
    Words{Refusal::too_many_sign_ins,
          429,
          "TOO_MANY_SIGN_INS",
          {"Too many attempts to sign in. Wait a little.",
           "Túl sok bejelentkezési kísérlet. Várjon egy kicsit."}},
    Words{Refusal::not_json,
          415,
          "NOT_JSON",
          {"Send the body as application/json.",
           "A kérés törzsét application/json formában küldje."}},
    Words{Refusal::body_malformed,
          400,
          "MALFORMED",
          {"The body is no JSON object.", "A törzs nem JSON-objektum."}},
    Words{Refusal::body_missing,
          400,
          "BODY_MISSING",
          {"This request needs a body.", "Ehhez a kéréshez törzs kell."}},
    Words{Refusal::field_wrong,
          422,
          "VALIDATION_ERROR",
          {"A field is not what it must be.", "Egy mező nem megfelelő."}},
    Words{Refusal::busy,
          503,
          "BUSY",
          {"The centre has too much to do. Try again in a moment.",
           "A központ túlterhelt. Próbálja újra egy pillanat múlva."}},
    Words{Refusal::unavailable,
          503,
          "UNAVAILABLE",
          {"The centre cannot reach its store. Try again later.",
           "A központ nem éri el a tárolóját. Próbálja újra később."}},
    Words{Refusal::internal,
          500,
          "INTERNAL",
          {"Something went wrong at the centre. The operator can see what in its log.",
           "Hiba történt a központban. Az üzemeltető a naplóban látja, mi az."}},
};

const Words& words(Refusal refusal) {
    const Words& found = kWords[static_cast<std::size_t>(refusal)];
    CF_CHECK(found.refusal == refusal);
    return found;
}

}  // namespace

std::string_view refusal_name(Refusal refusal) {
    return words(refusal).name;
}

base::Wording refusal_sentence(Refusal refusal) {
    return words(refusal).sentence;
}

int refusal_status(Refusal refusal) {
    return words(refusal).status;
}

}  // namespace counterfoil::services
