#pragma once

#include "daemon/aggregator/api/answers.h"
#include "daemon/aggregator/api/call.h"
#include "daemon/aggregator/api/lists.h"
#include "daemon/aggregator/api/offer.h"
#include "daemon/aggregator/services/codes.h"
#include "daemon/aggregator/services/distribution.h"
#include "daemon/aggregator/services/redemptions.h"

// What users, books, their coupons and pools look like under /api/v1, each beside its shape.
namespace counterfoil::api {

// The two roles by the names that these users know.
inline constexpr const char* kUserName = "USER";
inline constexpr const char* kAdminName = "ADMIN";

Shape account_shape();
json::Object account_answer(const services::Account& account);

struct BookView {
    const services::StateCounts* counts = nullptr;  // null: they are not told
};
Shape book_shape();
Shape book_with_counts_shape();
json::Object book_answer(const services::Book& book, base::WallTime now, const BookView& view = {});

Shape book_coupon_shape();
json::Object book_coupon_answer(const services::Coupon& coupon);

Shape redemption_shape();
json::Object redemption_answer(const services::RedemptionRecord& redemption);

Shape pool_shape();
json::Object pool_answer(const services::Pool& pool);

}  // namespace counterfoil::api
