#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "daemon/aggregator/store/guarded_database.h"
#include "daemon/aggregator/store/postgres/session.h"

namespace counterfoil::store {

// The centre's database in a PostgreSQL server, for when it grows. Several connections may work on
// it at a time, each alone in its thread.
//
// A connection that is lost within a transaction stays so until commit() or rollback() has ended
// it; what the server does with it then, it may do a little later, so that what follows takes its
// rows with for_update(). Outside a transaction, a call that finds the connection lost first opens
// it anew, and a beginning that loses it does so once: nothing was done yet.
class PostgresDatabase : public GuardedDatabase {
  public:
    // The DSN is libpq's: "host=... dbname=..." or "postgresql://...". The server must keep what it
    // confirms (fsync, full_page_writes), store UTF-8 and be no standby. No error tells the DSN's
    // password.
    static base::Result<std::unique_ptr<Database>> open(const std::string& dsn,
                                                        const PostgresLimits& limits = {});

    Dialect dialect() const override { return Dialect::postgres; }
    base::Status begin() override;
    base::Result<std::vector<Rows>> begin_with(std::span<const Question> questions) override;
    base::Status commit() override;
    base::Status rollback() override;
    std::string_view for_update() const override { return " FOR UPDATE"; }
    base::Status claim() override;

  private:
    PostgresDatabase(const std::string& dsn, const PostgresLimits& limits, Session session)
        : dsn_(dsn), limits_(limits), session_(std::move(session)) {}
    // Outside a transaction a lost connection is opened anew, and a confused one is cleared.
    base::Status ready() override;
    bool in_transaction() const override { return in_transaction_; }
    base::Status execute_script(const std::string& script) override;
    base::Result<Rows> read(std::string_view sql, std::span<const Value> values) override;
    base::Result<std::vector<Rows>> read_all(std::span<const Question> questions) override;
    // A reply for each; before them, the beginning of a transaction where it is wanted.
    base::Result<std::vector<Rows>> ask_all(std::span<const Question> questions, bool to_begin);
    void begin_together() override { is_together_ = true; }
    void end_together() override { is_together_ = false; }
    base::Status connect_anew();
    base::Status take_claim();
    base::Status write_each(std::string_view sql, std::size_t width, std::span<const Value> values,
                            Keys keys) override;
    struct Statement {
        Prepared single;
        std::optional<Prepared> bulk;
    };
    // Made at the server where it is new. That waits for what is on its way.
    base::Result<Statement*> prepared(std::string_view sql);
    base::Result<const Prepared*> for_rows(std::string_view sql, std::size_t rows, Keys keys);

    std::string dsn_;
    PostgresLimits limits_;
    Session session_;
    std::map<std::string, Statement, std::less<>> statements_;
    bool in_transaction_ = false;
    bool is_together_ = false;
    bool is_claimed_ = false;
};

}  // namespace counterfoil::store
