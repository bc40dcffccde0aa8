#pragma once

#include <cstdint>
#include <string>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

struct KeysRootOptions {
    std::string folder;
    std::int64_t overdue_days = 90;
};
ExitCode make_root(const KeysRootOptions& options);

struct KeysIssueOptions {
    std::string folder;
    std::string purposes;
    std::int64_t days = 365;
    std::int64_t overdue_days = 90;
};
ExitCode issue_key(const KeysIssueOptions& options);

struct KeysListOptions {
    std::string folder;
};
ExitCode list_keys(const KeysListOptions& options);

// Exactly one of the three is given.
struct KeysRevokeOptions {
    std::string folder;
    std::int64_t overdue_days = 90;
    std::string key;
    std::string coupon;
    std::string member;
};
ExitCode revoke(const KeysRevokeOptions& options);

}  // namespace counterfoil::tool
