#include "daemon/aggregator/services/sign_in.h"

#include "firmware/core/base/coding.h"

namespace counterfoil::services {

using store::Database;
using store::Rows;

namespace {

constexpr std::size_t kSecretBytes = 32;

crypto::Digest hash_of(std::string_view secret) {
    return crypto::sha256({base::as_bytes(secret)});
}

struct TokenParts {
    std::string_view id;
    std::string_view secret;
};

TokenParts parts_of(std::string_view token) {
    const std::size_t dot = token.find('.');
    if (dot == std::string_view::npos) return {};
    return {token.substr(0, dot), token.substr(dot + 1)};
}

std::string new_secret(Desk& desk) {
    std::array<std::uint8_t, kSecretBytes> bytes{};
    desk.entropy().fill(bytes);
    return base::to_base64url(bytes);
}

}  // namespace

Outcome<std::optional<Account>> find_by_loyalty_id(Database& database,
                                                   std::string_view loyalty_id) {
    CF_LET(const Rows rows,
           database.query("SELECT account FROM profile WHERE loyalty_id = $1", {loyalty_id}));
    if (rows.empty()) return std::optional<Account>();
    CF_LET(Account account, find_account(database, rows.text(0, 0)));
    return std::optional(std::move(account));
}

Outcome<std::string> open_session(Desk& desk, const Settings& settings, const std::string& account,
                                  const std::string& address) {
    const std::string id = desk.new_id();
    const std::string secret = new_secret(desk);
    const std::int64_t now_ms = desk.now().unix_ms;
    CF_TRY(desk.database().run("DELETE FROM session WHERE expires_ms < $1", {now_ms}));
    const crypto::Digest hash = hash_of(secret);
    CF_TRY(desk.database().run(
        "INSERT INTO session (id, account, secret, address, created_ms, expires_ms) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        {std::string_view(id), std::string_view(account), base::ByteView(hash),
         std::string_view(address), now_ms, now_ms + settings.session_ms}));
    return id + "." + secret;
}

Outcome<Renewed> renew_session(Desk& desk, const Settings& settings, std::string_view token,
                               const std::string& address) {
    const auto [id, secret] = parts_of(token);
    CF_LET(const Rows rows,
           desk.database().query("SELECT account, secret, expires_ms FROM session WHERE id = $1",
                                 {id}));
    if (rows.empty() || rows.integer(0, 2) <= desk.now().unix_ms) return Refusal::session_over;
    const crypto::Digest hash = hash_of(secret);
    if (base::as_text(rows.blob(0, 1)) != base::as_text(hash)) {
        CF_TRY(desk.database().run("DELETE FROM session WHERE id = $1", {id}));
        return Refusal::session_reused;
    }
    CF_LET(Account account, find_account(desk.database(), rows.text(0, 0)));
    const std::string next = new_secret(desk);
    const crypto::Digest next_hash = hash_of(next);
    CF_TRY(desk.database().run(
        "UPDATE session SET secret = $1, address = $2, expires_ms = $3 WHERE id = $4",
        {base::ByteView(next_hash), std::string_view(address),
         desk.now().unix_ms + settings.session_ms, id}));
    return Renewed{std::move(account), std::string(id) + "." + next};
}

Outcome<void> end_session(Desk& desk, std::string_view token) {
    const auto [id, secret] = parts_of(token);
    const crypto::Digest hash = hash_of(secret);
    CF_TRY(desk.database().run("DELETE FROM session WHERE id = $1 AND secret = $2",
                               {id, base::ByteView(hash)}));
    return {};
}

Outcome<bool> is_known_address(Database& database, std::string_view account,
                               std::string_view address) {
    CF_LET(const Rows rows,
           database.query("SELECT 1 FROM session WHERE account = $1 AND address = $2 LIMIT 1",
                          {account, address}));
    return !rows.empty();
}

}  // namespace counterfoil::services
