#pragma once

#include <string>

#include "firmware/mirror/bundle.h"

namespace counterfoil::tool {

// What a till does with a coupon that no lease covers while it is offline: "strict" refuses it,
// "bounded" takes it up to the amounts that the setting names.
inline constexpr const char* kStrict = "strict";
inline constexpr const char* kBounded = "bounded";

// The settings that a shop cannot do without: its currency, the salt of its members' phones, what
// it does with coupons, when an idle till locks itself.
base::Status add_needed_settings(mirror::BundleWriter& bundle, base::ByteView salt,
                                 const std::string& policy);

// What the demo's shop is called, what stands on its receipts, and what points are good for.
base::Status add_demo_settings(mirror::BundleWriter& bundle);

}  // namespace counterfoil::tool
