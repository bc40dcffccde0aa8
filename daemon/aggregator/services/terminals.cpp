#include "daemon/aggregator/services/terminals.h"

#include <algorithm>

#include "daemon/aggregator/services/issued.h"
#include "firmware/core/base/coding.h"

namespace counterfoil::services {

using store::Database;
using store::Rows;

namespace {

// Sixty random bits, in groups that people can read to one another.
constexpr std::size_t kCodeBytes = 8;
constexpr std::size_t kCodeCharacters = 12;
constexpr std::size_t kGroup = 4;

constexpr std::string_view kColumns =
    "SELECT t.name, t.store, t.revoked, t.certificate, c.seen_ms, c.epoch, c.seq, "
    "COALESCE((SELECT MAX(l.epoch) FROM ledger l WHERE l.terminal = t.name), 0), "
    "CAST(COALESCE((SELECT SUM(l.seq) FROM ledger l WHERE l.terminal = t.name), 0) AS BIGINT), "
    "COALESCE((SELECT MAX(l.frozen) FROM ledger l WHERE l.terminal = t.name), 0), "
    "(SELECT COUNT(*) FROM fork f WHERE f.terminal = t.name), "
    "(SELECT COUNT(*) FROM quarantine q WHERE q.terminal = t.name), "
    "COALESCE((SELECT l.seq FROM ledger l WHERE l.terminal = t.name AND l.epoch = c.epoch), 0) "
    "FROM terminal t LEFT JOIN terminal_contact c ON c.terminal = t.name ";

// As it was read out: hyphens and spaces make no difference, nor do letters' cases or doubles.
crypto::Digest hash_of_code(std::string_view code) {
    std::string text;
    for (const char c : code) {
        const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        if (upper == '-' || upper == ' ') continue;
        if (upper == 'O')
            text.push_back('0');
        else
            text.push_back(upper == 'I' || upper == 'L' ? '1' : upper);
    }
    return crypto::sha256({base::as_bytes("counterfoil/terminal-code/1\n"), base::as_bytes(text)});
}

crypto::Digest hash_of_requests(const TerminalRequests& requests) {
    return crypto::sha256({base::as_bytes(requests.ledger), base::as_bytes(requests.link)});
}

std::string grouped(const std::string& characters) {
    std::string text;
    for (std::size_t i = 0; i < characters.size(); i += kGroup)
        text += (i == 0 ? "" : "-") + characters.substr(i, kGroup);
    return text;
}

Outcome<Rows> find_code(Database& database, std::string_view code, base::WallTime now) {
    const crypto::Digest hash = hash_of_code(code);
    CF_LET(Rows rows,
           database.query("SELECT terminal, store, request, certificate, epoch, link, granted_ms, "
                          "grant_signature FROM terminal_code WHERE hash = $1 AND expires_ms > $2",
                          {base::ByteView(hash), now.unix_ms}));
    if (rows.empty()) return Refusal::terminal_code_wrong;
    return rows;
}

// What that code was answered with.
Outcome<Provisioned> given_before(const Rows& rows) {
    CF_LET(auto certificate, crypto::Certificate::from_der(rows.blob(0, 3)));
    Provisioned given{std::string(rows.text(0, 0)),
                      rows.integer(0, 1),
                      rows.integer(0, 4),
                      {std::move(certificate), {}},
                      {}};
    if (!rows.is_null(0, 5)) {
        CF_LET(given.certificates.link, crypto::Certificate::from_der(rows.blob(0, 5)));
    }
    // Codes of an older program stand for no grant.
    if (rows.is_null(0, 6)) return Refusal::terminal_code_wrong;
    given.grant.at = {rows.integer(0, 6)};
    CF_CHECK(rows.blob(0, 7).size() == given.grant.signature.size());
    std::ranges::copy(rows.blob(0, 7), given.grant.signature.begin());
    return given;
}

Outcome<void> use_up(Desk& desk, std::string_view code, const crypto::Digest& asked,
                     const Provisioned& made) {
    const crypto::Digest hash = hash_of_code(code);
    const auto& link = made.certificates.link;
    CF_TRY(desk.database().run(
        "UPDATE terminal_code SET request = $1, certificate = $2, epoch = $3, link = $4, "
        "granted_ms = $5, grant_signature = $6 WHERE hash = $7",
        {base::ByteView(asked), base::ByteView(made.certificates.ledger.der()), made.epoch,
         link ? store::Value(base::ByteView(link->der())) : store::Value(), made.grant.at.unix_ms,
         base::ByteView(made.grant.signature), base::ByteView(hash)}));
    return {};
}

TerminalView view_in(const Rows& rows, std::size_t row) {
    TerminalView view;
    view.name = rows.text(row, 0);
    view.store = rows.integer(row, 1);
    view.is_revoked = rows.integer(row, 2) != 0;
    view.certificate = base::to_hex(crypto::sha256({rows.blob(row, 3)}));
    if (!rows.is_null(row, 4)) view.seen_ms = rows.integer(row, 4);
    view.epoch = rows.integer(row, 7);
    view.events = rows.integer(row, 8);
    view.is_frozen = rows.integer(row, 9) != 0;
    view.forks = rows.integer(row, 10);
    view.quarantined = rows.integer(row, 11);
    if (rows.is_null(row, 5) || rows.is_null(row, 6)) return view;
    view.said_epoch = rows.integer(row, 5);
    view.said_seq = rows.integer(row, 6);
    view.backlog = std::max<std::int64_t>(*view.said_seq - rows.integer(row, 12), 0);
    return view;
}

}  // namespace

Outcome<TerminalCode> make_terminal_code(Desk& desk, const std::string& terminal,
                                         std::int64_t store) {
    CF_CHECK(crypto::is_terminal_name(terminal) && terminal != ingest::kCentre);
    std::array<std::uint8_t, kCodeBytes> bytes{};
    desk.entropy().fill(bytes);
    const std::string code = grouped(base::to_crockford(bytes).substr(0, kCodeCharacters));
    const std::int64_t now_ms = desk.now().unix_ms;
    CF_TRY(desk.database().run("DELETE FROM terminal_code WHERE expires_ms <= $1", {now_ms}));
    CF_TRY(desk.database().run("DELETE FROM terminal_code WHERE terminal = $1 AND request IS NULL",
                               {std::string_view(terminal)}));
    const crypto::Digest hash = hash_of_code(code);
    const std::int64_t expires_ms = now_ms + kTerminalCodeMs;
    CF_TRY(desk.database().run(
        "INSERT INTO terminal_code (hash, terminal, store, expires_ms) VALUES ($1, $2, $3, $4)",
        {base::ByteView(hash), std::string_view(terminal), store, expires_ms}));
    return TerminalCode{code, expires_ms};
}

Outcome<TerminalOfCode> find_terminal_of_code(Database& database, std::string_view code,
                                              base::WallTime now) {
    CF_LET(const Rows rows, find_code(database, code, now));
    return TerminalOfCode{std::string(rows.text(0, 0)), rows.integer(0, 1)};
}

Outcome<Provisioned> provision_terminal(Desk& desk, std::string_view code,
                                        const TerminalRequests& requests,
                                        const TerminalCertificates& certificates,
                                        crypto::Signer& centre) {
    CF_LET(const Rows rows, find_code(desk.database(), code, desk.now()));
    const crypto::Digest asked = hash_of_requests(requests);
    if (!rows.is_null(0, 2)) {
        if (base::as_text(rows.blob(0, 2)) != base::as_text(asked))
            return Refusal::terminal_code_wrong;
        return given_before(rows);
    }
    const std::string terminal(rows.text(0, 0));
    const auto& [ledger_certificate, link] = certificates;
    if (ledger_certificate.name() != terminal || (link && link->name() != terminal))
        return Refusal::terminal_request_wrong;
    CF_LET(const std::int64_t epoch, desk.provision(ledger_certificate, rows.integer(0, 1)));
    CF_LET(const ledger::EpochGrant grant,
           ledger::grant_epoch(ledger::name_epoch(ledger_certificate, epoch), desk.now(), centre));
    CF_TRY(take_back_issued(desk, terminal));
    CF_TRY(note_issued(desk, ledger_certificate, Purpose::ledger, asked));
    if (link) CF_TRY(note_issued(desk, *link, Purpose::link, asked));
    Provisioned made{terminal, rows.integer(0, 1), epoch, certificates, grant};
    CF_TRY(use_up(desk, code, asked, made));
    return made;
}

Outcome<std::int64_t> provision_by_certificate(Desk& desk, const crypto::Certificate& certificate,
                                               std::int64_t store) {
    CF_LET(const Rows known,
           desk.database().query("SELECT certificate FROM terminal WHERE name = $1",
                                 {std::string_view(certificate.name())}));
    const bool is_same =
        !known.empty() && base::as_text(known.blob(0, 0)) == base::as_text(certificate.der());
    CF_LET(const std::int64_t epoch, desk.provision(certificate, store));
    if (!is_same) CF_TRY(take_back_issued(desk, certificate.name()));
    return epoch;
}

Outcome<void> revoke_terminal(Desk& desk, const std::string& name, const std::string& reason) {
    CF_TRY(find_terminal(desk.database(), name));
    json::Object body;
    body.set("terminal", name).set("reason", reason);
    CF_TRY(desk.record(ledger::EventType::terminal_revoked, body));
    CF_TRY(take_back_issued(desk, name));
    CF_TRY(desk.database().run("DELETE FROM terminal_code WHERE terminal = $1",
                               {std::string_view(name)}));
    return {};
}

Outcome<TerminalPage> list_terminals(Database& database, std::int64_t skip, std::int64_t limit) {
    static const std::string kPart =
        std::string(kColumns) + "WHERE t.name <> $1 ORDER BY t.name LIMIT $2 OFFSET $3";
    CF_LET(const Rows count,
           database.query("SELECT COUNT(*) FROM terminal WHERE name <> $1", {ingest::kCentre}));
    TerminalPage page;
    page.total = count.integer(0, 0);
    CF_LET(const Rows rows, database.query(kPart, {ingest::kCentre, limit, skip}));
    for (std::size_t row = 0; row < rows.size(); ++row)
        page.terminals.push_back(view_in(rows, row));
    return page;
}

Outcome<TerminalView> find_terminal(Database& database, const std::string& name) {
    static const std::string kOne = std::string(kColumns) + "WHERE t.name = $1";
    if (name == ingest::kCentre) return Refusal::terminal_unknown;
    CF_LET(const Rows rows, database.query(kOne, {std::string_view(name)}));
    if (rows.empty()) return Refusal::terminal_unknown;
    return view_in(rows, 0);
}

}  // namespace counterfoil::services
