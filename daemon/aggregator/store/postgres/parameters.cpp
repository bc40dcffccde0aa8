#include "daemon/aggregator/store/postgres/parameters.h"

namespace counterfoil::store {

using base::Code;
using base::Error;
using base::Status;

namespace {

constexpr int kBinary = 1;

std::size_t width_of(unsigned type) {
    switch (type) {
        case kBoolean:
            return 1;
        case kInteger2:
            return 2;
        case kInteger4:
            return 4;
        case kInteger8:
            return 8;
        default:
            return 0;  // as long as it is
    }
}

bool is_text(unsigned type) {
    return type == kText || type == kVarchar;
}

bool fits(std::int64_t value, unsigned type) {
    if (type == kInteger8) return true;
    if (type == kBoolean) return value == 0 || value == 1;
    const std::int64_t bound = std::int64_t{1} << (8 * width_of(type) - 1);
    return -bound <= value && value < bound;
}

// Big-endian, as everything is on the wire.
void put(std::string& out, std::size_t value) {
    for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(value >> shift & 0xff);
}

// An array's beginning: dimensions, whether there are nulls, type, size, and the first's index.
std::string array_head(bool has_null, unsigned type, std::size_t size) {
    std::string head;
    for (const std::size_t field :
         {std::size_t{1}, std::size_t{has_null}, std::size_t{type}, size, std::size_t{1}})
        put(head, field);
    return head;
}

constexpr std::size_t kArrayHeadBytes = 20;

Error wrong_kind(std::size_t index) {
    return {Code::invalid_argument,
            "$" + std::to_string(index + 1) + " is of another kind than the value for it"};
}

}  // namespace

bool is_spoken(unsigned type) {
    return width_of(type) > 0 || is_text(type) || type == kBytes;
}

std::string_view type_name(unsigned type) {
    switch (type) {
        case kBoolean:
            return "bool";
        case kInteger2:
            return "int2";
        case kInteger4:
            return "int4";
        case kInteger8:
            return "int8";
        case kBytes:
            return "bytea";
        case kVarchar:
            return "varchar";
        default:
            CF_CHECK(type == kText);
            return "text";
    }
}

Status Parameters::set_arrays(std::span<const unsigned> types, std::span<const Value> values) {
    const std::size_t width = types.size();
    CF_CHECK(width > 0 && !values.empty() && values.size() % width == 0);
    const std::size_t rows = values.size() / width;
    arrays_.resize(width);
    for (std::string& array : arrays_) array.assign(kArrayHeadBytes, '\0');
    has_null_.assign(width, false);
    for (; !values.empty(); values = values.subspan(width)) {
        CF_TRY(set(types, values.first(width)));
        add_to_arrays();
    }
    for (std::size_t column = 0; column < width; ++column) {
        std::string& array = arrays_[column];
        array.replace(0, kArrayHeadBytes, array_head(has_null_[column], types[column], rows));
        pointers_[column] = array.data();
        lengths_[column] = static_cast<int>(array.size());
    }
    return {};
}

// The row that was set last.
void Parameters::add_to_arrays() {
    constexpr std::size_t kNull = 0xffff'ffff;
    for (std::size_t column = 0; column < arrays_.size(); ++column) {
        const char* data = pointers_[column];
        if (data == nullptr) has_null_[column] = true;
        const auto size = static_cast<std::size_t>(lengths_[column]);
        put(arrays_[column], data == nullptr ? kNull : size);
        if (data != nullptr) arrays_[column].append(data, size);
    }
}

Status Parameters::set(std::span<const unsigned> types, std::span<const Value> values) {
    CF_CHECK(types.size() == values.size());
    integers_.resize(values.size());
    pointers_.resize(values.size());
    lengths_.resize(values.size());
    formats_.assign(values.size(), kBinary);
    for (std::size_t index = 0; index < values.size(); ++index)
        CF_TRY(set(index, types[index], values[index]));
    return {};
}

Status Parameters::set(std::size_t index, unsigned type, const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return set_integer(index, type, *integer);
    const auto* text = std::get_if<std::string_view>(&value);
    const auto* blob = std::get_if<base::ByteView>(&value);
    if ((text != nullptr && !is_text(type)) || (blob != nullptr && type != kBytes))
        return wrong_kind(index);
    std::string_view bytes;
    if (text != nullptr) bytes = *text;
    if (blob != nullptr) bytes = base::as_text(*blob);
    CF_CHECK(bytes.size() <= kMaxValueBytes);
    const bool is_null = text == nullptr && blob == nullptr;
    // An empty view may have no memory at all, which libpq would take for NULL.
    const char* data = bytes.empty() ? "" : bytes.data();
    pointers_[index] = is_null ? nullptr : data;
    lengths_[index] = static_cast<int>(bytes.size());
    return {};
}

Status Parameters::set_integer(std::size_t index, unsigned type, std::int64_t value) {
    const std::size_t width = width_of(type);
    if (width == 0) return wrong_kind(index);
    if (!fits(value, type))
        return Error(Code::overflow, "$" + std::to_string(index + 1) + " does not fit its type");
    auto bits = static_cast<std::uint64_t>(value);
    for (std::size_t place = width; place-- > 0; bits >>= 8)
        integers_[index][place] = static_cast<char>(bits & 0xff);
    pointers_[index] = integers_[index].data();
    lengths_[index] = static_cast<int>(width);
    return {};
}

Rows::Cell cell_of(unsigned type, std::string_view bytes) {
    const std::size_t width = width_of(type);
    if (width == 0) return std::string(bytes);
    CF_CHECK(bytes.size() == width);
    std::uint64_t bits = 0;
    for (const char byte : bytes) bits = bits << 8 | static_cast<std::uint8_t>(byte);
    // A negative number of fewer bytes is filled up from above with ones.
    const std::size_t unused = 64 - 8 * width;
    return static_cast<std::int64_t>(bits << unused) >> unused;
}

}  // namespace counterfoil::store
