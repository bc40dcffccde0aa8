#include "firmware/mirror/loader.h"

#include <unordered_set>

#include "firmware/core/central/names.h"
#include "firmware/mirror/schema.h"

namespace counterfoil::mirror {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using central::row_name;

namespace {

// A bundle's keys come in no order, so their indices are written all over; with SQLite's two
// megabytes of memory each page would go to the disk many times. A delta is small, and whoever
// takes deltas runs all day: it gets no more than that.
constexpr const char* kMoreMemory = "PRAGMA cache_size = -65536";
constexpr const char* kLessMemory = "PRAGMA cache_size = -2048; PRAGMA shrink_memory";

// Names and PINs' hashes are nobody's but the till's; SQLite's side files get the same rights.
// Where the file system knows no rights there is nothing to take.
void keep_from_others(const std::filesystem::path& database) {
    std::error_code ignored;
    std::filesystem::permissions(database, std::filesystem::perms::others_all,
                                 std::filesystem::perm_options::remove, ignored);
}

Error refused(const std::string& sentence) {
    return Error(Code::refused, sentence);
}

}  // namespace

Result<Loader> Loader::open(const std::filesystem::path& database, const char* vfs) {
    CF_LET(sqlite::WriterClaim claim, sqlite::WriterClaim::take(database, vfs));
    CF_LET(sqlite::Connection opened, open_database(database, sqlite::Mode::create, vfs));
    auto connection = std::make_unique<sqlite::Connection>(std::move(opened));
    if (vfs == nullptr) keep_from_others(database);
    CF_LET(Tables tables, Tables::open(*connection));
    return Loader(std::move(claim), std::move(connection), std::move(tables));
}

Status Loader::check_newer(const BundleReader& bundle) {
    CF_LET(const Meta loaded, tables_.meta());
    const BundleHeader& header = bundle.header();
    if (header.version < loaded.version)
        return refused("the bundle is of version " + std::to_string(header.version) +
                       ", and version " + std::to_string(loaded.version) + " is loaded already");
    if (header.cursor < loaded.cursor)
        return refused("the bundle takes account of this till's events up to " +
                       std::to_string(header.cursor) + ", and what is loaded up to " +
                       std::to_string(loaded.cursor));
    CF_LET(const bool has_updates, tables_.has_updates());
    if (has_updates && header.made_s * 1000 < loaded.made_at.unix_ms)
        return refused("the bundle was made before what the centre has brought since");
    return {};
}

Result<RowCounts> Loader::insert_all(BundleReader& bundle) {
    RowCounts counts{};
    std::unordered_set<std::uint32_t> books;
    for (;;) {
        CF_LET(const std::optional<Row> row, bundle.next());
        if (!row) return counts;
        if (const auto* book = std::get_if<Book>(&*row)) books.insert(book->number);
        if (const auto* coupon = std::get_if<Coupon>(&*row);
            coupon && !books.contains(coupon->book))
            return bundle.error(Code::malformed, "the coupon is of book " +
                                                     std::to_string(coupon->book) +
                                                     ", which the bundle does not hold");
        CF_LET(const bool inserted, tables_.insert(*row, {bundle.header().cursor, 0}));
        if (!inserted)
            return bundle.error(Code::malformed,
                                "an earlier " + std::string(row_name(row->index())) +
                                    " has the same key, code, PLU, loyalty id or phone");
        ++counts.at(row->index());
    }
}

Result<Loaded> Loader::load(const std::filesystem::path& path, const token::KeyRing& keys,
                            base::WallTime now) {
    CF_LET(BundleReader bundle, BundleReader::open(path, keys, now));
    return load(std::move(bundle), now);
}

Result<Loaded> Loader::load(BundleReader bundle, base::WallTime now) {
    CF_TRY(connection_->execute(kMoreMemory));
    auto loaded = load_all(bundle, now);
    CF_TRY(connection_->execute(kLessMemory));
    return loaded;
}

Result<Loaded> Loader::load_all(BundleReader& bundle, base::WallTime now) {
    CF_LET(sqlite::Transaction transaction, sqlite::Transaction::begin(*connection_));
    CF_TRY(check_newer(bundle));
    CF_TRY(tables_.clear());
    CF_LET(const RowCounts counts, insert_all(bundle));
    const BundleHeader& header = bundle.header();
    const Meta meta{header.version, header.cursor, now, {header.made_s * 1000}};
    CF_TRY(tables_.set_meta(meta));
    CF_TRY(transaction.commit());
    return Loaded{meta, counts};
}

}  // namespace counterfoil::mirror
