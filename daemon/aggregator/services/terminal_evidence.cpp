#include "daemon/aggregator/services/terminal_evidence.h"

#include "firmware/core/base/coding.h"

namespace counterfoil::services {

using store::Database;
using store::Rows;

namespace {

constexpr std::string_view kForkColumns =
    "SELECT head, epoch, seq, at_ms, CAST(LENGTH(bytes) AS BIGINT)";
constexpr std::string_view kQuarantineColumns =
    "SELECT digest, reason, at_ms, CAST(LENGTH(bytes) AS BIGINT)";

Fork fork_in(const Rows& rows, std::size_t row) {
    return {base::to_hex(rows.blob(row, 0)), rows.integer(row, 1), rows.integer(row, 2),
            rows.integer(row, 3), rows.integer(row, 4)};
}

Quarantined quarantined_in(const Rows& rows, std::size_t row) {
    return {base::to_hex(rows.blob(row, 0)), std::string(rows.text(row, 1)), rows.integer(row, 2),
            rows.integer(row, 3)};
}

base::Bytes bytes_in(const Rows& rows, std::size_t column) {
    const base::ByteView bytes = rows.blob(0, column);
    return {bytes.begin(), bytes.end()};
}

Outcome<base::Bytes> digest_in(const std::string& hex) {
    auto digest = base::from_hex(hex);
    if (!digest.ok() || digest.value().empty()) return Refusal::evidence_unknown;
    return std::move(digest).value();
}

}  // namespace

Outcome<EvidencePage<Fork>> list_forks(Database& database, const std::string& terminal, Part part) {
    static const std::string kSome =
        std::string(kForkColumns) +
        " FROM fork WHERE terminal = $1 ORDER BY at_ms DESC, epoch DESC, seq DESC, head "
        "LIMIT $2 OFFSET $3";
    const std::string_view name = terminal;
    CF_LET(const Rows count,
           database.query("SELECT COUNT(*) FROM fork WHERE terminal = $1", {name}));
    CF_LET(const Rows rows, database.query(kSome, {name, part.limit, part.skip}));
    EvidencePage<Fork> page{count.integer(0, 0), {}};
    for (std::size_t row = 0; row < rows.size(); ++row) page.items.push_back(fork_in(rows, row));
    return page;
}

Outcome<EvidencePage<Quarantined>> list_quarantined(Database& database, const std::string& terminal,
                                                    Part part) {
    static const std::string kSome = std::string(kQuarantineColumns) +
                                     " FROM quarantine WHERE terminal = $1 "
                                     "ORDER BY at_ms DESC, digest LIMIT $2 OFFSET $3";
    const std::string_view name = terminal;
    CF_LET(const Rows count,
           database.query("SELECT COUNT(*) FROM quarantine WHERE terminal = $1", {name}));
    CF_LET(const Rows rows, database.query(kSome, {name, part.limit, part.skip}));
    EvidencePage<Quarantined> page{count.integer(0, 0), {}};
    for (std::size_t row = 0; row < rows.size(); ++row)
        page.items.push_back(quarantined_in(rows, row));
    return page;
}

Outcome<Evidence<Fork>> find_fork(Database& database, const std::string& terminal,
                                  const std::string& digest) {
    static const std::string kOne =
        std::string(kForkColumns) + ", bytes FROM fork WHERE terminal = $1 AND head = $2";
    CF_LET(const base::Bytes head, digest_in(digest));
    CF_LET(const Rows rows,
           database.query(kOne, {std::string_view(terminal), base::ByteView(head)}));
    if (rows.empty()) return Refusal::evidence_unknown;
    return Evidence<Fork>{fork_in(rows, 0), bytes_in(rows, 5)};
}

Outcome<Evidence<Quarantined>> find_quarantined(Database& database, const std::string& terminal,
                                                const std::string& digest) {
    static const std::string kOne = std::string(kQuarantineColumns) +
                                    ", bytes FROM quarantine WHERE digest = $1 AND terminal = $2";
    CF_LET(const base::Bytes whole, digest_in(digest));
    CF_LET(const Rows rows,
           database.query(kOne, {base::ByteView(whole), std::string_view(terminal)}));
    if (rows.empty()) return Refusal::evidence_unknown;
    return Evidence<Quarantined>{quarantined_in(rows, 0), bytes_in(rows, 4)};
}

}  // namespace counterfoil::services
