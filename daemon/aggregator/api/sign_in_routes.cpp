#include "daemon/aggregator/api/answers.h"
#include "daemon/aggregator/api/session.h"
#include "firmware/core/crypto/pin_hash.h"

namespace counterfoil::api {

using http::Method;
using services::Account;
using services::Desk;
using services::Outcome;
using services::Refusal;

namespace {

constexpr std::int64_t kLoyaltyId = 20;
constexpr std::int64_t kRefreshToken = 200;
constexpr std::int64_t kAccessToken = 2048;
const std::string kTag = "sign-in";
constexpr CustomerView kSelf{true, true, false, false};

json::Object tokens_answer(const std::string& access, std::int64_t lives_s,
                           const std::string& refresh) {
    json::Object object;
    object.set("access_token", access).set("token_type", "bearer").set("expires_in", lives_s);
    object.set("refresh_token", refresh);
    return object;
}

Claims claims_of(const Account& account) {
    Claims claims;
    claims.account = account.id;
    claims.loyalty_id = account.profile.loyalty_id;
    claims.is_admin = account.is_admin();
    claims.role = account.tier;
    claims.generation = account.generation;
    return claims;
}

Outcome<void> check_pin(const Ground& ground, Call& call) {
    const bool is_known = call.account && !call.account->profile.pin_hash.empty();
    const std::string_view hash =
        is_known ? std::string_view(call.account->profile.pin_hash) : kNobodysHash;
    if (crypto::pin_matches(call.text("pin_code"), hash) && is_known) return {};
    ground.guesses.add(call.text("loyalty_id"), ground.clock.steady_ms());
    return Refusal::invalid_credentials;
}

Offer login_offer(const Ground& ground) {
    Offer login{Method::post, "/api/auth/login", Who::anybody, "Sign in with a card and a PIN",
                kTag};
    login.request = {alphanumeric("loyalty_id", kLoyaltyId), text("pin_code", kLoyaltyId)};
    login.response = tokens_shape().with({object("user", user_shape())});
    login.look = [&ground](store::Database& database, Call& call) -> Outcome<void> {
        CF_LET(call.account, services::find_by_loyalty_id(database, call.text("loyalty_id")));
        return check_guesses(ground, database, call, call.text("loyalty_id"));
    };
    login.toil = [&ground](Call& call) { return check_pin(ground, call); };
    login.act = [&ground](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(SignedIn done, sign_in(desk, ground, *call.account, call.address));
        done.answer.set("user", user_answer(done.account));
        return written(done.answer);
    };
    return login;
}

Offer me_offer() {
    Offer me{Method::get, "/api/auth/me", Who::signed_in, "Who is signed in", kTag};
    me.response = customer_shape(kSelf);
    me.wanted = [](const Call& call) { return services::Wanted{{}, {call.claimed}, {}}; };
    me.tell = [](const services::Slate& slate, Call& call) -> services::Readers::Answer {
        CF_LET(const Account account, slate.find_account(call.caller.account));
        return written(customer_answer(account, kSelf));
    };
    return me;
}

}  // namespace

Shape tokens_shape() {
    return {text("access_token", kAccessToken), text("token_type", 10).one_of({"bearer"}),
            integer("expires_in", 1, 1'000'000'000).say("seconds"),
            text("refresh_token", kRefreshToken).say("good once; the answer brings the next")};
}

Outcome<void> check_guesses(const Ground& ground, store::Database& database, const Call& call,
                            const std::string& name) {
    const std::int64_t wait_ms = ground.guesses.wait_ms(name, ground.clock.steady_ms());
    if (wait_ms == 0) return {};
    if (call.account) {
        CF_LET(const bool is_known,
               services::is_known_address(database, call.account->id, call.address));
        if (is_known) return {};
    }
    return services::Fault::after(Refusal::too_many_sign_ins, wait_ms);
}

Outcome<SignedIn> sign_in(Desk& desk, const Ground& ground, const Account& proven,
                          const std::string& address) {
    // It may have changed while the PIN or the password was looked at.
    CF_LET(Account account, services::find_account(desk.database(), proven.id));
    if (account.generation != proven.generation) return Refusal::invalid_credentials;
    CF_LET(const std::string access, ground.tokens.issue(claims_of(account), ground.clock.now()));
    CF_LET(const std::string refresh,
           services::open_session(desk, ground.settings, account.id, address));
    json::Object answer = tokens_answer(access, ground.tokens.lives_s(), refresh);
    return SignedIn{std::move(account), std::move(answer)};
}

Offer refresh_offer(const Ground& ground, const std::string& path) {
    Offer refresh{Method::post, path, Who::anybody, "A new access token for a refresh token", kTag};
    refresh.request = {text("refresh_token", kRefreshToken)};
    refresh.response = tokens_shape();
    refresh.act = [&ground](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const services::Renewed renewed,
               services::renew_session(desk, ground.settings, call.text("refresh_token"),
                                       call.address));
        CF_LET(const std::string access,
               ground.tokens.issue(claims_of(renewed.account), ground.clock.now()));
        return written(tokens_answer(access, ground.tokens.lives_s(), renewed.token));
    };
    return refresh;
}

Offer logout_offer(const std::string& path) {
    Offer logout{Method::post, path, Who::anybody, "Ends the session of a refresh token", kTag};
    logout.request = {text("refresh_token", kRefreshToken)};
    logout.response = message_shape();
    logout.act = [](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_TRY(services::end_session(desk, call.text("refresh_token")));
        json::Object answer;
        answer.set("message", "Signed out");
        return written(answer);
    };
    return logout;
}

std::vector<Offer> sign_in_offers(const Ground& ground) {
    return {login_offer(ground), refresh_offer(ground, "/api/auth/refresh"),
            logout_offer("/api/auth/logout"), me_offer()};
}

}  // namespace counterfoil::api
