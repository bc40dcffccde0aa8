#include "firmware/journal/identity.h"

namespace counterfoil::journal {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

bool is_same(const Identity& one, const Identity& other) {
    return one.incarnation == other.incarnation &&
           ledger::write_header(one.header) == ledger::write_header(other.header);
}

Status store_identity(sqlite::Connection& connection, const Identity& identity) {
    CF_LET(sqlite::Statement insert,
           connection.prepare("INSERT INTO identity VALUES (1, ?, ?, ?, ?)"));
    const std::string incarnation = identity.incarnation.text();
    const std::string header = ledger::write_header(identity.header);
    insert.bind(1, identity.header.terminal).bind(2, identity.header.epoch);
    insert.bind(3, incarnation).bind(4, header);
    return insert.run();
}

Result<std::optional<Identity>> load_identity(sqlite::Connection& connection) {
    CF_LET(sqlite::Statement select,
           connection.prepare("SELECT terminal, epoch, incarnation, header FROM identity"));
    CF_LET(const bool row, select.step());
    if (!row) return std::optional<Identity>();
    const Error damaged(Code::corrupt, "the journal's identity is damaged");
    auto incarnation = base::Uuid::parse(select.text(2));
    auto header = ledger::read_header(select.text(3));
    if (!incarnation.ok() || !header.ok()) return damaged;
    if (header.value().terminal != select.text(0) || header.value().epoch != select.integer(1))
        return damaged;
    return std::optional<Identity>({incarnation.value(), std::move(header).value()});
}

}  // namespace counterfoil::journal
