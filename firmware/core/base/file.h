#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "firmware/core/base/result.h"

namespace counterfoil::base {

enum class Readers { owner_only, everyone };

// The whole of a regular file, refused as too_large over the bound.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes);

// A new file with its whole content, or no file at all, also after a power cut: written beside,
// synced, linked into place, the folder synced. already_exists where there is one.
Status create_file(const std::filesystem::path& path, std::string_view content, Readers readers);

// The same, in the place of a file that may be there: whoever reads it gets the old or the new one,
// whole.
Status replace_file(const std::filesystem::path& path, std::string_view content, Readers readers);

// Gives a file, which is written and synced, another name in its folder, durably; already_exists
// where something has it.
Status name_file(const std::filesystem::path& from, const std::filesystem::path& to);

// key_exposed where anyone but the owner may read or write the file.
Status check_owner_only(const std::filesystem::path& path);

// The Error that errno stands for: permission_denied, read_only, disk_full, not_found,
// already_exists, invalid_argument for a folder, or io_failed.
Error system_error(int error_number, const std::filesystem::path& path);

}  // namespace counterfoil::base
