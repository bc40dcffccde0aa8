#include "daemon/aggregator/services/issued.h"

namespace counterfoil::services {

using store::Database;
using store::Rows;

namespace {

std::string_view name_of(Purpose purpose) {
    return purpose == Purpose::link ? "link" : "ledger";
}

}  // namespace

Outcome<void> take_back_issued(Desk& desk, const std::string& terminal) {
    CF_TRY(desk.database().run(
        "UPDATE issued_certificate SET revoked_ms = $1 WHERE terminal = $2 AND revoked_ms IS NULL",
        {desk.now().unix_ms, std::string_view(terminal)}));
    return {};
}

Outcome<void> note_issued(Desk& desk, const crypto::Certificate& certificate, Purpose purpose,
                          const crypto::Digest& request) {
    CF_TRY(desk.database().run("DELETE FROM issued_certificate WHERE not_after_ms < $1",
                               {desk.now().unix_ms}));
    const crypto::Digest fingerprint = certificate.fingerprint();
    CF_TRY(desk.database().run(
        "INSERT INTO issued_certificate (fingerprint, terminal, purpose, serial, not_after_ms, "
        "request, certificate) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        {base::ByteView(fingerprint), std::string_view(certificate.name()), name_of(purpose),
         base::ByteView(certificate.serial()), certificate.not_after().unix_ms,
         base::ByteView(request), base::ByteView(certificate.der())}));
    return {};
}

Outcome<void> check_link(Database& database, const crypto::Certificate& link, base::WallTime now) {
    if (link.not_after() < now || now < link.not_before())
        return Refusal::terminal_certificate_wrong;
    const crypto::Digest fingerprint = link.fingerprint();
    CF_LET(
        const Rows issued,
        database.query("SELECT purpose, revoked_ms FROM issued_certificate WHERE fingerprint = $1",
                       {base::ByteView(fingerprint)}));
    if (issued.empty() || issued.text(0, 0) != name_of(Purpose::link) || !issued.is_null(0, 1))
        return Refusal::terminal_certificate_wrong;
    CF_LET(const Rows terminal, database.query("SELECT revoked FROM terminal WHERE name = $1",
                                               {std::string_view(link.name())}));
    if (terminal.empty() || terminal.integer(0, 0) != 0) return Refusal::terminal_certificate_wrong;
    return {};
}

Outcome<std::optional<crypto::Certificate>> find_renewed(Database& database,
                                                         const std::string& terminal,
                                                         const crypto::Digest& request) {
    CF_LET(const Rows rows,
           database.query(
               "SELECT certificate FROM issued_certificate WHERE terminal = $1 AND "
               "purpose = $2 AND request = $3 AND revoked_ms IS NULL",
               {std::string_view(terminal), name_of(Purpose::link), base::ByteView(request)}));
    if (rows.empty()) return std::optional<crypto::Certificate>();
    CF_LET(auto certificate, crypto::Certificate::from_der(rows.blob(0, 0)));
    return std::optional(std::move(certificate));
}

Outcome<TakenBack> find_taken_back(Database& database, base::WallTime now) {
    TakenBack all;
    CF_LET(const Rows issued,
           database.query("SELECT serial, revoked_ms FROM issued_certificate WHERE "
                          "revoked_ms IS NOT NULL AND not_after_ms >= $1 ORDER BY fingerprint",
                          {now.unix_ms}));
    for (std::size_t row = 0; row < issued.size(); ++row) {
        const base::ByteView serial = issued.blob(row, 0);
        all.serials.push_back({{serial.begin(), serial.end()}, {issued.integer(row, 1)}});
    }
    CF_LET(const Rows terminals,
           database.query("SELECT name FROM terminal WHERE revoked <> 0 ORDER BY name"));
    for (std::size_t row = 0; row < terminals.size(); ++row)
        all.terminals.emplace_back(terminals.text(row, 0));
    return all;
}

}  // namespace counterfoil::services
