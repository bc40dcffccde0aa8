#include "daemon/aggregator/api/request_figures.h"

#include <algorithm>

namespace counterfoil::api {
namespace {

constexpr int kLocked = 423;
constexpr std::int64_t kMicrosecondsInOne = 1000;

bool asks_for(const Offer& offer, std::string_view segment) {
    if (offer.method == http::Method::get) return false;
    const std::string_view path = offer.pattern;
    return path.find(std::string(segment) + "/") != std::string_view::npos ||
           path.ends_with(segment);
}

}  // namespace

void Latencies::add(std::int64_t microseconds) {
    const auto bound = std::ranges::find_if(
        kBoundsMs, [&](std::int64_t ms) { return microseconds <= ms * kMicrosecondsInOne; });
    ++counts[static_cast<std::size_t>(bound - kBoundsMs.begin())];
    sum_us += static_cast<std::uint64_t>(std::max<std::int64_t>(microseconds, 0));
}

std::string_view RequestFigures::name_of(Kind kind) {
    constexpr std::array<std::string_view, kKinds> kNames{"sign_in", "read", "write", "import"};
    return kNames[static_cast<std::size_t>(kind)];
}

RequestFigures::Kind RequestFigures::kind_of(const Offer& offer) {
    if (offer.tag == "imports" && offer.method != http::Method::get) return Kind::import;
    if (offer.who == Who::anybody && offer.toil) return Kind::sign_in;
    return offer.act ? Kind::write : Kind::read;
}

void RequestFigures::add(const Offer& offer, const Call& call, int status,
                         std::int64_t microseconds) {
    latencies_[static_cast<std::size_t>(kind_of(offer))].add(microseconds);
    if (status == kLocked) ++locked_out_;
    const bool redeems = asks_for(offer, "/redeem");
    if (redeems) ++(status < 300 ? redeemed_ : not_redeemed_);
    if (redeems || asks_for(offer, "/lookup") || asks_for(offer, "/lock")) ++scans_;
    if (status < 300) points_accrued_ += static_cast<std::uint64_t>(call.points_accrued);
}

}  // namespace counterfoil::api
