#include "firmware/till/attached.h"

#include <gtest/gtest.h>

#include "tests/firmware/devices/device_support.h"

namespace counterfoil::till {
namespace {

class AttachedTest : public testing::Test {
  protected:
    Attached attach_all(const Board& board) {
        return attach(board, {folder_.path(), folder_ / "counterfoil-decoder"}, clock_);
    }
    static void work(Attached& attached) {
        devices::ScanQueue queue;
        for (AttachedScanner& one : attached.scanners) one.scanner->work(queue);
        if (attached.printer) attached.printer->work();
        if (attached.display) attached.display->work();
    }

    counterfoil::test::TemporaryFolder folder_;
    base::SettableClock clock_{{}};
};

TEST_F(AttachedTest, TellsOfEachDeviceThatIsMissing) {
    Board board;
    board.scanners = {SerialPlace{"tty", 9600}, KeyboardPlace{"keys"}, LinesPlace{"lines"},
                      PtyPlace{"below/scanner"}};
    board.cameras = {VideoPlace{"video"}, FramesPlace{"frames"}};
    board.printer = BoardPrinter{UsbPlace{"lp"}, {}, {}, {}};
    board.display = SerialPlace{"display", 9600};
    Attached attached = attach_all(board);
    for (const DeviceState& one : states(attached)) {
        EXPECT_EQ(one.state, "away") << one.name;
        EXPECT_EQ(one.trouble, "") << one.name;
    }
    work(attached);
    const auto told = states(attached);
    ASSERT_EQ(told.size(), 8u);
    const std::vector<std::string> names{"scanner 1", "scanner 2", "scanner 3", "scanner 4",
                                         "camera 1",  "camera 2",  "printer",   "display"};
    for (std::size_t i = 0; i < told.size(); ++i) {
        EXPECT_EQ(told[i].name, names[i]);
        EXPECT_EQ(told[i].state, "away") << names[i];
        EXPECT_NE(told[i].trouble, "") << names[i];
    }
    EXPECT_NE(told[0].trouble.find((folder_ / "tty").string()), std::string::npos);
}

TEST_F(AttachedTest, FindsTheDevicesInTheTillsFolder) {
    devices::test::make_fifo(folder_ / "lines");
    Board board;
    board.scanners = {LinesPlace{"lines"}, PtyPlace{"scanner"}};
    board.display = FilePlace{"display"};
    Attached attached = attach_all(board);
    work(attached);
    EXPECT_EQ(states(attached), (std::vector<DeviceState>{{"scanner 1", "ready", ""},
                                                          {"scanner 2", "ready", ""},
                                                          {"display", "ready", ""}}));
    EXPECT_TRUE(std::filesystem::is_character_file(folder_ / "scanner"));
    EXPECT_GT(std::filesystem::file_size(folder_ / "display"), 0u);
}

TEST_F(AttachedTest, StartsACameraWhenItsDecoderIsThere) {
    Board board;
    board.cameras = {FramesPlace{"frames"}};
    Attached attached = attach_all(board);
    devices::test::make_fifo(folder_ / "frames");
    work(attached);
    EXPECT_NE(states(attached)[0].trouble.find("counterfoil-decoder"), std::string::npos);
    std::filesystem::create_symlink(COUNTERFOIL_DECODER, folder_ / "counterfoil-decoder");
    clock_.advance(999);
    work(attached);
    EXPECT_EQ(states(attached)[0].state, "away");
    clock_.advance(1);
    work(attached);
    EXPECT_EQ(states(attached), (std::vector<DeviceState>{{"camera 1", "ready", ""}}));
}

}  // namespace
}  // namespace counterfoil::till
