#pragma once

#include <cstdint>
#include <optional>

#include "firmware/core/base/bytes.h"
#include "firmware/core/token/refusal.h"

// CBOR (RFC 8949) as far as our tokens need it, over libcbor's decoder, which takes one item at a
// time and allocates nothing: no length in the input can make us reserve memory.
namespace counterfoil::token {

// deterministic: every item in its one shortest form, as RFC 8949 section 4.2 has it; what else is
// valid CBOR is refused as not_canonical. any: all forms but items without a
// length, for messages that others made.
enum class CborForm { deterministic, any };

// Reads items one after the other. The first thing that is not as asked makes the reader fail; from
// then on every call gives zeros and nothing, so that a caller asks once, at the end.
class CborReader {
  public:
    // The bytes must outlive the reader and the views that it gives.
    CborReader(base::ByteView bytes, CborForm form) : rest_(bytes), form_(form) {}

    std::uint64_t unsigned_number(std::uint64_t max);
    std::int64_t number();
    base::ByteView byte_string(std::size_t max_size);
    // Exactly as many bytes as there is room for.
    void bytes_into(std::span<std::uint8_t> out);
    // How many items or pairs follow.
    std::size_t array(std::size_t max_count);
    std::size_t map(std::size_t max_count);
    // The number must be this one; likewise the counts.
    void expect_number(std::int64_t expected);
    void expect_array(std::size_t count);
    void expect_map(std::size_t count);
    // Whether the tag stood there; if so it has been read.
    bool take_tag(std::uint64_t tag);
    bool next_is_number() const;
    // Passes over one item with all that is in it, up to kMaxDepth deep.
    void skip();

    // Fails where anything is left.
    void finish();
    void fail(Refusal refusal);
    bool ok() const { return !refusal_; }
    const std::optional<Refusal>& refusal() const { return refusal_; }

    static constexpr int kMaxDepth = 4;

  private:
    enum class Kind { positive, negative, bytes, text, array, map, tag, other };
    struct Item {
        Kind kind = Kind::other;
        std::uint64_t value = 0;  // the number; the count; the tag; -1 - n of a negative n
        base::ByteView content;
        std::size_t size = 0;  // of all that was read
    };
    friend struct CborCallbacks;

    // The next item, which is not taken yet; nothing where the bytes end within it.
    static std::optional<Item> look(base::ByteView bytes);
    Item take(Kind kind);
    Item take_any();
    void skip_within(int depth);

    base::ByteView rest_;
    CborForm form_;
    std::optional<Refusal> refusal_;
};

// Writes items in their deterministic form. The caller keeps map keys in order.
class CborWriter {
  public:
    CborWriter& number(std::int64_t value);
    CborWriter& byte_string(base::ByteView bytes);
    CborWriter& text(std::string_view text);
    CborWriter& array(std::size_t count);
    CborWriter& map(std::size_t count);
    CborWriter& tag(std::uint64_t tag);

    const base::Bytes& bytes() const { return bytes_; }

  private:
    base::Bytes bytes_;
};

}  // namespace counterfoil::token
