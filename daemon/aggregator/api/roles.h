#pragma once

#include <map>
#include <mutex>
#include <string>

#include "daemon/aggregator/store/database.h"

namespace counterfoil::api {

// Who is an administrator, for where the store cannot be asked: a token says what its owner was
// when he got it, and this what became of him since. Any thread.
class Roles {
  public:
    // Those who are now, whose tokens may be older than that.
    base::Status load(store::Database& database);
    // When it is durable.
    void note(const std::string& account, bool is_admin);
    bool is_admin(const std::string& account, bool is_claimed) const;

  private:
    mutable std::mutex mutex_;
    // Of those alone who were one at the start, or whose role was changed since.
    std::map<std::string, bool> known_;
};

}  // namespace counterfoil::api
