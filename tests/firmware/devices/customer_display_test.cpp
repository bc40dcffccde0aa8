#include "firmware/devices/customer_display.h"

#include <gtest/gtest.h>

#include "firmware/devices/serial_line.h"
#include "tests/firmware/devices/device_support.h"
#include "tests/firmware/devices/printer_support.h"

namespace counterfoil::devices {
namespace {

using base::CodePage;
using test::SerialLine;

const std::vector<DisplayPage> kPages{{CodePage::pc852, 18}, {CodePage::pc866, 17}};

TEST(DisplayRows, AreCutAndFilledToTheirWidth) {
    EXPECT_EQ(display_rows("Őszibarackos sör 0,33 l", "rövid"),
              (DisplayRows{"Őszibarackos sör 0,3", "rövid               "}));
    EXPECT_EQ(display_rows("", "12345678901234567890"),
              (DisplayRows{"                    ", "12345678901234567890"}));
}

TEST(DisplayRows, SetAmountsAtTheRight) {
    EXPECT_EQ(display_amount("ÖSSZESEN", "1 890 Ft"),
              (DisplayRows{"ÖSSZESEN            ", "            1 890 Ft"}));
    EXPECT_EQ(display_amount("", "123456789012345678901 €")[1], "456789012345678901 €");
}

TEST(CustomerDisplay, IsClearedAndToldInItsPages) {
    const base::Bytes bytes = to_display(display_rows("Tűrő", "Жук"), kPages);
    EXPECT_EQ(base::as_text(bytes),
              std::string("\x1b@\x1f\x01\x1f\x43\x00\x1bR\x00\x0c\x0b\x1bt\x12T\xfbr\x8b", 19) +
                  std::string(16, ' ') + "\x1bt\x11\x86\xe3\xaa" + std::string(17, ' '));
}

class CustomerDisplayTest : public testing::Test {
  protected:
    // What the display is sent, until it has been quiet.
    std::string sent() {
        ::fcntl(line_.master().number(), F_SETFL, O_NONBLOCK);
        std::string all;
        for (int i = 0; i < 20; ++i) {
            test::work_without_waiting(display_, clock_);
            std::array<char, 4096> room{};
            const ssize_t got = ::read(line_.master().number(), room.data(), room.size());
            if (got > 0) all.append(room.data(), static_cast<std::size_t>(got));
        }
        return all;
    }
    static std::string text(std::string_view top, std::string_view bottom = "") {
        return std::string(base::as_text(to_display(display_rows(top, bottom), kPages)));
    }

    test::TemporaryFolder folder_;
    base::SettableClock clock_{{}};
    SerialLine line_{folder_ / "tty"};
    CustomerDisplay display_{Channel(device_opener(folder_ / "tty", raw_line(9600))), kPages,
                             clock_};
};

TEST_F(CustomerDisplayTest, ShowsWhatItIsTold) {
    EXPECT_TRUE(display_.is_away());
    EXPECT_EQ(sent(), text(""));
    EXPECT_FALSE(display_.is_away());
    EXPECT_EQ(sent(), "");
    display_.show(display_rows("egy", "kettő"));
    EXPECT_EQ(sent(), text("egy", "kettő"));
    EXPECT_EQ(display_.awaited(), POLLIN);
}

TEST_F(CustomerDisplayTest, PassesOverWhatNobodyCouldHaveRead) {
    sent();
    for (int i = 0; i < 1000; ++i) display_.show(display_rows(std::to_string(i), ""));
    EXPECT_EQ(sent(), text("999"));
}

TEST_F(CustomerDisplayTest, AStuckDisplayHoldsNobodyUpAndEndsWithTheLast) {
    sent();
    std::size_t shown = 0;
    for (int i = 0; i < 5000; ++i, ++shown) {
        display_.show(display_rows(std::to_string(i), ""));
        display_.work();
    }
    EXPECT_EQ(display_.awaited(), POLLIN | POLLOUT);
    std::string all;
    for (std::string more = sent(); !more.empty(); more = sent()) all += more;
    EXPECT_LT(all.size(), 5000 * text("").size());
    EXPECT_TRUE(all.ends_with(text("4999")));
    // Pictures came whole, each behind the other.
    EXPECT_EQ(all.size() % text("").size(), 0u);
}

TEST_F(CustomerDisplayTest, ShowsTheSameAgainWhenItIsPluggedInAgain) {
    sent();
    display_.show(display_rows("itt vagyok", ""));
    sent();
    line_.unplug();
    display_.work();
    EXPECT_TRUE(display_.is_away());
    EXPECT_NE(display_.trouble(), "");
    EXPECT_EQ(display_.due_ms(), clock_.steady_ms() + 1000);
    line_.plug_in();
    clock_.advance(1000);
    EXPECT_EQ(sent(), text("itt vagyok"));
    EXPECT_FALSE(display_.is_away());
    EXPECT_EQ(display_.trouble(), "");
}

}  // namespace
}  // namespace counterfoil::devices
