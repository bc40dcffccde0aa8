#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "firmware/core/token/judge.h"

// The files by which a till believes signed codes; an operator keeps the same.
namespace counterfoil::till {

// A key list as its file holds it, and what it says.
struct ListFile {
    std::string bytes;
    token::KeyList list;
};
// refused where the root did not sign it.
base::Result<ListFile> read_list_file(const std::filesystem::path& path,
                                      const crypto::PublicKey& root);

// Revocations as their file holds them: a line of hex for each delta, in order.
struct DeltasFile {
    std::filesystem::path path;
    std::string text;
    std::vector<token::SignedDelta> deltas;

    // How far they lead; 0 where nothing was revoked yet.
    std::uint64_t version() const { return deltas.empty() ? 0 : deltas.back().delta.to; }
    // All of them; refused where one does not follow, or no key of the list signed it.
    base::Result<token::Revocations> revoked(const token::KeyRing& keys) const;
};
// Without deltas where there is no file.
base::Result<DeltasFile> read_deltas_file(const std::filesystem::path& path);

// A refusal as an error about a file: "keys.list: root_wrong: ...".
base::Error as_error(token::Refusal refusal, const std::filesystem::path& about);

}  // namespace counterfoil::till
