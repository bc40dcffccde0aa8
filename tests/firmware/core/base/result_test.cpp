#include "firmware/core/base/result.h"

#include <gtest/gtest.h>

#include <set>

#include "firmware/core/base/boot.h"

namespace counterfoil::base {
namespace {

Result<int> half(int number) {
    if (number % 2 != 0) return Error(Code::invalid_argument, "it is odd");
    return number / 2;
}

Result<int> quarter(int number) {
    CF_LET(const int once, half(number));
    CF_LET(const int twice, half(once));
    return twice;
}

Status must_be_even(int number) {
    CF_TRY([&]() -> Status {
        if (number % 2 != 0) return Error(Code::refused, "it is odd");
        return {};
    }());
    return {};
}

TEST(Result, HandsTheErrorUp) {
    EXPECT_EQ(quarter(8).value(), 2);
    EXPECT_EQ(quarter(6).error().message(), "it is odd");
    EXPECT_TRUE(must_be_even(2).ok());
    EXPECT_EQ(must_be_even(3).error().code(), Code::refused);
}

TEST(Result, StopsTheProgramThatTakesWhatIsNotThere) {
    EXPECT_DEATH((void)half(3).value(), "check failed");
    EXPECT_DEATH((void)half(2).error(), "check failed");
}

TEST(Error, TellsItsStoryInOneLine) {
    const Error error = Error(Code::disk_full, "no room").within("writing x").within("closing");
    EXPECT_EQ(error.line(), "disk_full: closing: writing x: no room");
}

TEST(Code, HasANameOfItsOwn) {
    std::set<std::string_view> names;
    for (int code = 0; code <= static_cast<int>(Code::refused); ++code)
        EXPECT_TRUE(names.insert(code_name(static_cast<Code>(code))).second);
}

TEST(BootId, IsTheSameUntilTheNextStart) {
    ASSERT_TRUE(read_boot_id().ok());
    EXPECT_EQ(read_boot_id().value(), read_boot_id().value());
}

}  // namespace
}  // namespace counterfoil::base
