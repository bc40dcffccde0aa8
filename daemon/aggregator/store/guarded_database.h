#pragma once

#include "daemon/aggregator/store/database.h"

namespace counterfoil::store {

// What every database does alike: once something has failed within a transaction, nothing but
// rollback() is done, whatever the server or library would go on with; and run_each() is one
// transaction by itself where there is none.
class GuardedDatabase : public Database {
  public:
    using Database::query;
    base::Status execute(const std::string& script) final;
    base::Result<Rows> query(std::string_view sql, std::span<const Value> values) final;
    base::Status run_each(std::string_view sql, std::size_t width,
                          std::span<const Value> values) final;

  protected:
    // Whether the connection can be used now, or was made so.
    virtual base::Status ready() = 0;
    virtual bool in_transaction() const = 0;
    virtual base::Status execute_script(const std::string& script) = 0;
    virtual base::Result<Rows> read(std::string_view sql, std::span<const Value> values) = 0;
    virtual base::Status write_each(std::string_view sql, std::size_t width,
                                    std::span<const Value> values) = 0;

    // Whether a statement is of use now.
    base::Status usable();
    static base::Error failed_transaction();
    // A transaction has begun.
    void forget_failure() { has_failed_ = false; }

  private:
    bool has_failed_ = false;  // the transaction
};

}  // namespace counterfoil::store
