#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/aggregator/store/database.h"
#include "firmware/core/base/clock.h"
#include "firmware/core/wire/fields.h"

namespace counterfoil::ingest {

inline constexpr std::string_view kMembers = "members";
inline constexpr std::string_view kCoupons = "coupons";

// The version of each class of central data that terminals are told of. It only grows: each row
// that changes gets the next one, in the transaction that changes it, so that a copy may be brought
// up to date from any version on, in parts that end at any row. Nothing else is to be changed in
// the transaction of another writer meanwhile: the class is held until it ends. One transaction.
class ClassVersions {
  public:
    explicit ClassVersions(store::Database& database);

    // Asked before, together with others, a class is held from then on. Several are asked for in
    // the order of their names, so that two writers never wait for one another in a circle.
    store::Question question(std::string_view data_class) const;
    void note(std::string_view data_class, const store::Rows& answer);

    // Of a row that changes. The class is made where there was none.
    base::Result<std::int64_t> next(std::string_view data_class);
    // Whether anything was ever in it. What only changes rows that are there need not look for any
    // otherwise.
    base::Result<bool> exists(std::string_view data_class);
    // So many in a row; the first of them.
    base::Result<std::int64_t> take(std::string_view data_class, std::size_t count);
    // The members' class, of which versions were taken, ends at the last one that an account has
    // got: those of others are taken back.
    base::Status end_members();

    // Notes how far the others have come.
    base::Status write();

  private:
    struct Run {
        std::int64_t before = 0;
        std::int64_t last = 0;
    };
    // Nothing where there is no such class.
    base::Result<Run*> hold(std::string_view data_class);
    base::Status make(std::string_view data_class);

    store::Database& database_;
    std::string hold_;
    std::map<std::string, std::optional<Run>, std::less<>> runs_;
};

// The version of each class of which anything ever was.
base::Result<wire::Versions> read_class_versions(store::Database& database);

// A version before which no copy is of this store's past: whoever has one begins from nothing.
base::Result<std::int64_t> first_version(store::Database& database);

// The store is not what it was. All versions are moved behind those that terminals may have seen
// before: up to the time in microseconds, which they are always behind. A part of the caller's
// transaction.
base::Status begin_versions(store::Database& database, base::WallTime now);

}  // namespace counterfoil::ingest
