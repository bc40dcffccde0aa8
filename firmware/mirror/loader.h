#pragma once

#include "firmware/core/sqlite/side_file.h"
#include "firmware/mirror/bundle.h"
#include "firmware/mirror/tables.h"
#include "firmware/mirror/update.h"

namespace counterfoil::mirror {

struct Loaded {
    Meta meta;
    RowCounts counts{};
};

// The one writer of a mirror. A new content comes in one transaction: readers see the old or the
// new one, also after a power cut. It comes as a whole, in a bundle, or class by class, in deltas;
// FORMAT.md says how the two meet.
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

    // Whose events updates take account of from here on: this till's, in this epoch of its ledger.
    // Where it was another one before, no row takes account of any.
    base::Status follow(const Source& source);

    // Of the class of that name; a state of nothing where none of it came.
    base::Result<ClassState> state(std::string_view data_class) {
        return tables_.class_state(data_class);
    }

    // Takes all of an update, or nothing. One that leads from 0 leaves what is there until the
    // class is whole; what has not come by then goes. refused where it does not lead on from what
    // is there, or is older; malformed where a row is none of the class.
    base::Result<ClassState> apply(const Update& update);

    // All classes that the centre has are as they were there then, or newer: how old this till's
    // knowledge is counts from there. Earlier than what is known already is passed over.
    base::Status confirm(base::WallTime made_at, base::WallTime now);

  private:
    Loader(sqlite::WriterClaim claim, std::unique_ptr<sqlite::Connection> connection, Tables tables)
        : claim_(std::move(claim)),
          connection_(std::move(connection)),
          tables_(std::move(tables)) {}

    base::Result<Loaded> load_all(BundleReader& bundle, base::WallTime now);
    base::Status check_newer(const BundleReader& bundle);
    base::Result<RowCounts> insert_all(BundleReader& bundle);
    base::Status take_row(std::string_view row, std::size_t kind, const Tables::Mark& mark);
    base::Status move_cursor();

    sqlite::WriterClaim claim_;
    // Behind a pointer, because the tables refer to it and the loader can be moved.
    std::unique_ptr<sqlite::Connection> connection_;
    Tables tables_;
};

}  // namespace counterfoil::mirror
