#pragma once

#include <array>
#include <optional>

#include "firmware/core/crypto/signature.h"
#include "firmware/core/token/cbor.h"

// COSE_Sign1 (RFC 9052) with ES256, the envelope of all our signed codes and lists.
namespace counterfoil::token {

// Names a key within a merchant's key list: the first bytes of the SHA-256 of its compressed point.
using KeyId = std::array<std::uint8_t, 4>;
KeyId key_id(const crypto::PublicKey& key);

// tagged: opens with tag 18. plain: without, where the place says what it is.
enum class CoseTag { tagged, plain };

// A message that was taken apart, not checked. Views into the message's bytes.
struct Sign1 {
    base::ByteView protected_header;
    std::optional<base::ByteView> key_id;
    base::ByteView payload;
    crypto::Signature signature{};

    // What the signature is over.
    crypto::Digest digest() const;
};

// Our own messages, to the last bit: deterministic, ES256 and at most a 4-byte key id in the
// protected header, nothing in the unprotected one.
Judged<Sign1> read_sign1(base::ByteView message, CoseTag tag);

// Anybody's ES256 message, tagged or not: the algorithm and key id in either header, others
// skipped; a critical header is unsupported, for we know none.
Judged<Sign1> read_foreign_sign1(base::ByteView message);

// Signs the payload; the key id goes into the protected header.
base::Result<base::Bytes> write_sign1(base::ByteView payload, const std::optional<KeyId>& key_id,
                                      CoseTag tag, crypto::Signer& signer);

}  // namespace counterfoil::token
