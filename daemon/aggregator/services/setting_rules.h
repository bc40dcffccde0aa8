#pragma once

#include "firmware/core/central/rows.h"

// The tills' settings, as firmware/mirror/FORMAT.md lists them: what a till would not start with is
// not taken.
namespace counterfoil::services {

bool is_known_setting(std::string_view name);
bool is_in_form(const central::Setting& setting);

}  // namespace counterfoil::services
