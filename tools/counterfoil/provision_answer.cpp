#include "tools/counterfoil/provision_answer.h"

#include "firmware/core/base/coding.h"
#include "firmware/core/crypto/public_key.h"
#include "firmware/core/ledger/members.h"
#include "firmware/core/token/key_list.h"
#include "firmware/core/wire/topics.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::size_t kMostText = 256UL << 10;
constexpr std::int64_t kMostStore = 65'535;
constexpr std::int64_t kMostPort = 65'535;

Error wrong(const std::string& why) {
    return Error(Code::bad_certificate, "what the centre answered does not hold: " + why);
}

// Nothing where the member is null.
Result<std::string> text_of(const json::Value& root, std::string_view name) {
    const auto value = root.find(name);
    if (!value) return Error(Code::malformed, "the centre's answer has no " + std::string(name));
    if (value->is_null()) return std::string();
    CF_LET(const std::string_view text, root.text(name));
    return std::string(text);
}

Result<std::vector<crypto::Certificate>> chain_of(const json::Value& root, std::string_view name) {
    CF_LET(const std::string text, text_of(root, name));
    if (text.empty()) return std::vector<crypto::Certificate>();
    return crypto::read_chain(text, std::string(name));
}

Status check_own(const std::vector<crypto::Certificate>& chain, const std::string& terminal,
                 const crypto::PublicKey& key, const crypto::Certificate& authority) {
    if (chain.empty() || chain.front().name() != terminal)
        return wrong("a certificate is not for " + terminal);
    if (chain.front().public_key() != key) return wrong("a certificate is for another key");
    const Status led = crypto::verify_chain(chain, authority);
    return led.ok() ? Status() : wrong(led.error().message());
}

Result<std::optional<BrokerPlace>> broker_in(const json::Value& root) {
    const auto value = root.find("broker");
    if (!value || value->is_null()) return std::optional<BrokerPlace>();
    BrokerPlace place;
    ledger::Members members(*value);
    place.host = members.text("host");
    place.port = static_cast<std::uint16_t>(members.number("port", 1, kMostPort));
    place.tenant = members.text("tenant");
    place.shard = static_cast<std::uint16_t>(members.number("shard", 0, wire::kShards - 1));
    if (members.error()) return members.error()->within("the centre's answer");
    return std::optional(place);
}

Status check_key_list(const Provisioning& given) {
    if (given.key_list.empty()) return {};
    CF_LET(const crypto::PublicKey root, crypto::public_key_from_pem(given.trust_root));
    if (token::read_key_list(base::as_bytes(given.key_list), root).ok()) return {};
    return wrong("the list of keys is not signed by the root");
}

Result<journal::Opening> opening_in(const json::Value& root, const Provisioning& given) {
    CF_LET(const std::int64_t epoch, root.integer("epoch"));
    CF_LET(const json::Value grant, root.object("epoch_grant"));
    journal::Opening opening{epoch, {}};
    CF_LET(opening.grant, ledger::read_grant(grant));
    CF_LET(const auto centre, crypto::Verifier::create(given.centre.public_key()));
    const auto name = ledger::name_epoch(given.certificates.front(), epoch);
    if (epoch < 1 || !ledger::holds(*opening.grant, name, centre))
        return wrong("the centre has not countersigned the epoch");
    return opening;
}

}  // namespace

Result<Provisioning> read_provisioning(std::string_view answer, const ProvisionedKeys& keys) {
    CF_LET(const json::Document document, json::Document::parse(answer, {kMostText, 8}));
    const json::Value root = document.root();
    CF_LET(const auto authority, chain_of(root, "authority"));
    CF_LET(const auto centre, chain_of(root, "centre_certificate"));
    CF_LET(auto certificates, chain_of(root, "certificate"));
    CF_LET(auto link, chain_of(root, "link_certificate"));
    if (authority.size() != 1 || centre.size() != 1) return wrong("it does not say who it is");
    CF_TRY(check_own(certificates, keys.terminal, keys.ledger, authority.front()));
    CF_TRY(check_own(link, keys.terminal, keys.link, authority.front()));
    Provisioning given{keys.terminal,
                       1,
                       {},
                       std::move(certificates),
                       centre.front(),
                       std::move(link),
                       {},
                       {},
                       {},
                       {}};
    CF_LET(given.store, root.integer("store"));
    CF_LET(given.opening, opening_in(root, given));
    CF_LET(given.broker, broker_in(root));
    CF_LET(given.broker_authority, text_of(root, "broker_authority"));
    CF_LET(given.trust_root, text_of(root, "trust_root"));
    CF_LET(const std::string list, text_of(root, "key_list"));
    CF_LET(const base::Bytes bytes, base::from_base64url(list));
    given.key_list = base::as_text(bytes);
    CF_TRY(check_key_list(given));
    if (given.store < 1 || given.store > kMostStore) return wrong("there is no such store");
    return given;
}

}  // namespace counterfoil::tool
