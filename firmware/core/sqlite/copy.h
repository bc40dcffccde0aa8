#pragma once

#include <memory>

#include "firmware/core/sqlite/connection.h"

struct sqlite3_backup;

namespace counterfoil::sqlite {

// A copy of a database as it is at one moment, made page by page while another process goes on
// writing it. What that one writes meanwhile waits in its log, and it cannot open the database anew
// until the copy is made or given up. Both connections must outlive it, and until then nothing else
// is done with them.
class Copy {
  public:
    // `to` has just been created. What is copied is what `from` sees now.
    static base::Result<Copy> begin(Connection& from, Connection& to);
    Copy(Copy&& other) noexcept;
    Copy& operator=(Copy&&) = delete;
    ~Copy();

    // Copies so many pages; false where they were the last.
    base::Result<bool> step(int pages);
    std::int64_t pages() const;
    std::int64_t pages_left() const;

  private:
    struct Finish {
        void operator()(sqlite3_backup* backup) const;
    };
    Copy(Connection& from, Connection& to) : from_(&from), to_(&to) {}

    Connection* from_;
    Connection* to_;
    std::unique_ptr<sqlite3_backup, Finish> backup_;
};

}  // namespace counterfoil::sqlite
