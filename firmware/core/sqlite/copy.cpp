#include "firmware/core/sqlite/copy.h"

#include <sqlite3.h>

#include <utility>

#include "firmware/core/sqlite/sqlite_error.h"

namespace counterfoil::sqlite {

using base::Result;

void Copy::Finish::operator()(sqlite3_backup* backup) const {
    sqlite3_backup_finish(backup);
}

Result<Copy> Copy::begin(Connection& from, Connection& to) {
    // A log would hold all pages a second time.
    CF_TRY(to.leave_log());
    // Until the end of this transaction it sees one state, so that the copy need never begin anew.
    CF_TRY(from.execute("BEGIN"));
    Copy copy(from, to);
    CF_TRY(from.read_integer("SELECT count(*) FROM sqlite_schema"));
    copy.backup_.reset(
        sqlite3_backup_init(to.database_.get(), "main", from.database_.get(), "main"));
    if (copy.backup_ == nullptr)
        return sqlite_error(sqlite3_extended_errcode(to.database_.get()),
                            sqlite3_errmsg(to.database_.get()));
    return copy;
}

Copy::Copy(Copy&& other) noexcept
    : from_(std::exchange(other.from_, nullptr)),
      to_(std::exchange(other.to_, nullptr)),
      backup_(std::move(other.backup_)) {}

Copy::~Copy() {
    backup_.reset();
    if (from_ == nullptr) return;
    // It has read only: nothing is lost where that fails.
    [[maybe_unused]] const base::Status ended = from_->execute("ROLLBACK");
}

Result<bool> Copy::step(int pages) {
    CF_CHECK(backup_ != nullptr && pages > 0);
    const int code = sqlite3_backup_step(backup_.get(), pages);
    if (code == SQLITE_OK) return true;
    if (code != SQLITE_DONE) return sqlite_error(code, sqlite3_errstr(code));
    const int ended = sqlite3_backup_finish(backup_.release());
    if (ended != SQLITE_OK) return sqlite_error(ended, sqlite3_errstr(ended));
    // The pages say that there is a log, as there was where they come from.
    CF_TRY(to_->leave_log());
    return false;
}

std::int64_t Copy::pages() const {
    return backup_ == nullptr ? 0 : sqlite3_backup_pagecount(backup_.get());
}

std::int64_t Copy::pages_left() const {
    return backup_ == nullptr ? 0 : sqlite3_backup_remaining(backup_.get());
}

}  // namespace counterfoil::sqlite
