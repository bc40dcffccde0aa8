#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/loyalty/earning.h"

namespace counterfoil::loyalty {

inline constexpr std::size_t kMaxTiers = 16;
inline constexpr std::size_t kMaxTierName = 32;       // bytes of UTF-8
inline constexpr std::size_t kMaxTierBenefits = 500;  // bytes of UTF-8

// A step of the loyalty programme. It is no role: it gives points, never rights.
struct Tier {
    std::string name;
    std::int64_t multiplier_permille = kWholePermille;
    // The spend from which a member is in this tier; none: the tier is given by hand only.
    std::optional<std::int64_t> threshold_minor;
    std::string benefits;  // a short text for the member; may be empty

    bool operator==(const Tier&) const = default;
};

// The tiers of one programme, at least one of which starts at a spend of zero. Sorted by threshold,
// those given by hand at the end by multiplier, then name.
class TierTable {
  public:
    static Judged<TierTable> make(std::vector<Tier> tiers);
    // normal 1.1, loyal 1.4 and owner 1.7; who is loyal or owner is decided by hand.
    static TierTable standard();

    const std::vector<Tier>& tiers() const { return tiers_; }
    // The highest tier that the spend reaches.
    Judged<Tier> for_spend(std::int64_t spend_minor) const;
    // tier_unknown where there is none.
    Judged<Tier> by_name(std::string_view name) const;

  private:
    explicit TierTable(std::vector<Tier> tiers) : tiers_(std::move(tiers)) {}

    std::vector<Tier> tiers_;
};

}  // namespace counterfoil::loyalty
