#include "firmware/core/base/check.h"

#include <gtest/gtest.h>

#include <memory>

#include "firmware/core/base/result.h"

namespace counterfoil::base {
namespace {

TEST(Check, StopsTheProgramAndSaysWhere) {
    EXPECT_EXIT(CF_CHECK(1 + 1 == 3), testing::KilledBySignal(SIGABRT),
                "check failed: 1 \\+ 1 == 3 at .*check_test.cpp:[0-9]+");
}

TEST(Check, LooksOnceAtItsCondition) {
    int looks = 0;
    CF_CHECK(++looks > 0);
    EXPECT_EQ(looks, 1);
}

TEST(Check, IsOneStatement) {
    bool reached = false;
    if (!reached)
        CF_CHECK(true);
    else
        CF_CHECK(false);
    reached = true;
    EXPECT_TRUE(reached);
}

Result<std::unique_ptr<int>> owned(int number) {
    if (number < 0) return Error(Code::overflow, "it is below zero");
    return std::make_unique<int>(number);
}

Result<int> sum_of_owned(int first, int second) {
    CF_LET(const auto a, owned(first));
    CF_LET(auto b, owned(second));
    *b += *a;
    return *b;
}

Status both_at_most_ten(int first, int second) {
    const auto at_most_ten = [](int number) -> Status {
        if (number > 10) return Error(Code::too_large, std::to_string(number));
        return {};
    };
    if (first == second)
        CF_TRY(at_most_ten(first));
    else
        CF_TRY(at_most_ten(second));
    return at_most_ten(first);
}

TEST(ResultOfAPointer, IsMovedAndNeverCopied) {
    EXPECT_EQ(sum_of_owned(2, 3).value(), 5);
    EXPECT_EQ(sum_of_owned(-1, 3).error().code(), Code::overflow);
    EXPECT_EQ(sum_of_owned(2, -3).error().line(), "overflow: it is below zero");
    auto result = owned(7);
    *result.value() = 8;
    const std::unique_ptr<int> taken = std::move(result).value();
    EXPECT_EQ(*taken, 8);
}

TEST(Status, IsHandedUpFromEitherBranch) {
    EXPECT_TRUE(both_at_most_ten(3, 3).ok());
    EXPECT_EQ(both_at_most_ten(11, 11).error().message(), "11");
    EXPECT_EQ(both_at_most_ten(3, 12).error().message(), "12");
    EXPECT_EQ(both_at_most_ten(13, 3).error().message(), "13");
}

TEST(Status, HasNoErrorWhereItIsASuccess) {
    EXPECT_DEATH((void)Status().error(), "check failed");
}

TEST(Error, KeepsItsCodeOnTheWayUp) {
    const Error error(Code::not_found, "no file");
    EXPECT_EQ(error.within("opening").code(), Code::not_found);
    EXPECT_EQ(error.within("opening").message(), "opening: no file");
    EXPECT_EQ(error.message(), "no file");
}

TEST(Code, IsNamedInLowerCaseWithUnderscores) {
    for (int code = 0; code <= static_cast<int>(Code::refused); ++code) {
        const std::string_view name = code_name(static_cast<Code>(code));
        EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos)
            << name;
        EXPECT_FALSE(name.empty());
    }
    EXPECT_EQ(code_name(Code::disk_nearly_full), "disk_nearly_full");
    EXPECT_EQ(code_name(Code::clock_before_build), "clock_before_build");
}

}  // namespace
}  // namespace counterfoil::base
