#include "firmware/devices/key_decoder.h"

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include <random>

#include "firmware/core/base/coding.h"
#include "firmware/devices/scanner.h"

namespace counterfoil::devices {
namespace {

class KeyDecoderTest : public testing::Test {
  protected:
    explicit KeyDecoderTest(KeySettings settings = {}) : decoder_(settings) {}

    void send(int type, int code, int value) {
        const KeyEvent event{static_cast<std::uint16_t>(type), static_cast<std::uint16_t>(code),
                             value, time_ms_};
        if (auto text = decoder_.take(event)) scans_.push_back(*std::move(text));
    }
    void press(int code) {
        send(EV_KEY, code, 1);
        send(EV_KEY, code, 0);
        send(EV_SYN, SYN_REPORT, 0);
        time_ms_ += 2;
    }
    void type(std::string_view text, std::int64_t gap_ms = 2) {
        const auto events = type_text(KeyboardLayout::us, text, time_ms_, gap_ms);
        ASSERT_TRUE(events.ok());
        // But for the last key, Enter.
        for (std::size_t i = 0; i + 4 < events.value().size(); ++i) {
            const KeyEvent& event = events.value()[i];
            time_ms_ = event.time_ms;
            send(event.type, event.code, event.value);
        }
        time_ms_ += gap_ms;
    }
    void scan(std::string_view text) {
        type(text);
        press(KEY_ENTER);
    }

