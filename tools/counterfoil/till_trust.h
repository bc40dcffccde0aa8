#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tools/counterfoil/keys_folder.h"

namespace counterfoil::tool {

// What an operator brings to a till; an empty path stands for nothing brought.
struct TrustOffer {
    std::filesystem::path root;
    std::filesystem::path list;
    std::filesystem::path revocations;  // none revoked yet where there is no such file

    // All three, as an operator keeps them.
    static TrustOffer of(const KeysFolder& keys) {
        return {keys.root_public(), keys.list(), keys.revocations()};
    }
};

// What a till believes signed things by: root.pem, keys.list and revocations in its folder.
class TillTrust {
  public:
    // What the till's folder holds with what is brought to it. Nothing is written yet. not_found
    // where there is no root or list in either, foreign_file for another root than the till's:
    // it believes one merchant only. refused for a list or revocations that are older than the
    // till's, for a list that the root did not sign, and for revocations that no key of the list
    // signed; the same ones again are taken.
    static base::Result<TillTrust> weigh(const std::filesystem::path& till,
                                         const TrustOffer& offer);

    const token::KeyList& list() const { return list_; }

    // Puts what was not there yet into the till's folder, each file as a whole, and names the
    // files.
    base::Result<std::vector<std::filesystem::path>> save() const;

  private:
    explicit TillTrust(const std::filesystem::path& till) : till_(till) {}

    base::Result<crypto::PublicKey> weigh_root(const TrustOffer& offer);
    base::Status weigh_list(const TrustOffer& offer, const crypto::PublicKey& root);
    base::Status weigh_revocations(const TrustOffer& offer);

    struct NewFile {
        std::filesystem::path path;
        std::string content;
    };

    KeysFolder till_;  // no private keys in this one
    token::KeyList list_;
    std::vector<NewFile> new_files_;
};

}  // namespace counterfoil::tool
