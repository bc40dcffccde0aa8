#include "daemon/aggregator/api/answers.h"
#include "daemon/aggregator/api/offer.h"
#include "daemon/aggregator/services/terminals.h"
#include "firmware/core/base/coding.h"
#include "firmware/core/wire/renewal.h"
#include "firmware/core/wire/topics.h"

// What tills themselves ask for: to be set up, and to stay so.
namespace counterfoil::api {

using http::Method;
using services::Desk;
using services::Outcome;

namespace {

constexpr std::int64_t kCode = 20;
constexpr std::int64_t kHost = 253;
constexpr std::int64_t kSignature = 86;
constexpr std::int64_t kKeyList = 128 * 1024;
const std::string kTag = "terminals";

Offer lookup_offer(const Ground& ground) {
    Offer lookup{Method::post, "/api/terminals/codes/lookup", Who::anybody,
                 "Which terminal a code sets up", kTag};
    lookup.request = {text("code", kCode)};
    lookup.response = {terminal("terminal"), whole("store")};
    lookup.is_guarded = true;
    lookup.read = [&ground](store::Database& database, Call& call) -> services::Readers::Answer {
        CF_LET(const services::TerminalOfCode found,
               services::find_terminal_of_code(database, call.text("code"), ground.clock.now()));
        json::Object answer;
        answer.set("terminal", found.terminal).set("store", found.store);
        return written(answer);
    };
    return lookup;
}

Shape broker_shape() {
    return {text("host", kHost), integer("port", 1, 65535), text("tenant", 32),
            integer("shard", 0, wire::kShards - 1)};
}

Shape provisioned_shape() {
    return {terminal("terminal"),
            whole("store"),
            whole("epoch").say("of its ledger, open for it"),
            pem("certificate").say("the terminal's, and the authority's that issued it"),
            pem("authority").say("whose terminals are to be trusted"),
            pem("centre_certificate").say("by which the centre's receipts are to be verified"),
            object("epoch_grant", {time("at"), text("signature", kSignature)})
                .say("the centre's word for the epoch, for the ledger's first event"),
            pem("link_certificate").nullable().say("for the broker, and the authority's"),
            object("broker", broker_shape()).nullable(),
            pem("broker_authority").nullable().say("whom to believe there"),
            pem("trust_root").nullable().say("whose list of keys for codes is to be believed"),
            text("key_list", kKeyList).nullable().say("that list, in base64url")};
}

void set_or_null(json::Object& answer, const char* name, const std::string& text) {
    if (text.empty())
        answer.set_null(name);
    else
        answer.set(name, text);
}

void set_handout(json::Object& answer, const Handout& handout, const std::string& terminal) {
    if (handout.broker.empty()) {
        answer.set_null("broker");
    } else {
        json::Object broker;
        broker.set("host", handout.broker).set("port", std::int64_t{handout.port});
        broker.set("tenant", handout.tenant);
        broker.set("shard", std::int64_t{wire::shard_of(terminal)});
        answer.set("broker", std::move(broker));
    }
    set_or_null(answer, "broker_authority", handout.authority);
    set_or_null(answer, "trust_root", handout.trust_root);
    set_or_null(answer, "key_list", handout.key_list);
}

json::Object provisioned_answer(const Ground& ground, const services::Provisioned& made) {
    const crypto::Certificate& authority = ground.authority.certificate();
    const auto& [certificate, link] = made.certificates;
    json::Object answer;
    answer.set("terminal", made.terminal).set("store", made.store).set("epoch", made.epoch);
    answer.set("certificate", crypto::chain_text({certificate, authority}));
    answer.set("authority", crypto::chain_text({authority}));
    answer.set("centre_certificate", crypto::chain_text({ground.centre}));
    answer.set("epoch_grant", ledger::write_grant(made.grant));
    set_or_null(answer, "link_certificate",
                link ? crypto::chain_text({*link, authority}) : std::string());
    set_handout(answer, ground.handout, made.terminal);
    return answer;
}

// Whoever has no code costs no signature.
Offer provision_offer(const Ground& ground) {
    Offer provision{Method::post, "/api/terminals/provision", Who::anybody,
                    "Sets up a terminal with a code and requests for its certificates", kTag};
    provision.request = {
        text("code", kCode), pem("request").say("PKCS #10, for the ledger's key, on P-256"),
        pem("link_request").optional().say("the same for the key that the broker is shown")};
    provision.response = provisioned_shape();
    provision.is_guarded = true;
    provision.look = [&ground](store::Database& database, Call& call) -> Outcome<void> {
        CF_LET(const services::TerminalOfCode found,
               services::find_terminal_of_code(database, call.text("code"), ground.clock.now()));
        call.terminal = found.terminal;
        return {};
    };
    provision.toil = [&ground](Call& call) -> Outcome<void> {
        const base::WallTime now = ground.clock.now();
        CF_LET(call.certificate, ground.authority.issue(call.text("request"), call.terminal, now));
        if (const auto link = call.text_if("link_request")) {
            CF_LET(call.link, ground.authority.issue_link(*link, call.terminal, now,
                                                          ground.handout.link_lives_ms));
        }
        return {};
    };
    provision.act = [&ground](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const services::Provisioned made,
               services::provision_terminal(
                   desk, call.text("code"),
                   {call.text("request"), call.text_if("link_request").value_or("")},
                   {*call.certificate, call.link}, ground.signer));
        return written(provisioned_answer(ground, made));
    };
    provision.settled = ground.terminals_changed;
    return provision;
}

// Whoever shows no certificate of his own costs no signature either.
Offer renew_offer(const Ground& ground) {
    Offer renew{Method::post, "/api/terminals/renew", Who::anybody,
                "The next certificate for a terminal's broker, before the last one runs out", kTag};
    renew.request = {pem("certificate").say("the one that it has"),
                     pem("request").say("PKCS #10, for the next one's key"),
                     time("at").say("the terminal's clock"),
                     text("signature", kSignature).say("by the key that it has")};
    renew.is_guarded = true;
    renew.response = {pem("link_certificate").say("and the authority's")};
    renew.look = [&ground](store::Database& database, Call& call) -> Outcome<void> {
        const base::WallTime now = ground.clock.now();
        CF_LET(call.renewal, services::read_renewal({call.text("certificate"), call.text("request"),
                                                     call.text("at"), call.text("signature")},
                                                    ground.authority.certificate(), now));
        return services::check_link(database, call.renewal->current, now);
    };
    renew.toil = [&ground](Call& call) -> Outcome<void> {
        CF_LET(call.link,
               ground.authority.issue_link(call.renewal->request, call.renewal->current.name(),
                                           ground.clock.now(), ground.handout.link_lives_ms));
        return {};
    };
    renew.act = [&ground](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const crypto::Certificate link,
               services::renew_link(desk, *call.renewal, *call.link));
        json::Object answer;
        answer.set("link_certificate", crypto::chain_text({link, ground.authority.certificate()}));
        return written(answer);
    };
    return renew;
}

}  // namespace

std::vector<Offer> device_offers(const Ground& ground) {
    return {lookup_offer(ground), provision_offer(ground), renew_offer(ground)};
}

}  // namespace counterfoil::api
