#pragma once

#include <functional>

#include "daemon/aggregator/api/call.h"
#include "daemon/aggregator/api/rates.h"
#include "daemon/aggregator/api/shape.h"
#include "daemon/aggregator/api/tokens.h"
#include "daemon/aggregator/services/authority.h"
#include "daemon/aggregator/services/clerk.h"
#include "daemon/aggregator/services/imports.h"
#include "daemon/aggregator/services/readers.h"

namespace counterfoil::api {

// Who may.
enum class Who {
    anybody,
    signed_in,
    subject_or_admin,  // whom the request is about, or an admin
    subject,           // whom the request is about, and no admin for him
    admin,
};

// One route, written once: it is served by this, checked by this and described by this.
struct Offer {
    http::Method method = http::Method::get;
    std::string pattern;
    Who who = Who::admin;
    std::string summary;
    std::string tag;
    Shape request = {};
    Shape response = {};
    int status = 200;
    bool trusts_token = false;  // where the store cannot be asked who calls
    // Where the account stands that the request is about: a name of the path, or of the body.
    std::string subject = {};
    struct Query {
        Field field;
    };
    std::vector<Query> query = {};
    std::string table = {};  // the answer's list that can be had as a table too; empty: none
    std::size_t body_bytes = 64UL * 1024;
    bool takes_csv = false;  // as its body: where there is a shape for one, in the place of JSON

    // The steps of an answer, each where it is done best; `read`, `tell` or `act` gives it.
    std::function<services::Readers::Answer(store::Database&, Call&)> read = {};
    // Of what was wanted alone, which many calls read together.
    std::function<services::Readers::Answer(const services::Slate&, Call&)> tell = {};
    std::function<services::Outcome<void>(store::Database&, Call&)> look = {};
    std::function<services::Outcome<void>(Call&)> toil = {};  // what takes long
    std::function<services::Clerk::Answer(services::Desk&, Call&)> act = {};
    // What `tell` or `act` will ask for, of a call whose body was checked, and whose caller was
    // not; see Clerk::Act.
    std::function<services::Wanted(const Call&)> wanted = {};
    // Whoever tries secrets may give a wrong one no more often than one may sign in, but for those
    // that he tries at once. What goes well is counted among all requests, and no sign-in: many
    // devices can share an address with those who sign in.
    bool is_guarded = false;
    // On the writing thread, when what was done is durable, before it is told.
    std::function<void()> settled = {};
    // What of an answer is told once: whoever repeats the request gets null for it.
    std::string told_once = "pin_code";
};

// What devices are told when they are set up: where their broker is, whom to believe there (PEM),
// and whose codes to believe, where the centre knows it: the merchant's root (PEM), and its keys'
// list (base64url).
struct Handout {
    std::string broker;  // its host; empty: there is none
    std::uint16_t port = 0;
    std::string tenant;
    std::string authority;
    std::string trust_root;
    std::string key_list;
    std::int64_t link_lives_ms = 0;
};

// What the routes stand on; it must outlive them. The tokens are issued on the writing thread.
struct Ground {
    Tokens& tokens;
    const services::Settings& settings;
    const base::Clock& clock;
    Guesses& guesses;
    services::Authority& authority;  // of those who toil
    const crypto::Certificate& centre;
    crypto::Signer& signer;  // the writing thread's, by the centre's key
    const Handout& handout;
    services::Imports& imports;
    std::function<void()> terminals_changed;  // on the writing thread
};

std::vector<Offer> sign_in_offers(const Ground& ground);
std::vector<Offer> customer_offers(const Ground& ground);
std::vector<Offer> purchase_offers(const Ground& ground);
std::vector<Offer> coupon_offers(const Ground& ground);
std::vector<Offer> account_offers(const Ground& ground);
std::vector<Offer> book_offers(const Ground& ground);
std::vector<Offer> book_coupon_offers(const Ground& ground);
std::vector<Offer> pool_offers();
std::vector<Offer> import_offers(const Ground& ground);
std::vector<Offer> terminal_offers(const Ground& ground);
std::vector<Offer> evidence_offers();
std::vector<Offer> shop_offers();
std::vector<Offer> device_offers(const Ground& ground);

}  // namespace counterfoil::api
