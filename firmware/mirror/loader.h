#pragma once

#include "firmware/core/sqlite/side_file.h"
#include "firmware/mirror/bundle.h"
#include "firmware/mirror/tables.h"

namespace counterfoil::mirror {

struct Loaded {
    Meta meta;
    RowCounts counts{};
};

// The one writer of a mirror. A new content comes in one transaction: readers see the old or the
// new one, also after a power cut.
class Loader {
  public:
    // Makes the file where there is none, for the owner and the group only. second_writer where
    // another process writes it.
    static base::Result<Loader> open(const std::filesystem::path& database,
                                     const char* vfs = nullptr);

    base::Result<Meta> meta() { return tables_.meta(); }

    // Puts the bundle's content in the place of all there is. refused where it is older than what
    // is loaded, or knows less of this till's ledger; the same version again is taken.
    base::Result<Loaded> load(const std::filesystem::path& bundle, const token::KeyRing& keys,
                              base::WallTime now);
    // The same with one that was just opened, for a caller with something to do in between.
    base::Result<Loaded> load(BundleReader bundle, base::WallTime now);

  private:
    Loader(sqlite::WriterClaim claim, std::unique_ptr<sqlite::Connection> connection, Tables tables)
        : claim_(std::move(claim)),
          connection_(std::move(connection)),
          tables_(std::move(tables)) {}

    base::Status check_newer(const BundleReader& bundle);
    base::Result<RowCounts> insert_all(BundleReader& bundle);

    sqlite::WriterClaim claim_;
    // Behind a pointer, because the tables refer to it and the loader can be moved.
    std::unique_ptr<sqlite::Connection> connection_;
    Tables tables_;
};

}  // namespace counterfoil::mirror
