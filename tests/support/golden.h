#pragma once

#include <gtest/gtest.h>

#include <string>

namespace counterfoil::test {

// The file below tests/firmware; with COUNTERFOIL_WRITE_GOLDEN=1 it is written anew, to be looked
// at before it is kept.
std::string golden_file(const std::string& name, const std::string& text);

inline void expect_golden(const std::string& name, const std::string& text) {
    EXPECT_EQ(golden_file(name, text), text) << name;
}

}  // namespace counterfoil::test
