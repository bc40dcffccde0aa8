#pragma once

#include <vector>

#include "firmware/mirror/bundle.h"

namespace counterfoil::tool {

struct DemoOptions {
    std::int64_t members = 1000;
    std::int64_t coupons = 500;
    std::uint64_t seed = 1;
    std::int64_t now_s = 0;
    base::Bytes salt;       // for the phones' hashes
    std::string policy;     // of coupons, see shop_settings.h
    std::string leased_to;  // the terminal that may spend all by itself; empty: none may
};

// A coupon that anybody can try.
struct DemoSample {
    std::string code;
    std::string book;
};

// Makes up the central data of a burger shop: its menu, coupon books and coupons, its staff and as
// many members as wanted. The same options give the same rows. Ids and codes follow from the seed,
// so they protect nothing.
class DemoShop {
  public:
    explicit DemoShop(DemoOptions options) : options_(std::move(options)) {}

    // Who works there; the PINs' hashes are the caller's to put in.
    static std::vector<mirror::Staff> staff();

    base::Status write(mirror::BundleWriter& bundle, const std::vector<mirror::Staff>& staff) const;

    // One of each book, as far as there are any.
    std::vector<DemoSample> samples() const;

  private:
    std::uint64_t mixed(std::uint64_t stream, std::int64_t index) const;
    mirror::Member member(std::int64_t index) const;
    base::Uuid member_id(std::int64_t index) const;
    mirror::Coupon coupon(std::int64_t index) const;
    std::optional<mirror::Lease> lease_of(std::int64_t quantity) const;
    std::string code(std::int64_t index) const;

    DemoOptions options_;
};

}  // namespace counterfoil::tool
