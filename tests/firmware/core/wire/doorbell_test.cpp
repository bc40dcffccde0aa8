#include <gtest/gtest.h>

#include "firmware/core/wire/doorbell.h"

namespace counterfoil::wire {
namespace {

TEST(Doorbell, EveryStateHasItsName) {
    for (std::size_t i = 0; i < kUplinkStates; ++i) {
        const auto state = static_cast<UplinkState>(i);
        EXPECT_EQ(state_from_name(state_name(state)), state);
    }
    EXPECT_FALSE(state_from_name("offline"));
}

TEST(Doorbell, ReadsWhatItWritesAndPassesOverWhatItDoesNotKnow) {
    const Standing standing{UplinkState::refused, "fork: two histories", 1, 40, 17, {1000}, 5};
    EXPECT_EQ(read_standing(write(standing)).value(), standing);
    EXPECT_EQ(write(Standing{}).find("older"), std::string::npos);
    EXPECT_EQ(read_ring(R"({"events":42,"newer":true})").value().events, 42);
}

TEST(Doorbell, RefusesLinesThatAreNone) {
    for (const char* line : {"", "{}", "[]", R"({"events":-1})", R"({"events":"1"})"})
        EXPECT_FALSE(read_ring(line).ok()) << line;
    const std::string good = write(Standing{});
    ASSERT_TRUE(read_standing(good).ok());
    EXPECT_FALSE(read_standing(good.substr(0, good.size() - 1)).ok());
    std::string unknown = good;
    unknown.replace(unknown.find("no_broker"), 9, "elsewhere");
    EXPECT_FALSE(read_standing(unknown).ok());
}

// A broker's words may stand in it.
TEST(Doorbell, AReasonOfAStrangersFitsALine) {
    Standing standing;
    standing.reason = "bad\nline \x01 " + std::string(1000, 'x');
    const Standing read = read_standing(write(standing)).value();
    EXPECT_EQ(read.reason.size(), kMaxReasonBytes);
    EXPECT_EQ(read.reason.substr(0, 11), "bad?line ? ");
}

}  // namespace
}  // namespace counterfoil::wire
