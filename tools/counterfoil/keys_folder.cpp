#include "tools/counterfoil/keys_folder.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/file.h"
#include "firmware/core/crypto/public_key.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

struct PurposeName {
    token::Purpose purpose;
    std::string_view name;
};
constexpr std::array kPurposes{
    PurposeName{token::kForCoupons, "coupons"}, PurposeName{token::kForMembers, "members"},
    PurposeName{token::kForRevocations, "revocations"}, PurposeName{token::kForBundles, "bundles"}};

}  // namespace

Result<std::uint8_t> purposes_from(std::string_view text) {
    std::uint8_t purposes = 0;
    std::istringstream words{std::string(text)};
    for (std::string word; std::getline(words, word, ',');) {
        const auto* known = std::find_if(kPurposes.begin(), kPurposes.end(),
                                         [&](const auto& purpose) { return purpose.name == word; });
        if (known == kPurposes.end())
            return Error(Code::invalid_argument,
                         "a key is for coupons, members, revocations or bundles, or several "
                         "with commas");
        purposes |= known->purpose;
    }
    if (purposes == 0) return Error(Code::invalid_argument, "a key is for something: --for");
    return purposes;
}

std::string purposes_text(std::uint8_t purposes) {
    std::string text;
    for (const auto& [purpose, name] : kPurposes)
        if ((purposes & purpose) != 0) text.append(text.empty() ? "" : ",").append(name);
    return text;
}

std::filesystem::path KeysFolder::private_key(const token::KeyId& id) const {
    return path_ / (base::to_hex(id) + ".key");
}

Result<crypto::PublicKey> KeysFolder::load_root() const {
    return crypto::load_public_key(root_public());
}

Result<token::KeyList> KeysFolder::load_list() const {
    CF_LET(const crypto::PublicKey root, load_root());
    CF_LET(const till::ListFile file, till::read_list_file(list(), root));
    return file.list;
}

Status KeysFolder::save_list(const token::KeyList& keys, crypto::Signer& root) const {
    CF_LET(const base::Bytes bytes, token::write_key_list(keys, root));
    return base::replace_file(list(), base::as_text(bytes), base::Readers::everyone);
}

Status KeysFolder::append_delta(const token::RevocationDelta& delta, crypto::Signer& signer) const {
    CF_LET(till::DeltasFile before, load_deltas());
    return write_deltas(std::move(before.text), delta, signer);
}

Status KeysFolder::replace_deltas(const token::RevocationDelta& whole,
                                  crypto::Signer& signer) const {
    return write_deltas("", whole, signer);
}

Status KeysFolder::write_deltas(std::string before, const token::RevocationDelta& delta,
                                crypto::Signer& signer) const {
    CF_LET(const base::Bytes bytes, token::write_delta(delta, signer));
    before.append(base::to_hex(bytes)).append("\n");
    return base::replace_file(revocations(), before, base::Readers::everyone);
}

Result<crypto::SigningKey> KeysFolder::signing_key(
    token::Purpose purpose, base::WallTime now, base::Entropy& entropy,
    const std::optional<token::KeyId>& except) const {
    CF_LET(const token::KeyList keys, load_list());
    const std::int64_t now_s = now.unix_ms / 1000;
    for (const token::ListedKey& key : keys.keys) {
        const auto file = private_key(token::key_id(key.key));
        if ((key.purposes & purpose) == 0 || now_s < key.not_before_s || now_s >= key.expires_s ||
            token::key_id(key.key) == except || !std::filesystem::exists(file))
            continue;
        return crypto::SigningKey::load(file, entropy);
    }
    return Error(Code::not_found, path_.string() + " holds no key for " + purposes_text(purpose) +
                                      " that is good now; make one with \"keys issue\"");
}

}  // namespace counterfoil::tool
