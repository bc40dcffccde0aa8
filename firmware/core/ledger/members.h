#pragma once

#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/core/json/json.h"
#include "firmware/core/money/money.h"

// What reading and checking the bodies of events have in common.
namespace counterfoil::ledger {

inline constexpr std::size_t kMaxBodyText = 200;
// No amount of one receipt is larger, so that sums of all that a body may hold cannot overflow.
inline constexpr std::int64_t kMaxMinor = 1'000'000'000'000;
inline constexpr std::int64_t kAllBasisPoints = 10'000;

// "cash", "card" or "voucher".
bool is_tender_kind(std::string_view kind);

// The error of a body that says two things at once.
base::Error sums_differ(const std::string& what);

template <class Items, class Amount>
std::int64_t sum(const Items& items, Amount amount) {
    return std::accumulate(
        items.begin(), items.end(), std::int64_t{0},
        [&](std::int64_t total, const auto& item) { return total + amount(item); });
}

// Reads an object's members with their bounds; the first that is not as it must be is kept as the
// error, which is to be asked for when all were read. The object's document must outlive it.
class Members {
  public:
    explicit Members(const json::Value& object) : object_(object) {}

    std::string text(std::string_view name, std::size_t most = kMaxBodyText);
    std::int64_t number(std::string_view name, std::int64_t low, std::int64_t high);
    std::int64_t amount(std::string_view name) { return number(name, 0, kMaxMinor); }
    bool flag(std::string_view name);
    money::Currency currency(std::string_view name);
    std::string tender_kind(std::string_view name);
    bool has(std::string_view name) const { return object_.find(name).has_value(); }
    // Calls read(Members&) for each object of the array.
    template <class Read>
    void each(std::string_view name, std::size_t most, Read read) {
        const auto array = object_.array(name);
        if (!array.ok()) return fail(name);
        std::size_t count = 0;
        for (auto item = array.value().first(); item && !error_; item = item->next()) {
            Members members(*item);
            if (++count > most) return fail(name);
            read(members);
            if (members.error_) error_ = members.error_;
        }
    }
    // Calls read(Members&) for the object.
    template <class Read>
    void within(std::string_view name, Read read) {
        const auto object = object_.object(name);
        if (!object.ok()) return fail(name);
        Members members(object.value());
        read(members);
        if (members.error_ && !error_) error_ = members.error_;
    }
    // For what the caller finds wrong with the member.
    void fail(std::string_view name);
    const std::optional<base::Error>& error() const { return error_; }

  private:
    json::Value object_;
    std::optional<base::Error> error_;
};

}  // namespace counterfoil::ledger
