#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "daemon/aggregator/store/guarded_database.h"
#include "firmware/core/sqlite/connection.h"
#include "firmware/core/sqlite/side_file.h"

namespace counterfoil::store {

// Stands in the file's header.
inline constexpr std::int32_t kSqliteApplicationId = 0x43464341;  // "CFCA"

// The centre's database in one file, with nothing to install; this is its only writer.
class SqliteDatabase : public GuardedDatabase {
  public:
    // Makes the file where there is none. second_writer where another process has it.
    static base::Result<std::unique_ptr<Database>> open(const std::filesystem::path& path,
                                                        const char* vfs = nullptr);

    // Only to be read, also while its writer is at work. No transaction can begin.
    static base::Result<std::unique_ptr<SqliteDatabase>> read(const std::filesystem::path& path);
    // SQLite's own check of the whole file.
    base::Status check_structure() { return connection_.check_structure(); }

    Dialect dialect() const override { return Dialect::sqlite; }
    base::Status begin() override;
    base::Status commit() override;
    base::Status rollback() override;
    std::string_view for_update() const override { return ""; }
    // Whoever has the file to write has it alone.
    base::Status claim() override { return {}; }

  private:
    SqliteDatabase(std::optional<sqlite::WriterClaim> claim, sqlite::Connection connection)
        : claim_(std::move(claim)), connection_(std::move(connection)) {}
    base::Status ready() override { return {}; }
    bool in_transaction() const override { return transaction_.has_value(); }
    base::Result<sqlite::Statement*> prepared(std::string_view sql);
    base::Status execute_script(const std::string& script) override;
    base::Result<Rows> read(std::string_view sql, std::span<const Value> values) override;
    base::Result<std::vector<Rows>> read_all(std::span<const Question> questions) override;
    base::Status write_each(std::string_view sql, std::size_t width, std::span<const Value> values,
                            Keys keys) override;

    std::optional<sqlite::WriterClaim> claim_;  // a reader has none
    sqlite::Connection connection_;
    std::map<std::string, sqlite::Statement, std::less<>> statements_;
    std::optional<sqlite::Transaction> transaction_;
};

}  // namespace counterfoil::store