    KeyDecoder decoder_;
    std::vector<std::string> scans_;
    std::int64_t time_ms_ = 5000;
};

using Scans = std::vector<std::string>;

TEST_F(KeyDecoderTest, GivesAScanAtEitherEnter) {
    scan("Hello 12");
    type("34");
    press(KEY_KPENTER);
    EXPECT_EQ(scans_, (Scans{"Hello 12", "34"}));
    EXPECT_EQ(decoder_.dropped(), 0);
}

TEST_F(KeyDecoderTest, GivesNothingForEnterAlone) {
    press(KEY_ENTER);
    press(KEY_ENTER);
    EXPECT_EQ(scans_, Scans{});
    EXPECT_EQ(decoder_.dropped(), 0);
}

TEST_F(KeyDecoderTest, DropsAScanWithATabUnlessTabEndsIt) {
    type("12");
    press(KEY_TAB);
    scan("34");
    EXPECT_EQ(scans_, Scans{});
    EXPECT_EQ(decoder_.dropped(), 1);
}

class TabDecoderTest : public KeyDecoderTest {
  protected:
    TabDecoderTest() : KeyDecoderTest({.tab_ends = true}) {}
};

TEST_F(TabDecoderTest, EndsAScanAtTabIfSet) {
    type("12");
    press(KEY_TAB);
    scan("34");
    EXPECT_EQ(scans_, (Scans{"12", "34"}));
}

TEST_F(KeyDecoderTest, TakesKeysThatComeAHundredMillisecondsApart) {
    type("123", 100);
    press(KEY_ENTER);
    EXPECT_EQ(scans_, Scans{"123"});
}

TEST_F(KeyDecoderTest, DropsAScanWithALongerGapToItsEnd) {
    type("123");
    time_ms_ += 99;  // 101 since the last key
    scan("456");
    EXPECT_EQ(scans_, Scans{});
    EXPECT_EQ(decoder_.dropped(), 1);
    scan("789");
    EXPECT_EQ(scans_, Scans{"789"});
}

TEST_F(KeyDecoderTest, BeginsAnewAfterAPause) {
    type("123");
    time_ms_ += 1001;
    scan("456");
    EXPECT_EQ(scans_, Scans{"456"});
    EXPECT_EQ(decoder_.dropped(), 1);
}

TEST_F(KeyDecoderTest, DropsWhatAPersonTypes) {
    type("12345", 150);
    press(KEY_ENTER);
    EXPECT_EQ(scans_, Scans{});
    EXPECT_EQ(decoder_.dropped(), 1);
}

TEST_F(KeyDecoderTest, IgnoresRepeatedKeys) {
    send(EV_KEY, KEY_1, 1);
    for (int i = 0; i < 5; ++i) send(EV_KEY, KEY_1, 2);
    send(EV_KEY, KEY_1, 0);
    press(KEY_ENTER);
    EXPECT_EQ(scans_, Scans{"1"});
}

TEST_F(KeyDecoderTest, HoldsShiftUntilBothAreReleased) {
    send(EV_KEY, KEY_LEFTSHIFT, 1);
    send(EV_KEY, KEY_RIGHTSHIFT, 1);
    press(KEY_A);
    send(EV_KEY, KEY_LEFTSHIFT, 0);
    press(KEY_B);
    send(EV_KEY, KEY_RIGHTSHIFT, 0);
    press(KEY_C);
    press(KEY_ENTER);
    EXPECT_EQ(scans_, Scans{"ABc"});
}

TEST_F(KeyDecoderTest, FollowsCapsLock) {
    press(KEY_CAPSLOCK);
    press(KEY_A);
    press(KEY_1);
    press(KEY_CAPSLOCK);
    press(KEY_A);
    press(KEY_ENTER);
    EXPECT_EQ(scans_, Scans{"A1a"});
}

TEST_F(KeyDecoderTest, ReadsTheKeypad) {
    press(KEY_NUMLOCK);
    for (int code : {KEY_KP5, KEY_KP9, KEY_KP0, KEY_KPMINUS, KEY_KP1, KEY_KPENTER}) press(code);
    EXPECT_EQ(scans_, Scans{"590-1"});
}

TEST_F(KeyDecoderTest, DropsAScanWithAKeyThatHasNoCharacter) {
    type("12");
    press(KEY_F5);
    scan("34");
    scan("56");
    EXPECT_EQ(scans_, Scans{"56"});
    EXPECT_EQ(decoder_.dropped(), 1);
}

TEST_F(KeyDecoderTest, DropsAScanWithACommand) {
    for (int modifier : {KEY_LEFTALT, KEY_LEFTMETA, KEY_RIGHTCTRL}) {
        send(EV_KEY, modifier, 1);
        press(KEY_C);
        send(EV_KEY, modifier, 0);
        press(KEY_ENTER);
    }
    EXPECT_EQ(scans_, Scans{});
    EXPECT_EQ(decoder_.dropped(), 3);
}

TEST_F(KeyDecoderTest, TakesTheLongestScanAndDropsALongerOne) {
    const std::string longest(kMaxScanBytes, '7');
    scan(longest);
    scan(longest + "7");
    scan(longest);
    EXPECT_EQ(scans_, (Scans{longest, longest}));
    EXPECT_EQ(decoder_.dropped(), 1);
}

TEST_F(KeyDecoderTest, BelievesNothingAfterALossUntilTheNextEnter) {
    type("12");
    send(EV_SYN, SYN_DROPPED, 0);
    press(KEY_9);  // before its SYN_REPORT
    scan("34");
    scan("56");
    EXPECT_EQ(scans_, Scans{"56"});
    EXPECT_EQ(decoder_.dropped(), 1);
}

TEST_F(KeyDecoderTest, IgnoresAnEnterBetweenALossAndItsReport) {
    type("12");
    send(EV_SYN, SYN_DROPPED, 0);
    send(EV_KEY, KEY_ENTER, 1);
    send(EV_SYN, SYN_REPORT, 0);
    scan("34");
    scan("56");
    EXPECT_EQ(scans_, Scans{"56"});
}

TEST_F(KeyDecoderTest, BelievesAScanThatComesAWhileAfterALoss) {
    send(EV_KEY, KEY_LEFTSHIFT, 1);
    send(EV_SYN, SYN_DROPPED, 0);
    send(EV_SYN, SYN_REPORT, 0);
    time_ms_ += 1001;
    scan("12");
    EXPECT_EQ(scans_, Scans{"12"});
    EXPECT_EQ(decoder_.dropped(), 1);
}

TEST_F(KeyDecoderTest, ForgetsHeldKeysAndHalfAScanWhenTheKeyboardGoes) {
    type("12");
    send(EV_KEY, KEY_LEFTSHIFT, 1);
    decoder_.break_off();
    EXPECT_EQ(decoder_.dropped(), 1);
    scan("34");
    EXPECT_EQ(scans_, Scans{"34"});
}

TEST_F(KeyDecoderTest, IgnoresEventsThatAreNoKeys) {
    type("12");
    send(EV_MSC, MSC_SCAN, 458792);
    send(EV_LED, LED_CAPSL, 1);
    send(EV_REL, REL_X, 1);
    scan("34");
    EXPECT_EQ(scans_, Scans{"1234"});
}

TEST_F(KeyDecoderTest, GivesOnlyScansForAnyEvents) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        std::mt19937_64 random(seed);
        for (int i = 0; i < 3000; ++i) {
            time_ms_ += static_cast<std::int64_t>(random() % 50) - 10;
            const auto value = static_cast<int>(random() % 5) - 1;
            send(static_cast<int>(random() % 3), static_cast<int>(random() % 130), value);
        }
        for (const std::string& text : scans_) {
            EXPECT_TRUE(base::is_utf8(text)) << "seed " << seed;
            EXPECT_TRUE(!text.empty() && text.size() <= kMaxScanBytes) << "seed " << seed;
        }
        scans_.clear();
    }
}

}  // namespace
}  // namespace counterfoil::devices
