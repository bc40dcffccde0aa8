#pragma once

#include <string>

#include "firmware/core/base/id.h"
#include "firmware/core/crypto/public_key.h"
#include "firmware/core/token/proof.h"

namespace counterfoil::token {

inline constexpr std::string_view kMemberPrefix = "CM1:";
// What a QR code of version 11 with medium error correction holds in its alphanumeric mode.
inline constexpr std::size_t kMaxMemberText = 366;
inline constexpr std::size_t kMaxMemberBytes = 241;
static_assert(kMemberPrefix.size() + kMaxMemberBytes / 2 * 3 + kMaxMemberBytes % 2 * 2 <=
              kMaxMemberText);

inline constexpr std::uint8_t kMaxTier = 23;
inline constexpr std::int64_t kMaxCertificateSeconds = 30LL * 24 * 60 * 60;

// What the centre says of a member's phone.
struct MemberCertificate {
    base::Uuid member;
    std::uint8_t tier = 0;
    crypto::CompressedKey device{};
    std::int64_t expires_s = 0;

    bool operator==(const MemberCertificate&) const = default;
};

// A certificate and the phone's word of this minute.
struct SignedMember {
    MemberCertificate certificate;
    Proof issued;  // by the centre's key
    // Of what is signed of the certificate: a signature itself has two valid forms.
    crypto::Digest fingerprint{};  // of what is signed of it: a signature has two forms
    std::int64_t shown_s = 0;
    std::uint32_t counter = 0;  // rises with every code that the phone shows
    Proof shown;                // by the device's key
};

// The certificate's bytes. invalid_argument where a field is out of its range.
base::Result<base::Bytes> write_certificate(const MemberCertificate& certificate,
                                            crypto::Signer& centre);

// When the phone shows a code, and how many it has shown before.
struct Showing {
    std::int64_t shown_s = 0;
    std::uint32_t counter = 0;
};

// "CM1:...", signed by the phone.
base::Result<std::string> write_member(base::ByteView certificate, const Showing& showing,
                                       crypto::Signer& device);

// What the text says it is; nothing is believed yet.
Judged<SignedMember> read_member(std::string_view text);

}  // namespace counterfoil::token
