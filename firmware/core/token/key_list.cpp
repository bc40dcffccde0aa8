#include "firmware/core/token/key_list.h"

#include <set>

#include "firmware/core/crypto/public_key.h"

namespace counterfoil::token {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::uint64_t kMaxVersion = 0xffffffff;

Status check(const KeyList& list) {
    const auto wrong = [](const char* why) { return Error(Code::invalid_argument, why); };
    if (list.version < 1) return wrong("a key list's version is 1 or more");
    if (list.issued_s >= list.overdue_s)
        return wrong("a key list must not be overdue when it is issued");
    if (list.keys.size() > kMaxListedKeys) return wrong("a key list holds up to 64 keys");
    std::set<KeyId> ids;
    for (const ListedKey& key : list.keys) {
        if (key.purposes == 0 || key.purposes > kAllPurposes)
            return wrong("a listed key has a purpose");
        if (key.not_before_s >= key.expires_s) return wrong("a listed key ends after it begins");
        if (!ids.insert(key_id(key.key)).second) return wrong("a key stands in the list once");
    }
    return {};
}

void read_key(CborReader& reader, ListedKey& key) {
    crypto::CompressedKey compressed{};
    reader.expect_array(4);
    reader.bytes_into(compressed);
    key.purposes = static_cast<std::uint8_t>(reader.unsigned_number(kAllPurposes));
    key.not_before_s = static_cast<std::int64_t>(reader.unsigned_number(kMaxSeconds));
    key.expires_s = static_cast<std::int64_t>(reader.unsigned_number(kMaxSeconds));
    if (!reader.ok()) return;
    const auto point = crypto::expand(compressed);
    if (point.ok())
        key.key = point.value();
    else
        reader.fail(Refusal::malformed);
}

bool signed_by(const Sign1& message, const crypto::PublicKey& key) {
    const auto verifier = crypto::Verifier::create(key);
    return verifier.ok() && verifier.value().verify(message.digest(), message.signature);
}

}  // namespace

Result<base::Bytes> write_key_list(const KeyList& list, crypto::Signer& root) {
    CF_TRY(check(list));
    CborWriter out;
    out.map(3).number(kExpires).number(list.overdue_s);
    out.number(kIssuedAt).number(list.issued_s);
    out.number(kOwn).array(2).number(static_cast<std::int64_t>(list.version));
    out.array(list.keys.size());
    for (const ListedKey& key : list.keys)
        out.array(4)
            .byte_string(crypto::compress(key.key))
            .number(key.purposes)
            .number(key.not_before_s)
            .number(key.expires_s);
    return write_sign1(out.bytes(), {}, CoseTag::tagged, root);
}

Judged<KeyList> read_key_list(base::ByteView bytes, const crypto::PublicKey& root) {
    CF_LET(const Sign1 message, read_sign1(bytes, CoseTag::tagged));
    if (!signed_by(message, root)) return Refusal::root_wrong;
    KeyList list;
    CborReader reader(message.payload, CborForm::deterministic);
    reader.expect_map(3);
    reader.expect_number(kExpires);
    list.overdue_s = static_cast<std::int64_t>(reader.unsigned_number(kMaxSeconds));
    reader.expect_number(kIssuedAt);
    list.issued_s = static_cast<std::int64_t>(reader.unsigned_number(kMaxSeconds));
    reader.expect_number(kOwn);
    reader.expect_array(2);
    list.version = reader.unsigned_number(kMaxVersion);
    list.keys.resize(reader.array(kMaxListedKeys));
    for (ListedKey& key : list.keys) read_key(reader, key);
    reader.finish();
    if (!reader.ok()) return *reader.refusal();
    if (!check(list).ok()) return Refusal::malformed;
    return list;
}

KeyRing::KeyRing(const KeyList& list) : list_(list) {
    for (const ListedKey& key : list_.keys) {
        auto verifier = crypto::Verifier::create(key.key);
        CF_CHECK(verifier.ok());
        entries_.emplace(key_id(key.key), Entry{key, std::move(verifier).value()});
    }
}

Judged<void> KeyRing::adopt(const KeyList& list) {
    if (list.version <= list_.version) return Refusal::older_list;
    *this = KeyRing(list);
    return {};
}

bool KeyRing::overdue(base::WallTime now) const {
    return seconds_of(now) >= list_.overdue_s;
}

Judged<void> KeyRing::check(const Proof& proof, Purpose purpose, base::WallTime now) const {
    const auto found = proof.key ? entries_.find(*proof.key) : entries_.end();
    if (found == entries_.end()) return Refusal::key_unknown;
    const Entry& entry = found->second;
    if (!entry.verifier.verify(proof.digest, proof.signature)) return Refusal::signature_wrong;
    if ((entry.key.purposes & purpose) == 0) return Refusal::wrong_purpose;
    if (seconds_of(now) < entry.key.not_before_s) return Refusal::key_not_yet_valid;
    if (seconds_of(now) >= entry.key.expires_s) return Refusal::key_expired;
    return {};
}

}  // namespace counterfoil::token
