#pragma once

#include <iosfwd>
#include <string>

#include "tools/load/run.h"

namespace counterfoil::load {

// "12.50", with so many digits behind the point.
std::string decimal(double value, int digits);

// One table for people.
void print(std::ostream& out, const Options& options, const Report& report);

}  // namespace counterfoil::load
