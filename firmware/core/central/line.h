#pragma once

#include <string>
#include <string_view>

#include "firmware/core/base/result.h"
#include "firmware/core/central/rows.h"
#include "firmware/core/json/json.h"

// A row as a line of a bundle: one JSON object. FORMAT.md says which.
namespace counterfoil::central {

inline constexpr std::size_t kMaxLineBytes = 16 << 10;
inline constexpr int kMaxLineDepth = 4;
// The largest amount, number of points or version.
inline constexpr std::int64_t kMaxAmount = 1'000'000'000'000;
// The largest product number.
inline constexpr std::int64_t kMaxGtin = 99'999'999'999'999;
inline constexpr std::int64_t kMaxVatBasisPoints = 10'000;
inline constexpr std::size_t kMaxNameBytes = 200;
inline constexpr std::size_t kMaxSettingBytes = 8 << 10;
inline constexpr std::size_t kMaxScopeItems = 256;
inline constexpr std::size_t kMaxStores = 256;

// What the first line says of all that follow.
struct BundleHeader {
    std::int64_t version = 1;  // rises with every bundle of a merchant
    // The last event of the till that the content takes account of; 0 where the bundle is for any
    // till.
    std::int64_t cursor = 0;
    std::int64_t made_s = 0;

    bool operator==(const BundleHeader&) const = default;
};

// {"products": [...], "categories": [...]}, as in a bundle.
json::Object scope_object(const Scope& scope);

// Without the line's end. invalid_argument where the reader would refuse what is written.
base::Result<std::string> write_header(const BundleHeader& header);
base::Result<std::string> write_line(const Row& row);

// unsupported_version where the bundle is of a newer form.
base::Result<BundleHeader> read_header(std::string_view line);
// malformed in a sentence that names the member; nothing is taken that is out of its bounds.
base::Result<Row> read_line(std::string_view line);

// What write_line() writes, where it stands within something else. The row must be one that a
// reader takes.
json::Object row_object(const Row& row);
// The same of a line that was parsed already.
base::Result<Row> read_row(json::Value object);

// A setting's name, or what staff are known by: 1 to 32 of a-z, 0-9, underscore, hyphen and dot.
bool is_name(std::string_view text);

}  // namespace counterfoil::central
