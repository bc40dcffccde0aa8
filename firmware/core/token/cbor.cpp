#include "firmware/core/token/cbor.h"

#include <cbor.h>

#include <algorithm>
#include <array>
#include <limits>

namespace counterfoil::token {

using base::ByteView;

namespace {

// A head is one byte and an argument of up to eight.
constexpr std::size_t kMaxHead = 9;
using Head = std::array<std::uint8_t, kMaxHead>;
// The tags from 0 to 23, whose head is one byte.
constexpr std::uint8_t kFirstShortTag = 0xc0;
constexpr std::uint8_t kLastShortTag = 0xd7;

}  // namespace

// What libcbor calls with the item it has found.
struct CborCallbacks {
    using Item = CborReader::Item;
    using Kind = CborReader::Kind;

    static void set(void* context, Kind kind, std::uint64_t value) {
        auto* item = static_cast<Item*>(context);
        item->kind = kind;
        item->value = value;
    }

    template <Kind kind, class T>
    static void value(void* context, T value) {
        set(context, kind, value);
    }

    template <Kind kind>
    static void content(void* context, cbor_data data, std::size_t size) {
        set(context, kind, size);
        static_cast<Item*>(context)->content = {data, size};
    }

    static cbor_callbacks make() {
        cbor_callbacks all = cbor_empty_callbacks;
        all.uint8 = value<Kind::positive, std::uint8_t>;
        all.uint16 = value<Kind::positive, std::uint16_t>;
        all.uint32 = value<Kind::positive, std::uint32_t>;
        all.uint64 = value<Kind::positive, std::uint64_t>;
        all.negint8 = value<Kind::negative, std::uint8_t>;
        all.negint16 = value<Kind::negative, std::uint16_t>;
        all.negint32 = value<Kind::negative, std::uint32_t>;
        all.negint64 = value<Kind::negative, std::uint64_t>;
        all.byte_string = content<Kind::bytes>;
        all.string = content<Kind::text>;
        all.array_start = value<Kind::array, std::size_t>;
        all.map_start = value<Kind::map, std::size_t>;
        all.tag = value<Kind::tag, std::uint64_t>;
        return all;
    }

