#include "daemon/aggregator/api/tokens.h"

#include "firmware/core/base/coding.h"
#include "firmware/core/json/json.h"
#include "firmware/core/ledger/members.h"

namespace counterfoil::api {

using base::Code;
using base::Error;
using base::Result;
using services::Outcome;
using services::Refusal;

namespace {

constexpr std::size_t kMaxToken = 2048;
constexpr std::size_t kMinSecret = 32;
constexpr std::size_t kMostProved = 10'000;
constexpr std::int64_t kLatestS = 253'402'300'799;  // the year 9999
constexpr std::int64_t kMsPerS = 1000;

std::string header_of(const char* algorithm) {
    const std::string text = std::string(R"({"alg":")") + algorithm + R"(","typ":"JWT"})";
    return base::to_base64url(base::as_bytes(text));
}

json::Object object_of(const Claims& claims) {
    json::Object object;
    object.set("sub", claims.account).set("loyalty_id", claims.loyalty_id);
    object.set_flag("is_admin", claims.is_admin).set("role", claims.role);
    object.set("generation", claims.generation);
    object.set("iat", claims.issued_s).set("exp", claims.expires_s);
    return object;
}

Result<Claims> claims_in(const json::Value& object) {
    ledger::Members members(object);
    Claims claims;
    claims.account = members.text("sub");
    claims.loyalty_id = members.text("loyalty_id");
    claims.is_admin = members.flag("is_admin");
    claims.role = members.text("role");
    claims.generation = members.number("generation", 0, json::kMaxInteger);
    claims.issued_s = members.number("iat", 0, kLatestS);
    claims.expires_s = members.number("exp", 0, kLatestS);
    if (members.error()) return *members.error();
    return claims;
}

}  // namespace

Result<Tokens> Tokens::es256(crypto::SigningKey key, std::int64_t lives_s) {
    Tokens tokens(lives_s);
    CF_LET(tokens.verifier_, crypto::Verifier::create(key.public_key()));
    tokens.key_.emplace(std::move(key));
    tokens.header_ = header_of("ES256");
    return tokens;
}

Result<Tokens> Tokens::hs256(std::string secret, std::int64_t lives_s) {
    if (secret.size() < kMinSecret)
        return Error(Code::invalid_argument, "the secret for tokens has under 32 characters");
    Tokens tokens(lives_s);
    tokens.secret_ = std::move(secret);
    tokens.header_ = header_of("HS256");
    return tokens;
}

Result<std::string> Tokens::sign(std::string_view text) {
    if (!key_) {
        const auto mac = crypto::hmac_sha256(base::as_bytes(secret_), base::as_bytes(text));
        return base::to_base64url(mac);
    }
    CF_LET(const crypto::Signature signature, key_->sign(crypto::sha256({base::as_bytes(text)})));
    return base::to_base64url(signature);
}

bool Tokens::is_signed(std::string_view text, std::string_view signature) const {
    if (!verifier_) {
        crypto::Digest told{};
        return base::base64url_into(signature, told) &&
               crypto::same_digest(
                   told, crypto::hmac_sha256(base::as_bytes(secret_), base::as_bytes(text)));
    }
    crypto::Signature told{};
    return base::base64url_into(signature, told) &&
           verifier_->verify(crypto::sha256({base::as_bytes(text)}), told);
}

Outcome<std::string> Tokens::issue(Claims claims, base::WallTime now) {
    claims.issued_s = now.unix_ms / kMsPerS;
    claims.expires_s = claims.issued_s + lives_s_;
    CF_LET(const std::string body, object_of(claims).write());
    const std::string text = header_ + "." + base::to_base64url(base::as_bytes(body));
    CF_LET(const std::string signature, sign(text));
    return text + "." + signature;
}

Outcome<Claims> Tokens::prove(std::string_view token) const {
    const std::size_t first = token.find('.');
    const std::size_t last = token.rfind('.');
    if (token.size() > kMaxToken || first == std::string_view::npos || first == last)
        return Refusal::token_invalid;
    if (token.substr(0, first) != header_ ||
        !is_signed(token.substr(0, last), token.substr(last + 1)))
        return Refusal::token_invalid;
    const auto body = base::from_base64url(token.substr(first + 1, last - first - 1));
    if (!body.ok()) return Refusal::token_invalid;
    const auto document = json::Document::parse(base::as_text(body.value()));
    if (!document.ok()) return Refusal::token_invalid;
    auto claims = claims_in(document.value().root());
    if (!claims.ok()) return Refusal::token_invalid;
    return std::move(claims).value();
}

Outcome<Claims> Tokens::verify(std::string_view token, base::WallTime now) {
    const auto known = proved_.find(std::string(token));
    if (known == proved_.end()) {
        CF_LET(Claims claims, prove(token));
        if (proved_.size() >= kMostProved) proved_.clear();
        if (claims.expires_s <= now.unix_ms / kMsPerS) return Refusal::token_expired;
        return proved_.emplace(token, std::move(claims)).first->second;
    }
    if (known->second.expires_s > now.unix_ms / kMsPerS) return known->second;
    proved_.erase(known);
    return Refusal::token_expired;
}

}  // namespace counterfoil::api
