#include "daemon/aggregator/store/guarded_database.h"

namespace counterfoil::store {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

Error GuardedDatabase::failed_transaction() {
    return {Code::invalid_argument, "the transaction has failed: only a rollback is of use"};
}

Status GuardedDatabase::usable() {
    CF_TRY(ready());
    if (in_transaction() && has_failed_) return failed_transaction();
    return {};
}

Status GuardedDatabase::execute(const std::string& script) {
    CF_TRY(usable());
    Status done = execute_script(script);
    has_failed_ = !done.ok();
    return done;
}

Result<Rows> GuardedDatabase::query(std::string_view sql, std::span<const Value> values) {
    CF_TRY(usable());
    auto rows = read(sql, values);
    has_failed_ = !rows.ok();
    return rows;
}

Result<std::vector<Rows>> GuardedDatabase::query_all(std::span<const Question> questions) {
    CF_TRY(usable());
    if (questions.empty()) return std::vector<Rows>();
    auto rows = read_all(questions);
    has_failed_ = !rows.ok();
    return rows;
}

Status GuardedDatabase::together(const std::function<Status()>& writes) {
    if (!in_transaction()) return writes();
    CF_TRY(usable());
    begin_together();
    Status done = writes();
    end_together();
    return done;
}

Status GuardedDatabase::run_each(std::string_view sql, std::size_t width,
                                 std::span<const Value> values, Keys keys) {
    CF_CHECK(width > 0 && values.size() % width == 0);
    if (!in_transaction()) {
        CF_LET(auto transaction, Transaction::begin(*this));
        CF_TRY(run_each(sql, width, values, keys));
        return transaction.commit();
    }
    CF_TRY(usable());
    if (values.empty()) return {};
    Status done = write_each(sql, width, values, keys);
    has_failed_ = !done.ok();
    return done;
}

}  // namespace counterfoil::store
