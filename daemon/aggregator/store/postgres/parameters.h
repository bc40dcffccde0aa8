#pragma once

#include <array>
#include <span>
#include <vector>

#include "daemon/aggregator/store/database.h"

namespace counterfoil::store {

// The server's numbers for the types that we speak.
inline constexpr unsigned kBoolean = 16;
inline constexpr unsigned kBytes = 17;
inline constexpr unsigned kInteger8 = 20;
inline constexpr unsigned kInteger2 = 21;
inline constexpr unsigned kInteger4 = 23;
inline constexpr unsigned kText = 25;
inline constexpr unsigned kVarchar = 1043;

bool is_spoken(unsigned type);
// The server's own name of such a type.
std::string_view type_name(unsigned type);

// A statement's values as libpq takes them, in binary, so that nothing is escaped and nothing ends
// at a NUL. Texts and blobs are not copied. Kept from one row to the next for its memory.
class Parameters {
  public:
    // One value for each type. invalid_argument for a value of another kind than its type, overflow
    // for an integer that does not fit it.
    base::Status set(std::span<const unsigned> types, std::span<const Value> values);
    // The same for many rows, each column of which becomes an array.
    base::Status set_arrays(std::span<const unsigned> types, std::span<const Value> values);

    int count() const { return static_cast<int>(pointers_.size()); }
    const char* const* pointers() const { return pointers_.data(); }
    const int* lengths() const { return lengths_.data(); }
    const int* formats() const { return formats_.data(); }

  private:
    base::Status set(std::size_t index, unsigned type, const Value& value);
    base::Status set_integer(std::size_t index, unsigned type, std::int64_t value);

    void add_to_arrays();

    std::vector<std::array<char, 8>> integers_;
    std::vector<std::string> arrays_;
    std::vector<bool> has_null_;
    std::vector<const char*> pointers_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
};

// A value as the server sent it, in binary, of one of the types above.
Rows::Cell cell_of(unsigned type, std::string_view bytes);

}  // namespace counterfoil::store
