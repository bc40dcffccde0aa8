#pragma once

#include <filesystem>
#include <memory>
#include <ostream>

#include "firmware/core/central/line.h"
#include "firmware/core/token/key_list.h"
#include "firmware/mirror/rows.h"

// Central data as a signed file, from which a till works before there is any network. FORMAT.md
// says how it is written.
namespace counterfoil::mirror {

using central::BundleHeader;

// By Row::index(): how many rows of a kind a bundle holds at most.
inline constexpr RowCounts kMaxRows{1000, 10'000, 200'000, 1000, 5'000'000, 10'000'000};

// Writes a bundle row by row; memory does not grow with it.
class BundleWriter {
  public:
    // The stream must outlive the writer.
    static base::Result<BundleWriter> begin(std::ostream& out, const BundleHeader& header);

    // invalid_argument where a reader would refuse the row, or a row of a later kind stands before;
    // that no two rows share a key is the caller's to see to.
    base::Status add(const Row& row);

    // Signs all that was written; nothing may be added after it. io_failed where the stream took
    // less.
    base::Result<RowCounts> finish(crypto::Signer& signer);

  private:
    explicit BundleWriter(std::ostream& out) : out_(&out) {}
    void write(std::string line);

    std::ostream* out_;
    crypto::RunningDigest digest_;
    std::size_t kind_ = 0;
    RowCounts counts_{};
};

// Reads a bundle that is known to be the merchant's. Every error names the file and the line.
class BundleReader {
  public:
    // Reads the whole file once for its signature, which must be by a key of the list that is for
    // bundles and good now, else bad_signature; no line is taken apart before. The keys are not
    // needed afterwards.
    static base::Result<BundleReader> open(const std::filesystem::path& path,
                                           const token::KeyRing& keys, base::WallTime now);
    BundleReader(BundleReader&&) noexcept;
    BundleReader& operator=(BundleReader&&) noexcept;
    ~BundleReader();

    const BundleHeader& header() const;

    // The next row; empty at the end, when all that was handed over was what is signed: until then
    // nothing may be made of it, because a file can be changed while it is read.
    base::Result<std::optional<Row>> next();

    // An error about the row that was handed over last.
    base::Error error(base::Code code, const std::string& sentence) const;

  private:
    struct State;
    explicit BundleReader(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace counterfoil::mirror
