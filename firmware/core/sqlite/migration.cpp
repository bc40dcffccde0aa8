#include "firmware/core/sqlite/migration.h"

namespace counterfoil::sqlite {

using base::Result;
using base::Status;

Result<int> schema_version(Connection& connection) {
    CF_LET(const std::int64_t version, connection.read_integer("PRAGMA user_version"));
    return static_cast<int>(version);
}

Status check_version(Connection& connection, std::span<const Migration> migrations) {
    CF_CHECK(!migrations.empty());
    CF_LET(const int version, schema_version(connection));
    if (version <= migrations.back().number) return {};
    return base::Error(base::Code::unsupported_version,
                       "the file is of version " + std::to_string(version) +
                           ", and this program knows up to " +
                           std::to_string(migrations.back().number) + "; use a newer program");
}

Status migrate(Connection& connection, std::span<const Migration> migrations) {
    CF_TRY(check_version(connection, migrations));
    CF_LET(const int version, schema_version(connection));
    int expected = 1;
    for (const Migration& migration : migrations) {
        CF_CHECK(migration.number == expected++);
        if (migration.number <= version) continue;
        CF_LET(Transaction transaction, Transaction::begin(connection));
        CF_TRY(connection.execute(migration.sql));
        CF_TRY(connection.execute("PRAGMA user_version=" + std::to_string(migration.number)));
        CF_TRY(transaction.commit());
    }
    return {};
}

Result<Connection> open_ready(const OpenOptions& options, std::span<const Migration> migrations) {
    CF_LET(Connection connection, Connection::open(options));
    const Status ready = options.mode == Mode::read_only ? check_version(connection, migrations)
                                                         : migrate(connection, migrations);
    if (!ready.ok()) return ready.error().within(options.path.string());
    return connection;
}

}  // namespace counterfoil::sqlite
