#pragma once

#include "daemon/aggregator/api/shape.h"
#include "daemon/aggregator/services/import.h"

// What somebody brings along, read into a plan with all that is wrong about it.
namespace counterfoil::api {

inline constexpr std::size_t kMostProblems = 1000;

// What a browser of the programme before this one has kept: customers, purchases and coupons, which
// name customers by their loyalty ids. Members of records that are none of these are passed over.
Shape browser_data_shape();
services::ImportPlan read_browser_data(const json::Value& body, const services::Settings& settings);

// loyalty_id,name,email,phone,role: a header line that names the columns in any order, of which the
// first two must be there, and a member a line.
services::ImportPlan read_members(std::string_view csv, const services::Settings& settings);

}  // namespace counterfoil::api
