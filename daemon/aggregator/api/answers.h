#pragma once

#include "daemon/aggregator/api/shape.h"
#include "daemon/aggregator/services/coupons.h"
#include "daemon/aggregator/services/purchases.h"

// What customers, purchases and coupons look like to those outside, each beside its shape.
namespace counterfoil::api {

// The answer's text.
services::Outcome<std::string> written(const json::Object& object);

// Null where the text is empty, or the number 0.
void set_or_null(json::Object& object, const char* name, const std::string& text);
void set_or_null(json::Object& object, const char* name, std::int64_t number);

// "2026-12-31T23:59:59Z", with or without thousandths; wrong_field(name, ...) for anything else.
services::Outcome<std::int64_t> time_in(const std::string& name, std::string_view text);

Shape message_shape();

// What differs between the places where a customer is told of.
struct CustomerView {
    bool has_admin_flag = false;
    bool has_created = false;
    bool has_updated = false;
    bool has_pin = false;
};
Shape customer_shape(const CustomerView& view);
json::Object customer_answer(const services::Account& account, const CustomerView& view,
                             const std::string& pin = {});

Shape user_shape();
json::Object user_answer(const services::Account& account);

// As much of a customer as stands beside what belongs to him.
Shape owner_shape();
json::Object owner_answer(const services::Account& account);

Field kind_field();
Shape purchase_shape();
json::Object purchase_answer(const services::Purchase& purchase);

Shape coupon_shape();
json::Object coupon_answer(const services::Coupon& coupon);

}  // namespace counterfoil::api
