#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/crypto/verifier.h"
#include "firmware/core/ledger/chain.h"

// What travels: consecutive events of one terminal, compressed with zstd.
namespace counterfoil::ledger {

inline constexpr std::size_t kMaxBatchEvents = 256;
inline constexpr std::size_t kMaxBatchBytes = 64 * 1024;       // compressed
inline constexpr std::size_t kMaxBatchTextBytes = 512 * 1024;  // what it may unpack to

struct BatchHeader {
    std::string terminal;
    std::int64_t epoch = 1;
    std::int64_t from = 1;  // the first event's number
    std::int64_t to = 1;    // the last one's
    crypto::Digest prev{};  // what the first event names
    crypto::Digest head{};  // the last event's hash
};

struct WrittenBatch {
    BatchHeader header;
    std::string bytes;
};

// As many of the events, from the first on, as fit into one batch; at least one was given. The same
// events always give the same bytes. `prev` is what the first of them names.
WrittenBatch write_batch(const std::string& terminal, std::int64_t epoch, std::int64_t from,
                         const crypto::Digest& prev, std::span<const SignedEvent> events);

// To whom a batch's events are shown as they are passed, before anything is known of those behind
// them; with the bodies that it wants. It wants nothing by itself.
struct BatchVisitor {
    WantsBody wants = [](const EventView&) { return false; };
    std::function<void(const ReadEvent&)> visit = [](const ReadEvent&) {};
};

// A batch taken apart; the lines point into its own text.
class Batch {
  public:
    // malformed or too_large; what it unpacks to is bounded before it is unpacked.
    static base::Result<Batch> read(std::string_view bytes);
    Batch(Batch&&) noexcept = default;
    Batch& operator=(Batch&&) noexcept = default;
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    const BatchHeader& header() const { return header_; }
    // The header's exact line, as it stands in the batch.
    std::string_view header_line() const;
    const std::vector<Line>& lines() const { return lines_; }

    // The number of the first event that no signature in the batch covers: where the signer was
    // down, all from there on are unsigned. Behind the last one where that is signed.
    std::int64_t unproven_from() const;
    // Whether the first of these says itself that the signer has failed; else it stands at the
    // batch's beginning, and what is held before it must say so.
    bool opens_unsigned_run() const;

    // Whether the events are the ones the header names, each linked to the one before, and the last
    // signed one signed by the key, which covers all up to it. Behind it stands nothing but what a
    // failure of the signer leaves unsigned; in a batch without any signature it may have failed
    // before. Nothing where all holds.
    std::optional<Finding> verify(const crypto::Verifier& key,
                                  const BatchVisitor& visitor = {}) const;
    // The same but for the signature.
    std::optional<Finding> verify_links(const BatchVisitor& visitor = {}) const;

  private:
    Batch() = default;
    std::optional<Finding> verify_unproven() const;
    std::optional<Finding> verify_signature(const crypto::Verifier& key) const;

    std::vector<char> text_;
    BatchHeader header_;
    std::vector<Line> lines_;
};

}  // namespace counterfoil::ledger
