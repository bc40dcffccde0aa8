#pragma once

#include <span>

#include "firmware/core/json/json.h"

namespace counterfoil::central {

// Takes a JSON object's members one by one, each within its bounds; the first that is wrong is kept
// as the error, and what is taken after it is empty. What nobody asked for is wrong, too.
class Fields {
  public:
    explicit Fields(json::Value object);

    struct Length {
        std::size_t min = 0;
        std::size_t max = 0;
    };
    // A text for people: no control characters, so that it can be printed and shown as it is.
    std::string text(std::string_view name, Length length);
    std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max);
    bool flag(std::string_view name);
    // Lower-case hexadecimal of exactly that many bytes.
    void hex(std::string_view name, std::span<std::uint8_t> out);
    // An array or an object, whose own members the caller takes.
    std::optional<json::Value> array(std::string_view name);
    std::optional<json::Value> object(std::string_view name);

    // Whether the object has such a member, for those that may be left out.
    bool has(std::string_view name) const;

    void fail(std::string_view name, std::string_view what_it_must_be);
    void take_over(const base::Status& status);
    bool ok() const { return status_.ok(); }
    // The error, or that all members were asked for.
    base::Status finish() const;

  private:
    std::optional<json::Value> take(std::string_view name);

    json::Value object_;
    std::size_t taken_ = 0;
    base::Status status_;
};

}  // namespace counterfoil::central
