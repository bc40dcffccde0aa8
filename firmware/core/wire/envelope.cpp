#include "firmware/core/wire/envelope.h"

#include <algorithm>
#include <array>

#include "firmware/core/base/coding.h"
#include "firmware/core/ledger/chain.h"

namespace counterfoil::wire {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::string_view kStart = "counterfoil/";
constexpr std::string_view kEnd = "/1\n";
static_assert(kFormatVersion == 1);
// In the order of the enumeration.
constexpr std::array<std::string_view, kKinds> kHeads{
    "counterfoil/hello/1\n", "counterfoil/batch/1\n",   "counterfoil/heartbeat/1\n",
    "counterfoil/pull/1\n",  "counterfoil/welcome/1\n", "counterfoil/receipt/1\n",
    "counterfoil/nak/1\n",   "counterfoil/delta/1\n",   "counterfoil/manifest/1\n",
};
static_assert(static_cast<std::size_t>(Kind::manifest) + 1 == kKinds);
static_assert(std::ranges::all_of(kHeads, [](std::string_view head) {
    return head.starts_with(kStart) && head.ends_with(kEnd) && head.size() <= kMaxHeadBytes;
}));

constexpr std::size_t kMaxVersionDigits = 6;

Error malformed() {
    return Error(Code::malformed, "the bytes are not a message");
}

// Digits without a zero in front, so that there is one text for a version.
bool is_version(std::string_view text) {
    return !text.empty() && text.size() <= kMaxVersionDigits && text.front() != '0' &&
           text.find_first_not_of("0123456789") == text.npos;
}

std::size_t max_content(Kind kind) {
    if (kind == Kind::batch) return ledger::kMaxBatchBytes;
    return (kind == Kind::delta ? kMaxDeltaBytes : kMaxObjectBytes) + kSignatureBytes;
}

crypto::Digest digest_of(std::string_view head, std::string_view content) {
    return crypto::sha256({base::as_bytes(head), base::as_bytes(content)});
}

}  // namespace

std::string_view head_of(Kind kind) {
    return kHeads.at(static_cast<std::size_t>(kind));
}

std::string_view kind_name(Kind kind) {
    std::string_view name = head_of(kind).substr(kStart.size());
    name.remove_suffix(kEnd.size());
    return name;
}

std::optional<Kind> kind_from_name(std::string_view name) {
    for (std::size_t i = 0; i < kKinds; ++i)
        if (kind_name(static_cast<Kind>(i)) == name) return static_cast<Kind>(i);
    return {};
}

Result<Envelope> open_envelope(std::string_view bytes) {
    const std::size_t end = bytes.substr(0, kMaxHeadBytes).find('\n');
    if (end == bytes.npos || !bytes.starts_with(kStart)) return malformed();
    const std::string_view line = bytes.substr(kStart.size(), end - kStart.size());
    const std::size_t slash = line.find('/');
    if (slash == line.npos) return malformed();
    const auto kind = kind_from_name(line.substr(0, slash));
    const std::string_view version = line.substr(slash + 1);
    if (!kind || !is_version(version)) return malformed();
    const Envelope envelope{*kind, bytes.substr(0, end + 1), bytes.substr(end + 1)};
    const std::string name(kind_name(*kind));
    if (envelope.head != head_of(*kind))
        return Error(Code::unsupported_version, "the " + name + " is of a newer version");
    if (envelope.content.size() > max_content(*kind))
        return Error(Code::too_large, "the " + name + " is larger than any may be");
    return envelope;
}

Result<std::string> write_signed(Kind kind, std::string_view content, crypto::Signer& signer) {
    CF_CHECK(content.find('\t') == content.npos);
    CF_CHECK(content.size() + kSignatureBytes <= max_content(kind));
    const std::string_view head = head_of(kind);
    CF_LET(const crypto::Signature signature, signer.sign(digest_of(head, content)));
    std::string bytes;
    bytes.reserve(head.size() + content.size() + kSignatureBytes);
    bytes.append(head).append(content).append("\t").append(base::to_base64url(signature));
    return bytes;
}

Result<std::string_view> proven_content(const Envelope& envelope, const crypto::Verifier& key) {
    const auto line = ledger::split_line(envelope.content);
    crypto::Signature signature;
    if (!line || !base::base64url_into(line->signature, signature)) return malformed();
    if (!key.verify(digest_of(envelope.head, line->bytes), signature))
        return Error(Code::bad_signature, "the " + std::string(kind_name(envelope.kind)) +
                                              " is not signed by the centre's key");
    return line->bytes;
}

}  // namespace counterfoil::wire
