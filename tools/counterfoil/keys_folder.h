#pragma once

#include <filesystem>
#include <string>

#include "firmware/core/crypto/random.h"
#include "firmware/core/crypto/signing_key.h"
#include "firmware/core/token/judge.h"
#include "firmware/till/trust.h"

namespace counterfoil::tool {

// A merchant's keys, as the operator keeps them offline:
//   root.key, root.pem   the root and its public half, which every till knows
//   keys.list            the newest key list
//   ID.key               a listed key's private half
//   revocations          the deltas, one line of hex each
class KeysFolder {
  public:
    explicit KeysFolder(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path root_key() const { return path_ / "root.key"; }
    std::filesystem::path root_public() const { return path_ / "root.pem"; }
    std::filesystem::path list() const { return path_ / "keys.list"; }
    std::filesystem::path revocations() const { return path_ / "revocations"; }
    std::filesystem::path private_key(const token::KeyId& id) const;
    const std::filesystem::path& path() const { return path_; }

    base::Result<crypto::PublicKey> load_root() const;
    // The list, as the root signed it.
    base::Result<token::KeyList> load_list() const;
    base::Status save_list(const token::KeyList& list, crypto::Signer& root) const;
    base::Result<till::DeltasFile> load_deltas() const {
        return till::read_deltas_file(revocations());
    }
    base::Status append_delta(const token::RevocationDelta& delta, crypto::Signer& signer) const;
    // One delta in the place of all.
    base::Status replace_deltas(const token::RevocationDelta& whole, crypto::Signer& signer) const;

    // A private key of the folder that is listed for the purpose and good now, but not `except`.
    base::Result<crypto::SigningKey> signing_key(
        token::Purpose purpose, base::WallTime now, base::Entropy& entropy,
        const std::optional<token::KeyId>& except = {}) const;

  private:
    base::Status write_deltas(std::string before, const token::RevocationDelta& delta,
                              crypto::Signer& signer) const;

    std::filesystem::path path_;
};

// "coupons", "members", "revocations", "bundles", or several with commas.
base::Result<std::uint8_t> purposes_from(std::string_view text);
std::string purposes_text(std::uint8_t purposes);

}  // namespace counterfoil::tool