    // How many bytes the item's head has in its shortest form; 0 where we write no such item.
    static std::size_t shortest_head(const Item& item) {
        Head head;
        switch (item.kind) {
            case Kind::positive:
                return cbor_encode_uint(item.value, head.data(), head.size());
            case Kind::negative:
                return cbor_encode_negint(item.value, head.data(), head.size());
            case Kind::bytes:
                return cbor_encode_bytestring_start(item.value, head.data(), head.size());
            case Kind::text:
                return cbor_encode_string_start(item.value, head.data(), head.size());
            case Kind::array:
                return cbor_encode_array_start(item.value, head.data(), head.size());
            case Kind::map:
                return cbor_encode_map_start(item.value, head.data(), head.size());
            case Kind::tag:
                return cbor_encode_tag(item.value, head.data(), head.size());
            case Kind::other:
                return 0;
        }
        CF_CHECK(false);
    }
};

std::optional<CborReader::Item> CborReader::look(ByteView bytes) {
    static const cbor_callbacks callbacks = CborCallbacks::make();
    Item item;
    if (!bytes.empty() && bytes[0] >= kFirstShortTag && bytes[0] <= kLastShortTag) {
        // libcbor 0.8 refuses the short tags that were unassigned when it was written, 18 too.
        item.kind = Kind::tag;
        item.value = bytes[0] - kFirstShortTag;
        item.size = 1;
        return item;
    }
    // Items without a length, and breaks, which end them.
    constexpr std::uint8_t kNoLength = 31;
    if (!bytes.empty() && (bytes[0] & kNoLength) == kNoLength) return {};
    const cbor_decoder_result result =
        cbor_stream_decode(bytes.data(), bytes.size(), &callbacks, &item);
    if (result.status != CBOR_DECODER_FINISHED) return {};
    item.size = result.read;
    return item;
}

CborReader::Item CborReader::take_any() {
    if (refusal_) return {};
    const auto item = look(rest_);
    if (!item) {
        fail(Refusal::malformed);
        return {};
    }
    const std::size_t head = item->size - item->content.size();
    if (form_ == CborForm::deterministic && item->kind != Kind::other &&
        head != CborCallbacks::shortest_head(*item)) {
        fail(Refusal::not_canonical);
        return {};
    }
    rest_ = rest_.subspan(item->size);
    return *item;
}

CborReader::Item CborReader::take(Kind kind) {
    const Item item = take_any();
    if (refusal_) return {};
    if (item.kind == kind) return item;
    fail(Refusal::malformed);
    return {};
}

std::uint64_t CborReader::unsigned_number(std::uint64_t max) {
    const Item item = take(Kind::positive);
    if (item.value <= max) return item.value;
    fail(Refusal::malformed);
    return 0;
}

std::int64_t CborReader::number() {
    const Item item = take_any();
    constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
    if (!refusal_ && item.value <= kMax) {
        const auto value = static_cast<std::int64_t>(item.value);
        if (item.kind == Kind::positive) return value;
        if (item.kind == Kind::negative) return -1 - value;
    }
    fail(Refusal::malformed);
    return 0;
}

ByteView CborReader::byte_string(std::size_t max_size) {
    const Item item = take(Kind::bytes);
    if (item.content.size() <= max_size) return item.content;
    fail(Refusal::malformed);
    return {};
}

void CborReader::bytes_into(std::span<std::uint8_t> out) {
    const ByteView bytes = byte_string(out.size());
    if (bytes.size() == out.size())
        std::ranges::copy(bytes, out.begin());
    else
        fail(Refusal::malformed);
}

std::size_t CborReader::array(std::size_t max_count) {
    const Item item = take(Kind::array);
    if (item.value <= max_count) return item.value;
    fail(Refusal::malformed);
    return 0;
}

std::size_t CborReader::map(std::size_t max_count) {
    const Item item = take(Kind::map);
    if (item.value <= max_count) return item.value;
    fail(Refusal::malformed);
    return 0;
}

void CborReader::expect_number(std::int64_t expected) {
    if (number() != expected) fail(Refusal::malformed);
}

void CborReader::expect_array(std::size_t count) {
    if (array(count) != count) fail(Refusal::malformed);
}

void CborReader::expect_map(std::size_t count) {
    if (map(count) != count) fail(Refusal::malformed);
}

bool CborReader::take_tag(std::uint64_t tag) {
    const auto item = look(rest_);
    if (refusal_ || !item || item->kind != Kind::tag || item->value != tag) return false;
    return take(Kind::tag).value == tag && ok();
}

bool CborReader::next_is_number() const {
    const auto item = look(rest_);
    return item && (item->kind == Kind::positive || item->kind == Kind::negative);
}

void CborReader::skip() {
    skip_within(kMaxDepth);
}

void CborReader::skip_within(int depth) {
    const Item item = take_any();
    const bool holds_items =
        item.kind == Kind::array || item.kind == Kind::map || item.kind == Kind::tag;
    if (refusal_ || !holds_items) return;
    if (depth == 0 || item.value > rest_.size()) {
        fail(Refusal::malformed);
        return;
    }
    const std::uint64_t items = item.kind == Kind::tag   ? 1
                                : item.kind == Kind::map ? 2 * item.value
                                                         : item.value;
    for (std::uint64_t i = 0; i < items && ok(); ++i) skip_within(depth - 1);
}

void CborReader::finish() {
    if (!rest_.empty()) fail(Refusal::trailing_bytes);
}

void CborReader::fail(Refusal refusal) {
    if (!refusal_) refusal_ = refusal;
    rest_ = {};
}

namespace {

template <class Value>
void append(base::Bytes& out, std::size_t (*encode)(Value, unsigned char*, std::size_t),
            Value value) {
    Head head;
    const std::size_t size = encode(value, head.data(), head.size());
    CF_CHECK(size > 0);
    out.insert(out.end(), head.begin(), head.begin() + static_cast<std::ptrdiff_t>(size));
}

}  // namespace

CborWriter& CborWriter::number(std::int64_t value) {
    if (value >= 0)
        append<std::uint64_t>(bytes_, cbor_encode_uint, static_cast<std::uint64_t>(value));
    else
        append<std::uint64_t>(bytes_, cbor_encode_negint, static_cast<std::uint64_t>(-1 - value));
    return *this;
}

CborWriter& CborWriter::byte_string(ByteView bytes) {
    append<std::size_t>(bytes_, cbor_encode_bytestring_start, bytes.size());
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
}

CborWriter& CborWriter::text(std::string_view text) {
    append<std::size_t>(bytes_, cbor_encode_string_start, text.size());
    const ByteView content = base::as_bytes(text);
    bytes_.insert(bytes_.end(), content.begin(), content.end());
    return *this;
}

CborWriter& CborWriter::array(std::size_t count) {
    append<std::size_t>(bytes_, cbor_encode_array_start, count);
    return *this;
}

CborWriter& CborWriter::map(std::size_t count) {
    append<std::size_t>(bytes_, cbor_encode_map_start, count);
    return *this;
}

CborWriter& CborWriter::tag(std::uint64_t tag) {
    append<std::uint64_t>(bytes_, cbor_encode_tag, tag);
    return *this;
}

}  // namespace counterfoil::token
