#include "daemon/aggregator/ingest/contact.h"

#include <algorithm>

#include "daemon/aggregator/ingest/keeper.h"

namespace counterfoil::ingest {

using base::Result;
using store::Rows;

namespace {

// The incarnation that counts; the given one where there was none.
Result<std::string> settle(store::Database& database, const LedgerName& name,
                           const std::string& incarnation) {
    const auto kept = [&] {
        return database.query(
            "SELECT COALESCE(incarnation, '') FROM ledger WHERE terminal = $1 AND epoch = $2",
            {std::string_view(name.terminal), name.epoch});
    };
    CF_LET(const Rows there, kept());
    if (!there.text(0, 0).empty()) return std::string(there.text(0, 0));
    CF_TRY(
        database.run("UPDATE ledger SET incarnation = $1 "
                     "WHERE terminal = $2 AND epoch = $3 AND incarnation IS NULL",
                     {std::string_view(incarnation), std::string_view(name.terminal), name.epoch}));
    // Somebody else may have been faster.
    CF_LET(const Rows settled, kept());
    return std::string(settled.text(0, 0));
}

}  // namespace

Result<Contact> meet(store::Database& database, const wire::Hello& hello,
                     std::int64_t surely_held) {
    CF_LET(const Rows last, database.query("SELECT max(epoch) FROM ledger WHERE terminal = $1",
                                           {std::string_view(hello.terminal)}));
    const std::int64_t open = last.is_null(0, 0) ? 1 : last.integer(0, 0);
    LedgerName name{hello.terminal, hello.cursor.epoch};
    if (hello.cursor.seq == 0 && name.epoch < open) name.epoch = open;
    CF_LET(const auto cursor, find_cursor(database, name));
    if (!cursor) return Contact{Contact::Kind::unopened, {}, open};
    const std::string claimed = hello.incarnation.text();
    CF_LET(const std::string incarnation, settle(database, name, claimed));
    if (incarnation != claimed) return Contact{Contact::Kind::another, {}, open};
    if (hello.cursor.seq < std::min(cursor->seq, surely_held))
        return Contact{Contact::Kind::behind, {}, open};
    if (hello.cursor.seq == cursor->seq && hello.cursor.head != cursor->head)
        return Contact{Contact::Kind::another, {}, open};
    return Contact{Contact::Kind::known, *cursor, open};
}

}  // namespace counterfoil::ingest
