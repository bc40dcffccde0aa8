#pragma once

#include <cstdint>

namespace counterfoil::tool {

// Redraws "verified 120000 events" on standard error where a person watches; else silent.
void show_progress(const char* doing, std::int64_t count, const char* of_what = "events");
// Clears the line again.
void end_progress();

}  // namespace counterfoil::tool
