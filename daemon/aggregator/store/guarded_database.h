#pragma once

#include "daemon/aggregator/store/database.h"

namespace counterfoil::store {

// What every database does alike: once something has failed within a transaction, nothing but
// rollback() is done, whatever the server or library would go on with; and run_each() is one
// transaction by itself where there is none.
class GuardedDatabase : public Database {
  public:
    using Database::query;
    using Database::run_each;
    base::Status execute(const std::string& script) final;
    base::Result<Rows> query(std::string_view sql, std::span<const Value> values) final;
    base::Result<std::vector<Rows>> query_all(std::span<const Question> questions) final;
    base::Status together(const std::function<base::Status()>& writes) final;
    base::Status run_each(std::string_view sql, std::size_t width, std::span<const Value> values,
                          Keys keys) final;

  protected:
    // Whether the connection can be used now, or was made so.
    virtual base::Status ready() = 0;
    virtual bool in_transaction() const = 0;
    virtual base::Status execute_script(const std::string& script) = 0;
    virtual base::Result<Rows> read(std::string_view sql, std::span<const Value> values) = 0;
    virtual base::Result<std::vector<Rows>> read_all(std::span<const Question> questions) = 0;
    virtual base::Status write_each(std::string_view sql, std::size_t width,
                                    std::span<const Value> values, Keys keys) = 0;

    // In between, what is written need not be waited for.
    virtual void begin_together() {}
    virtual void end_together() {}

    // Whether a statement is of use now.
    base::Status usable();
    static base::Error failed_transaction();
    // A transaction has begun.
    void forget_failure() { has_failed_ = false; }

  private:
    bool has_failed_ = false;  // the transaction
};

}  // namespace counterfoil::store
