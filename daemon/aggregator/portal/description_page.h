#pragma once

#include "firmware/core/http/router.h"

namespace counterfoil::portal {

// /api/docs: the interface's description for people, drawn by the browser from what
// /api/openapi.json says, so that it is never another.
base::Status add_description_page(http::Router& router);

}  // namespace counterfoil::portal
