#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "daemon/aggregator/services/fault.h"
#include "firmware/core/crypto/signing_key.h"
#include "firmware/core/crypto/verifier.h"

namespace counterfoil::api {

// What an access token says of whoever sends it.
struct Claims {
    std::string account;
    std::string loyalty_id;
    bool is_admin = false;
    std::string role;  // the tier, as the documents call it
    std::int64_t generation = 1;
    std::int64_t issued_s = 0;
    std::int64_t expires_s = 0;
};

// Access tokens: JWTs (RFC 7519) of this centre alone. There is one kind at a time, by ES256 with
// the centre's own key for it, or by HS256 with a secret; a token whose header says anything else
// is none. Tokens that were proved are remembered for a while, so that each is proved once.
class Tokens {
  public:
    // The key is used by whoever issues, on one thread.
    static base::Result<Tokens> es256(crypto::SigningKey key, std::int64_t lives_s);
    // invalid_argument where the secret is under 32 bytes.
    static base::Result<Tokens> hs256(std::string secret, std::int64_t lives_s);

    // The times are set here.
    services::Outcome<std::string> issue(Claims claims, base::WallTime now);
    // token_invalid, or token_expired. Another thread than issue()'s may.
    services::Outcome<Claims> verify(std::string_view token, base::WallTime now);
    // Whether it was proved before, so that to verify it costs nothing. As verify().
    bool is_proved(std::string_view token) const { return proved_.contains(std::string(token)); }

    std::int64_t lives_s() const { return lives_s_; }

  private:
    explicit Tokens(std::int64_t lives_s) : lives_s_(lives_s) {}
    base::Result<std::string> sign(std::string_view text);
    bool is_signed(std::string_view text, std::string_view signature) const;
    services::Outcome<Claims> prove(std::string_view token) const;

    std::int64_t lives_s_;
    std::string header_;
    std::optional<crypto::SigningKey> key_;
    std::optional<crypto::Verifier> verifier_;
    std::string secret_;
    std::unordered_map<std::string, Claims> proved_;  // by the token itself
};

}  // namespace counterfoil::api
