#include "daemon/aggregator/api/book_answers.h"
#include "daemon/aggregator/api/session.h"
#include "firmware/core/crypto/pin_hash.h"
#include "firmware/core/crypto/random.h"

namespace counterfoil::api {

using http::Method;
using services::Account;
using services::Desk;
using services::Outcome;
using services::Refusal;

namespace {

constexpr std::int64_t kName = 100;
// Of what may be sent; what a password must be is counted in bytes.
constexpr std::int64_t kPassword = 200;
const std::string kSignInTag = "accounts";
const std::string kUserTag = "users";

Outcome<void> hash_password(Call& call) {
    const std::string password = call.text("password");
    if (password.size() < crypto::kMinPasswordBytes || password.size() > crypto::kMaxPasswordBytes)
        return wrong_field("password", {"8 to 72 bytes", "8–72 bájt"});
    crypto::Random random;
    CF_LET(call.password_hash, crypto::hash_password(password, random));
    return {};
}

// By which guesses are counted; no card is called so.
std::string guessed_name(const std::string& address) {
    return "address:" + ingest::small_letters(address);
}

Outcome<void> check_password(const Ground& ground, const Call& call, const std::string& address,
                             const std::string& password) {
    const bool is_known = call.account && !call.account->profile.password_hash.empty();
    const std::string_view hash =
        is_known ? std::string_view(call.account->profile.password_hash) : kNobodysHash;
    if (crypto::password_matches(password, hash) && is_known) return {};
    ground.guesses.add(guessed_name(address), ground.clock.steady_ms());
    return services::Fault(Refusal::invalid_credentials,
                           {"Invalid e-mail address or password", "Hibás e-mail cím vagy jelszó"});
}

Offer register_offer(const Ground& ground) {
    Offer offer{Method::post, "/api/v1/auth/register", Who::anybody, "A new account", kSignInTag};
    offer.status = 201;
    offer.request = {email("email"), text("password", kPassword).say("8 to 72 bytes"),
                     text("name", kName).optional()};
    offer.response = account_shape();
    offer.look = [&ground](store::Database& database, Call& call) -> Outcome<void> {
        if (!ground.settings.allow_registration) return Refusal::registration_closed;
        CF_LET(const auto known, services::find_by_email(database, call.text("email")));
        if (known && !known->profile.password_hash.empty()) return Refusal::email_taken;
        return {};
    };
    offer.toil = hash_password;
    offer.act = [&ground](Desk& desk, Call& call) -> services::Clerk::Answer {
        services::NewAccount fresh;
        fresh.tier = ground.settings.tiers.tiers().front().name;
        fresh.profile.name = call.text_if("name").value_or("");
        fresh.profile.email = call.text("email");
        fresh.profile.password_hash = call.password_hash;
        CF_LET(const Account account, services::create_account(desk, ground.settings, fresh));
        return written(account_answer(account));
    };
    return offer;
}

Offer password_login_offer(const Ground& ground) {
    Offer login{Method::post, "/api/v1/auth/login", Who::anybody,
                "Sign in with an e-mail address and a password", kSignInTag};
    login.request = {email("email"), text("password", kPassword)};
    login.response = tokens_shape().with({object("user", account_shape())});
    login.look = [&ground](store::Database& database, Call& call) -> Outcome<void> {
        CF_LET(call.account, services::find_by_email(database, call.text("email")));
        return check_guesses(ground, database, call, guessed_name(call.text("email")));
    };
    login.toil = [&ground](Call& call) {
        return check_password(ground, call, call.text("email"), call.text("password"));
    };
    login.act = [&ground](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(SignedIn done, sign_in(desk, ground, *call.account, call.address));
        done.answer.set("user", account_answer(done.account));
        return written(done.answer);
    };
    return login;
}

Offer self_offer() {
    Offer me{Method::get, "/api/v1/auth/me", Who::signed_in, "Who is signed in", kSignInTag};
    me.response = account_shape();
    me.read = [](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_LET(const Account account, services::find_user(database, call.caller.account));
        return written(account_answer(account));
    };
    return me;
}

Offer all_users_offer() {
    Offer all{Method::get, "/api/v1/auth/admin/users", Who::admin, "All users, admins too",
              kSignInTag};
    all.table = "users";
    all.response = page_shape("users", account_shape());
    all.query = part_query();
    all.read = [](store::Database& database, Call& call) -> services::Readers::Answer {
        const services::Part part = part_of(call);
        CF_LET(const services::AccountPage page,
               services::list_accounts(database, part.skip, part.limit));
        return written_page("users", page.total, page.accounts, account_answer);
    };
    return all;
}

Offer search_offer() {
    Offer search{Method::get, "/api/v1/users/search/by-email", Who::admin,
                 "The user who has that address", kUserTag};
    search.response = account_shape();
    search.query = {{email("email")}};
    search.read = [](store::Database& database, Call& call) -> services::Readers::Answer {
        const auto address = http::find(call.query, "email");
        if (!address) return wrong_field("email", {"must be there", "meg kell adni"});
        CF_LET(const auto account, services::find_by_email(database, *address));
        if (!account) return Refusal::user_unknown;
        return written(account_answer(*account));
    };
    return search;
}

Offer user_offer() {
    Offer one{Method::get, "/api/v1/users/{id}", Who::subject_or_admin, "One user", kUserTag};
    one.subject = "id";
    one.response = account_shape();
    one.read = [](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_LET(const Account account, services::find_user(database, call.place("id")));
        return written(account_answer(account));
    };
    return one;
}

// What only an admin may change, in himself or others.
Outcome<void> check_fields(const Call& call) {
    if (call.caller.is_admin) return {};
    for (const char* name : {"email", "phone", "role"})
        if (call.body->root().find(name)) return Refusal::admin_required;
    return {};
}

// Whoever is no admin proves the password that he has before he gets another one.
Outcome<void> toil_for_password(const Ground& ground, Call& call) {
    if (!call.text_if("password")) return {};
    if (!call.caller.is_admin)
        CF_TRY(check_password(ground, call, call.account->profile.email,
                              call.text_if("current_password").value_or("")));
    return hash_password(call);
}

Outcome<services::AccountChange> user_change_in(const Call& call, const Account& was) {
    services::AccountChange change;
    change.name = call.text_if("name");
    change.email = call.text_if("email");
    change.phone = call.text_if("phone");
    if (const auto role = call.text_if("role"))
        change.role = *role == kAdminName ? services::kAdminRole : services::kCustomerRole;
    if (call.password_hash.empty()) return change;
    if (was.profile.email.empty() && !change.email)
        return wrong_field("email", {"a password needs an address", "a jelszóhoz cím kell"});
    change.password_hash = call.password_hash;
    return change;
}

Offer change_user_offer(const Ground& ground) {
    Offer change{Method::patch, "/api/v1/users/{id}", Who::subject_or_admin,
                 "Changes a user: the name and password himself, all else an admin", kUserTag};
    change.subject = "id";
    change.request = {text("name", kName).optional(),
                      email("email").optional(),
                      phone("phone").optional().nullable(),
                      text("role", kName).one_of({kUserName, kAdminName}).optional(),
                      text("password", kPassword).optional().say("ends all sessions"),
                      text("current_password", kPassword)
                          .optional()
                          .say("of whoever changes his own; an admin needs none")};
    change.response = account_shape();
    change.look = [&ground](store::Database& database, Call& call) -> Outcome<void> {
        CF_TRY(check_fields(call));
        CF_LET(call.account, services::find_user(database, call.place("id")));
        if (call.caller.is_admin || !call.text_if("password")) return {};
        return check_guesses(ground, database, call, guessed_name(call.account->profile.email));
    };
    change.toil = [&ground](Call& call) { return toil_for_password(ground, call); };
    change.act = [&ground](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_TRY(check_fields(call));
        CF_LET(const Account was, services::find_user(desk.database(), call.place("id")));
        CF_LET(const services::AccountChange asked, user_change_in(call, was));
        CF_LET(const Account account,
               services::change_account(desk, ground.settings, was.id, asked));
        call.about = account.id;
        if (account.role != was.role) call.became = {account.id, account.is_admin()};
        return written(account_answer(account));
    };
    return change;
}

}  // namespace

std::vector<Offer> account_offers(const Ground& ground) {
    return {register_offer(ground),
            password_login_offer(ground),
            refresh_offer(ground, "/api/v1/auth/refresh"),
            logout_offer("/api/v1/auth/logout"),
            self_offer(),
            all_users_offer(),
            search_offer(),
            user_offer(),
            change_user_offer(ground)};
}

}  // namespace counterfoil::api
