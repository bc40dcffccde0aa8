#include "firmware/devices/printer_status.h"

#include <gtest/gtest.h>

#include <initializer_list>

#include "tests/support/properties.h"

namespace counterfoil::devices {
namespace {

// The only answer that the bytes give, with their last one.
std::optional<Answer> answer_to(std::initializer_list<int> bytes) {
    AnswerReader reader;
    std::optional<Answer> answer;
    for (const int byte : bytes) {
        EXPECT_FALSE(answer);
        answer = reader.take(static_cast<std::uint8_t>(byte));
    }
    return answer;
}

Condition condition(std::initializer_list<int> bytes) {
    const auto answer = answer_to(bytes);
    CF_CHECK(answer && std::holds_alternative<Condition>(*answer));
    return std::get<Condition>(*answer);
}

TEST(PrinterStatus, FourAnswersMakeACondition) {
    EXPECT_EQ(read_condition({0x12, 0x12, 0x12, 0x12}), Condition{});
    EXPECT_EQ(read_condition({0x16, 0x12, 0x12, 0x12}), Condition{});  // the drawer's pin
    EXPECT_EQ(read_condition({0x1a, 0x12, 0x12, 0x12}), (Condition{.offline = true}));
    EXPECT_EQ(read_condition({0x1a, 0x16, 0x12, 0x12}),
              (Condition{.offline = true, .cover_open = true}));
    EXPECT_EQ(read_condition({0x1a, 0x32, 0x12, 0x72}),
              (Condition{.offline = true, .paper_out = true}));
    EXPECT_EQ(read_condition({0x12, 0x12, 0x12, 0x1e}), (Condition{.paper_near_end = true}));
    EXPECT_EQ(read_condition({0x1a, 0x52, 0x1a, 0x12}),
              (Condition{.offline = true, .error = true}));
    EXPECT_EQ(read_condition({0x12, 0x12, 0x32, 0x12}), (Condition{.error = true}));
    EXPECT_EQ(read_condition({0x12, 0x12, 0x52, 0x12}), (Condition{.error = true}));
}

TEST(PrinterStatus, AnswersThatCannotBeAreNone) {
    for (int place = 0; place < 4; ++place)
        for (int byte = 0; byte < 0x100; ++byte) {
            std::array<std::uint8_t, 4> answers{0x12, 0x12, 0x12, 0x12};
            answers[static_cast<std::size_t>(place)] = static_cast<std::uint8_t>(byte);
            const bool is_fixed = (byte & 0x93) == 0x12;
            const bool is_half = place == 3 && ((byte & 0x0c) == 0x04 || (byte & 0x0c) == 0x08 ||
                                                (byte & 0x60) == 0x20 || (byte & 0x60) == 0x40);
            EXPECT_EQ(read_condition(answers).has_value(), is_fixed && !is_half) << byte;
        }
}

TEST(PrinterStatus, KindsOfAnswersAreToldApart) {
    for (int byte = 0; byte < 0x100; ++byte) {
        const auto answer = answer_to({byte});
        EXPECT_EQ(answer && std::holds_alternative<RealTimeAnswer>(*answer),
                  (byte & 0x93) == 0x12 && byte != 0x13)
            << byte;
        const bool is_whole_pair = (byte & 0x03) % 3 == 0 && (byte & 0x0c) % 12 == 0;
        EXPECT_EQ(answer && std::holds_alternative<BufferedAnswer>(*answer),
                  (byte & 0x90) == 0 && is_whole_pair)
            << byte;
    }
    const auto paper_out = answer_to({0x0c});
    EXPECT_TRUE(std::get<BufferedAnswer>(*paper_out).paper_out);
    EXPECT_FALSE(std::get<BufferedAnswer>(*paper_out).paper_near_end);
}

TEST(PrinterStatus, ReadsWhatPrintersTellByThemselves) {
    EXPECT_EQ(condition({0x10, 0, 0, 0}), Condition{});
    EXPECT_EQ(condition({0x18, 0, 0x0f, 0x0f}),
              (Condition{.offline = true, .paper_out = true, .paper_near_end = true}));
    EXPECT_EQ(condition({0x38, 0, 0, 0}), (Condition{.offline = true, .cover_open = true}));
    EXPECT_EQ(condition({0x18, 0x08, 0, 0}), (Condition{.offline = true, .error = true}));
}

TEST(PrinterStatus, ReadsTheNumberOfAProcess) {
    const ProcessId id = process_id(77);
    const auto answer = answer_to({0x37, 0x22, id[0], id[1], id[2], id[3], 0});
    ASSERT_TRUE(answer && std::holds_alternative<ProcessAnswer>(*answer));
    EXPECT_EQ(std::get<ProcessAnswer>(*answer).id, id);
    EXPECT_EQ(ask_process(id).size(), 11u);
    EXPECT_NE(process_id(1), process_id(2));
    EXPECT_NE(process_id(63), process_id(127));
}

TEST(PrinterStatus, WhatIsBrokenOffIsGarbageAndTheNextAnswerIsHeard) {
    AnswerReader reader;
    for (const int byte : {0x37, 0x22, 0x61, 0xff, 0x10, 0x00, 0x80}) {
        EXPECT_FALSE(reader.take(static_cast<std::uint8_t>(byte)));
    }
    EXPECT_EQ(reader.garbage(), 7);
    EXPECT_FALSE(reader.take(0x18));
    const auto answer = reader.take(0x12);
    EXPECT_TRUE(answer && std::holds_alternative<RealTimeAnswer>(*answer));
    EXPECT_EQ(reader.garbage(), 8);
    EXPECT_FALSE(reader.take(0x11));
    EXPECT_FALSE(reader.take(0x13));
    EXPECT_EQ(reader.garbage(), 8);
}

TEST(PrinterStatus, NoBytesMakeMoreAnswersThanTheyAre) {
    counterfoil::test::expect_always([] {
        AnswerReader reader;
        std::int64_t answers = 0;
        const int size = counterfoil::test::draw(0, 200);
        for (int i = 0; i < size; ++i)
            if (reader.take(static_cast<std::uint8_t>(counterfoil::test::draw(0, 256)))) ++answers;
        RC_ASSERT(answers + reader.garbage() <= size);
    });
}

}  // namespace
}  // namespace counterfoil::devices
