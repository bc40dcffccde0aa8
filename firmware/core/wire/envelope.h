#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/core/crypto/verifier.h"
#include "firmware/core/ledger/batch.h"

// What a terminal's sync daemon and the centre say to each other: one message in one payload.
// FORMAT.md beside this file describes the bytes; a test recomputes its examples.
//
// A message is a head, which is a line such as "counterfoil/welcome/1" that names its kind and the
// version of that kind's format, and a content. Nothing stands outside the payload, so that any
// carrier will do. Where a content is signed, the head is signed with it: no signature is good for
// another kind or version.
namespace counterfoil::wire {

enum class Kind {
    // From a terminal.
    hello,      // who it is and how far its ledger goes; asks for a welcome
    batch,      // events
    heartbeat,  // how it is, now and then
    pull,       // asks for a delta
    // From the centre.
    welcome,   // from which event on the centre wants to hear; signed
    receipt,   // up to which event the centre holds them, on the disk; signed
    nak,       // why a message was not taken
    delta,     // changed rows of central data; signed
    manifest,  // which version there is of them; signed, and kept by the broker
};
inline constexpr std::size_t kKinds = 9;

// "hello", as it stands in the head.
std::string_view kind_name(Kind kind);
std::optional<Kind> kind_from_name(std::string_view name);

// The version of every kind's format.
inline constexpr std::int64_t kFormatVersion = 1;

// A content that is one object of JSON, and the tab and the signature behind it.
inline constexpr std::size_t kMaxObjectBytes = 4 * 1024;
inline constexpr std::size_t kSignatureBytes = 1 + ledger::kSignatureTextSize;
// A delta's object and rows. The largest row is a whole set of revocations.
inline constexpr std::size_t kMaxDeltaBytes = 1024 * 1024;
inline constexpr std::size_t kMaxHeadBytes = 32;
// What either side may set as the largest payload that it takes at all.
inline constexpr std::size_t kMaxFromTerminalBytes = kMaxHeadBytes + ledger::kMaxBatchBytes;
inline constexpr std::size_t kMaxFromCentreBytes = kMaxHeadBytes + kMaxDeltaBytes + kSignatureBytes;

// The head of the messages that this program writes, with its line feed.
std::string_view head_of(Kind kind);

// A message taken apart, without a copy: both point into its bytes.
struct Envelope {
    Kind kind = Kind::hello;
    std::string_view head;
    std::string_view content;
};

// malformed where it is no message, or of no kind that is known; unsupported_version where its kind
// is known and its version is newer, whose content is then not looked at; too_large.
base::Result<Envelope> open_envelope(std::string_view bytes);

// The head, the content, a tab and, in base64url, the signature over the SHA-256 of all before the
// tab. In the content there is no tab.
base::Result<std::string> write_signed(Kind kind, std::string_view content, crypto::Signer& signer);

// The content without the signature, which is the key's; malformed or bad_signature.
base::Result<std::string_view> proven_content(const Envelope& envelope,
                                              const crypto::Verifier& key);

}  // namespace counterfoil::wire
