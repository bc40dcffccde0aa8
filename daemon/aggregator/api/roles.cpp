#include "daemon/aggregator/api/roles.h"

#include "daemon/aggregator/services/account.h"

namespace counterfoil::api {

base::Status Roles::load(store::Database& database) {
    CF_LET(const store::Rows rows,
           database.query("SELECT id FROM account WHERE role = $1 AND removed = 0",
                          {services::kAdminRole}));
    for (std::size_t row = 0; row < rows.size(); ++row) note(std::string(rows.text(row, 0)), true);
    return {};
}

void Roles::note(const std::string& account, bool is_admin) {
    const std::lock_guard<std::mutex> lock(mutex_);
    known_[account] = is_admin;
}

bool Roles::is_admin(const std::string& account, bool is_claimed) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto known = known_.find(account);
    return known == known_.end() ? is_claimed : known->second;
}

}  // namespace counterfoil::api
