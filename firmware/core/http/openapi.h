#pragma once

#include "firmware/core/http/router.h"

namespace counterfoil::http {

// A router's routes as an OpenAPI 3.0 document, in JSON: for tools, and for people with tools.
base::Result<std::string> openapi(const Router& router, std::string_view title,
                                  std::string_view version);

}  // namespace counterfoil::http
