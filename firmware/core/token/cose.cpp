#include "firmware/core/token/cose.h"

#include <algorithm>

#include "firmware/core/crypto/public_key.h"

namespace counterfoil::token {

using base::ByteView;
using base::Result;

namespace {

constexpr std::uint64_t kSign1Tag = 18;
constexpr std::uint64_t kCwtTag = 61;
constexpr std::int64_t kAlgorithm = 1;
constexpr std::int64_t kCritical = 2;
constexpr std::int64_t kKeyId = 4;
constexpr std::int64_t kEs256 = -7;
constexpr std::size_t kMaxHeaders = 16;
constexpr std::size_t kMaxMessage = 1 << 20;

// Our own protected header: {1: -7} or {1: -7, 4: key id}.
std::optional<Refusal> read_own_header(Sign1& message) {
    CborReader header(message.protected_header, CborForm::deterministic);
    const std::size_t entries = header.map(2);
    if (entries == 0) return Refusal::malformed;
    header.expect_number(kAlgorithm);
    if (header.number() != kEs256 && header.ok()) return Refusal::unsupported;
    if (entries == 2) {
        header.expect_number(kKeyId);
        message.key_id = header.byte_string(sizeof(KeyId));
        if (message.key_id->size() != sizeof(KeyId)) header.fail(Refusal::malformed);
    }
    header.finish();
    return header.refusal();
}

// One of the two headers of a message that others made.
void read_foreign_header(CborReader& header, Sign1& message, std::optional<bool>& is_es256) {
    const std::size_t entries = header.map(kMaxHeaders);
    for (std::size_t i = 0; i < entries && header.ok(); ++i) {
        if (!header.next_is_number()) {
            header.skip();
            header.skip();
            continue;
        }
        const std::int64_t label = header.number();
        if (label == kCritical) header.fail(Refusal::unsupported);
        // A label stands once, in one of the two headers.
        if ((label == kAlgorithm && is_es256) || (label == kKeyId && message.key_id))
            header.fail(Refusal::malformed);
        if (label == kAlgorithm && header.next_is_number())
            is_es256 = header.number() == kEs256;
        else if (label == kKeyId)
            message.key_id = header.byte_string(kMaxMessage);
        else
            header.skip();
    }
}

}  // namespace

KeyId key_id(const crypto::PublicKey& key) {
    const crypto::Digest digest = crypto::sha256({crypto::compress(key)});
    KeyId id;
    std::copy_n(digest.begin(), id.size(), id.begin());
    return id;
}

crypto::Digest Sign1::digest() const {
    CborWriter signed_bytes;
    signed_bytes.array(4).text("Signature1").byte_string(protected_header).byte_string({});
    signed_bytes.byte_string(payload);
    return crypto::sha256({signed_bytes.bytes()});
}

Judged<Sign1> read_sign1(ByteView bytes, CoseTag tag) {
    CborReader reader(bytes, CborForm::deterministic);
    Sign1 message;
    if (tag == CoseTag::tagged && !reader.take_tag(kSign1Tag)) reader.fail(Refusal::malformed);
    reader.expect_array(4);
    message.protected_header = reader.byte_string(bytes.size());
    reader.expect_map(0);
    message.payload = reader.byte_string(bytes.size());
    reader.bytes_into(message.signature);
    reader.finish();
    if (!reader.ok()) return *reader.refusal();
    if (const auto refusal = read_own_header(message)) return *refusal;
    return message;
}

Judged<Sign1> read_foreign_sign1(ByteView bytes) {
    CborReader reader(bytes, CborForm::any);
    Sign1 message;
    reader.take_tag(kCwtTag);
    reader.take_tag(kSign1Tag);
    reader.expect_array(4);
    message.protected_header = reader.byte_string(kMaxMessage);
    std::optional<bool> is_es256;
    CborReader header(message.protected_header, CborForm::any);
    if (!message.protected_header.empty()) {
        read_foreign_header(header, message, is_es256);
        header.finish();
    }
    read_foreign_header(reader, message, is_es256);
    message.payload = reader.byte_string(kMaxMessage);
    reader.bytes_into(message.signature);
    reader.finish();
    if (!reader.ok()) return *reader.refusal();
    if (!header.ok()) return *header.refusal();
    if (!is_es256.value_or(false)) return Refusal::unsupported;
    return message;
}

Result<base::Bytes> write_sign1(ByteView payload, const std::optional<KeyId>& id, CoseTag tag,
                                crypto::Signer& signer) {
    CborWriter header;
    header.map(id ? 2 : 1).number(kAlgorithm).number(kEs256);
    if (id) header.number(kKeyId).byte_string(*id);
    const Sign1 message{header.bytes(), {}, payload, {}};
    CF_LET(const crypto::Signature signature, signer.sign(message.digest()));
    CborWriter out;
    if (tag == CoseTag::tagged) out.tag(kSign1Tag);
    out.array(4).byte_string(header.bytes()).map(0).byte_string(payload).byte_string(signature);
    return out.bytes();
}

}  // namespace counterfoil::token
