#pragma once

#include <map>
#include <vector>

#include "firmware/core/crypto/verifier.h"
#include "firmware/core/token/proof.h"

// The merchant's public keys, in a list signed by a root key that stays offline.
namespace counterfoil::token {

// What a key may sign; one key may have several purposes.
enum Purpose : std::uint8_t {
    kForCoupons = 1,
    kForMembers = 2,
    kForRevocations = 4,
    kForBundles = 8,
};
inline constexpr std::uint8_t kAllPurposes =
    kForCoupons | kForMembers | kForRevocations | kForBundles;

struct ListedKey {
    crypto::PublicKey key{};
    std::uint8_t purposes = 0;
    std::int64_t not_before_s = 0;
    std::int64_t expires_s = 0;

    bool operator==(const ListedKey&) const = default;
};

inline constexpr std::size_t kMaxListedKeys = 64;

struct KeyList {
    std::uint64_t version = 1;  // rises with every list
    std::int64_t issued_s = 0;
    // From then on a terminal that got no newer list only lets members earn.
    std::int64_t overdue_s = 0;
    std::vector<ListedKey> keys;

    bool operator==(const KeyList&) const = default;
};

// A list as a file. invalid_argument where a field is out of its range or a key stands twice.
base::Result<base::Bytes> write_key_list(const KeyList& list, crypto::Signer& root);

// root_wrong where the root did not sign it.
Judged<KeyList> read_key_list(base::ByteView bytes, const crypto::PublicKey& root);

// The list in use, its keys ready to check with. One thread at a time.
class KeyRing {
  public:
    explicit KeyRing(const KeyList& list);

    // Puts a newer list in this one's place; older_list where it is not newer.
    Judged<void> adopt(const KeyList& list);

    std::uint64_t version() const { return list_.version; }
    bool overdue(base::WallTime now) const;

    // Nothing where the signature is by a key that is good for it; judged in this order: known,
    // signed, for this purpose, in its time.
    Judged<void> check(const Proof& proof, Purpose purpose, base::WallTime now) const;

  private:
    struct Entry {
        ListedKey key;
        crypto::Verifier verifier;
    };

    KeyList list_;
    std::map<KeyId, Entry> entries_;
};

}  // namespace counterfoil::token
