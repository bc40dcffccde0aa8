#include "daemon/aggregator/store/database.h"

#include <utility>

namespace counterfoil::store {

using base::Result;
using base::Status;

Result<std::vector<Rows>> Database::begin_with(std::span<const Question> questions) {
    CF_TRY(begin());
    auto answers = query_all(questions);
    if (!answers.ok()) CF_TRY(rollback());
    return answers;
}

Result<Transaction> Transaction::begin(Database& database) {
    CF_TRY(database.begin());
    return Transaction(database);
}

Result<Transaction> Transaction::begin_with(Database& database, std::span<const Question> questions,
                                            std::vector<Rows>& answers) {
    CF_LET(answers, database.begin_with(questions));
    return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
    // Where that fails too, the database rolls back by itself when the connection goes.
    if (database_ != nullptr) [[maybe_unused]]
        const Status undone = database_->rollback();
}

Status Transaction::commit() {
    CF_CHECK(database_ != nullptr);
    return std::exchange(database_, nullptr)->commit();
}

}  // namespace counterfoil::store
