#pragma once

#include "daemon/aggregator/api/shape.h"
#include "daemon/aggregator/services/shop.h"

// Products as they come in: one as JSON, many as a table.
namespace counterfoil::api {

Shape product_shape();
json::Object product_answer(const central::Product& product);
// Of a body in that shape.
central::Product product_in(const json::Value& body, std::int64_t gtin);

// gtin,plu,name,category,unit_price_minor,vat_basis_points,sold_by: a header line that names the
// columns in any order, and a product a line. The plu may be empty or missing.
services::ProductPlan read_products(std::string_view csv);

}  // namespace counterfoil::api
