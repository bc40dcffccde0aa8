#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "daemon/aggregator/api/offer.h"

namespace counterfoil::api {

// How long requests of one kind took, in the bounds that are of interest: what is kept is how many
// were at most so long.
struct Latencies {
    static constexpr std::array<std::int64_t, 11> kBoundsMs{1,   2,   5,    10,   25,    50,
                                                            100, 250, 1000, 2500, 10'000};

    void add(std::int64_t microseconds);

    std::array<std::uint64_t, kBoundsMs.size() + 1> counts{};  // of each, and of what took longer
    std::uint64_t sum_us = 0;
};

// What was asked, and what came of it, since the program was started. One thread.
class RequestFigures {
  public:
    // Those that a PIN or password is hashed for, those that only look, those that write, and those
    // that bring many things at once.
    enum class Kind { sign_in, read, write, import };
    static constexpr std::size_t kKinds = 4;
    static std::string_view name_of(Kind kind);
    static Kind kind_of(const Offer& offer);

    void add(const Offer& offer, const Call& call, int status, std::int64_t microseconds);

    const Latencies& of(Kind kind) const { return latencies_[static_cast<std::size_t>(kind)]; }
    // Coupons that were looked up, locked or redeemed by their code.
    std::uint64_t scans() const { return scans_; }
    std::uint64_t redeemed() const { return redeemed_; }
    std::uint64_t not_redeemed() const { return not_redeemed_; }
    // Who came to a coupon that another had locked.
    std::uint64_t locked_out() const { return locked_out_; }
    std::uint64_t points_accrued() const { return points_accrued_; }

  private:
    std::array<Latencies, kKinds> latencies_{};
    std::uint64_t scans_ = 0;
    std::uint64_t redeemed_ = 0;
    std::uint64_t not_redeemed_ = 0;
    std::uint64_t locked_out_ = 0;
    std::uint64_t points_accrued_ = 0;
};

}  // namespace counterfoil::api
