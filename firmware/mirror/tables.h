#pragma once

#include "firmware/core/central/change.h"
#include "firmware/core/sqlite/connection.h"
#include "firmware/mirror/rows.h"

namespace counterfoil::mirror {

// Puts rows into a mirror's tables. The connection must outlive it; one thread at a time.
class Tables {
  public:
    static base::Result<Tables> open(sqlite::Connection& connection);

    // Removes every row of every table but meta, and what deltas have brought.
    base::Status clear();

    // What stands beside a row.
    struct Mark {
        std::int64_t included_seq = 0;  // see ClassState; of members and coupons alone
        std::int64_t round = 0;
    };
    // False, and nothing done, where a row with one of its keys is there already.
    base::Result<bool> insert(const Row& row, const Mark& mark);
    // Puts the row in the place of all that have one of its keys; but a phone that another member
    // of the same round has stays that one's.
    base::Status replace(const Row& row, const Mark& mark);
    base::Status remove(std::size_t kind, const central::Key& key);
    // Removes the kind's rows of other rounds than this one.
    base::Status keep_round(std::size_t kind, std::int64_t round);
    base::Result<bool> is_empty(std::size_t kind);

    // Whether anything came but by a bundle, since one was loaded.
    base::Result<bool> has_updates();
    // Nothing came of it yet: a state of nothing.
    base::Result<ClassState> class_state(std::string_view name);
    base::Status set_class_state(std::string_view name, const ClassState& state);
    base::Result<std::optional<Source>> source();
    base::Status set_source(const Source& source);
    // No row takes account of any event of this till.
    base::Status forget_included();

    base::Result<Meta> meta();
    base::Status set_meta(const Meta& meta);

  private:
    using Statements = std::array<std::optional<sqlite::Statement>, kRowKinds>;
    Tables(sqlite::Connection& connection, Statements inserts, Statements replaces,
           Statements removes)
        : connection_(&connection),
          inserts_(std::move(inserts)),
          replaces_(std::move(replaces)),
          removes_(std::move(removes)) {}

    sqlite::Connection* connection_;
    Statements inserts_;
    Statements replaces_;
    Statements removes_;
};

base::Result<ClassState> read_class_state(sqlite::Connection& connection, std::string_view name);
base::Result<Meta> read_meta(sqlite::Connection& connection);

}  // namespace counterfoil::mirror
