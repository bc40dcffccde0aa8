#pragma once

#include "firmware/core/base/id.h"
#include "firmware/core/ledger/export.h"
#include "firmware/core/sqlite/connection.h"

namespace counterfoil::journal {

// Whose journal a file is.
struct Identity {
    base::Uuid incarnation;
    ledger::ExportHeader header;
};

// The header's line says all of it but the incarnation.
bool is_same(const Identity& one, const Identity& other);

base::Status store_identity(sqlite::Connection& connection, const Identity& identity);

// Empty where the journal's creation was interrupted before its first event; corrupt where what is
// there cannot be an identity.
base::Result<std::optional<Identity>> load_identity(sqlite::Connection& connection);

}  // namespace counterfoil::journal
