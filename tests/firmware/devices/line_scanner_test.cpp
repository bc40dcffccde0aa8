#include "firmware/devices/line_scanner.h"

#include <gtest/gtest.h>

#include <fstream>

#include "firmware/devices/serial_line.h"
#include "tests/firmware/devices/device_support.h"

namespace counterfoil::devices {
namespace {

using test::numbered;
using test::SerialLine;
using test::take_texts;
using test::Texts;
using test::texts_of;
using test::write_all;

std::string as_lines(const Texts& codes) {
    std::string lines;
    for (const std::string& code : codes) lines += code + "\r\n";
    return lines;
}

class SerialScannerTest : public testing::Test {
  protected:
    SerialScanner scanner(std::int64_t idle_ms = 0) {
        return SerialScanner("desk", {line_.path(), 115200, idle_ms}, clock_);
    }

    test::TemporaryFolder folder_;
    base::SettableClock clock_{{}};
    SerialLine line_{folder_ / "tty"};
};

TEST_F(SerialScannerTest, GivesALineWithItsNameAndTime) {
    SerialScanner scanner = this->scanner();
    ScanQueue queue;
    EXPECT_EQ(scanner.state(), ScannerState::away);
    ASSERT_TRUE(scanner.due_ms());
    EXPECT_LE(*scanner.due_ms(), clock_.steady_ms());
    scanner.work(queue);
    EXPECT_EQ(scanner.state(), ScannerState::ready);
    EXPECT_GE(scanner.descriptor(), 0);
    EXPECT_FALSE(scanner.due_ms());
    clock_.advance(77);
    line_.send("5991234567890\r\n");
    scanner.work(queue);
    const auto scan = queue.pop();
    ASSERT_TRUE(scan);
    EXPECT_EQ(scan->text, "5991234567890");
    EXPECT_EQ(scan->scanner, "desk");
    EXPECT_EQ(scan->format, "");
    EXPECT_EQ(scan->steady_ms, 77);
}

TEST_F(SerialScannerTest, SetsTheLineRawAtItsSpeed) {
    SerialScanner scanner = this->scanner();
    texts_of(scanner);
    termios line{};
    ASSERT_EQ(::tcgetattr(line_.master().number(), &line), 0);
    EXPECT_EQ(line.c_lflag & static_cast<tcflag_t>(ECHO | ICANON | ISIG), 0u);
    EXPECT_EQ(line.c_iflag & static_cast<tcflag_t>(ICRNL | IXON | ISTRIP), 0u);
    EXPECT_EQ(line.c_cflag & static_cast<tcflag_t>(CSIZE | CSTOPB), static_cast<tcflag_t>(CS8));
    EXPECT_EQ(::cfgetispeed(&line), static_cast<speed_t>(B115200));
}

TEST_F(SerialScannerTest, JoinsALineThatComesInPieces) {
    SerialScanner scanner = this->scanner();
    texts_of(scanner);
    for (const char* piece : {"59912", "3456", "7890"}) {
        line_.send(piece);
        EXPECT_EQ(texts_of(scanner), Texts{});
    }
    line_.send("\rnext");
    EXPECT_EQ(texts_of(scanner), Texts{"5991234567890"});
    line_.send("\r");
    EXPECT_EQ(texts_of(scanner), Texts{"next"});
    EXPECT_EQ(scanner.dropped(), 0);
}

TEST_F(SerialScannerTest, DropsGarbageAndGoesOn) {
    SerialScanner scanner = this->scanner();
    texts_of(scanner);
    line_.send(std::string("\xfe\x80noise\r\n\0\0break\r\nfine\r\n", 24));
    EXPECT_EQ(texts_of(scanner), Texts{"fine"});
    EXPECT_EQ(scanner.dropped(), 2);
}

TEST_F(SerialScannerTest, IsAwayWhenUnpluggedAndBackASecondAfterItsReturn) {
    SerialScanner scanner = this->scanner();
    texts_of(scanner);
    line_.send("half");
    EXPECT_EQ(texts_of(scanner), Texts{});
    line_.unplug();
    EXPECT_EQ(texts_of(scanner), Texts{});
    EXPECT_EQ(scanner.state(), ScannerState::away);
    EXPECT_EQ(scanner.descriptor(), -1);
    EXPECT_EQ(scanner.dropped(), 1);
    EXPECT_NE(scanner.trouble(), "");

    for (int second = 0; second < 3; ++second) {
        EXPECT_EQ(scanner.due_ms(), clock_.steady_ms() + 1000);
        clock_.advance(1000);
        EXPECT_EQ(texts_of(scanner), Texts{});
        EXPECT_EQ(scanner.state(), ScannerState::away);
    }
    line_.plug_in();
    line_.send("other half\nwhole\n");
    clock_.advance(999);
    EXPECT_EQ(texts_of(scanner), Texts{});
    EXPECT_EQ(scanner.state(), ScannerState::away);
    clock_.advance(1);
    EXPECT_EQ(texts_of(scanner), (Texts{"other half", "whole"}));
    EXPECT_EQ(scanner.state(), ScannerState::ready);
    EXPECT_EQ(scanner.trouble(), "");
    EXPECT_EQ(scanner.dropped(), 1);
}

TEST_F(SerialScannerTest, EndsAScanWithoutTerminatorWhenToldHowLongToWait) {
    SerialScanner scanner = this->scanner(50);
    texts_of(scanner);
    line_.send("1234");
    EXPECT_EQ(texts_of(scanner), Texts{});
    clock_.advance(30);
    line_.send("5678");
    EXPECT_EQ(texts_of(scanner), Texts{});
    EXPECT_EQ(scanner.due_ms(), clock_.steady_ms() + 50);
    clock_.advance(49);
    EXPECT_EQ(texts_of(scanner), Texts{});
    clock_.advance(1);
    EXPECT_EQ(texts_of(scanner), Texts{"12345678"});
    EXPECT_FALSE(scanner.due_ms());
}

TEST_F(SerialScannerTest, NeverEndsAScanWithoutTerminatorUnlessToldTo) {
    SerialScanner scanner = this->scanner();
    texts_of(scanner);
    line_.send("1234");
    EXPECT_EQ(texts_of(scanner), Texts{});
    EXPECT_FALSE(scanner.due_ms());
    clock_.advance(3'600'000);
    EXPECT_EQ(texts_of(scanner), Texts{});
}

TEST_F(SerialScannerTest, IsNotReadyOnWhatIsNoSerialLine) {
    SerialScanner scanner("desk", {test::make_fifo(folder_ / "fifo"), 9600, 0}, clock_);
    EXPECT_EQ(texts_of(scanner), Texts{});
    EXPECT_EQ(scanner.state(), ScannerState::away);
    EXPECT_NE(scanner.trouble().find("fifo"), std::string::npos);
}

TEST(SerialScanner, KeepsEveryLineOfAPty) {
    const test::TemporaryFolder folder;
    const base::SystemClock clock;
    SerialLine line(folder / "tty");
    SerialScanner scanner("desk", {line.path(), 9600, 0}, clock);
    texts_of(scanner);
    const Texts codes = numbered(3000);
    std::thread writer([&] { line.send(as_lines(codes)); });
    const Texts texts = test::wait_for(scanner, clock, codes.size());
    writer.join();
    EXPECT_EQ(texts, codes);
    EXPECT_EQ(scanner.dropped(), 0);
}

TEST(SerialScanner, KnowsTheUsualSpeeds) {
    for (int baud : {1200, 9600, 115200, 921600}) EXPECT_TRUE(is_baud(baud)) << baud;
    for (int baud : {0, -9600, 9601}) EXPECT_FALSE(is_baud(baud)) << baud;
}

class LineFileScannerTest : public testing::Test {
  protected:
    LineFileScanner scanner(const std::filesystem::path& path) {
        return LineFileScanner("file", path, clock_);
    }

    test::TemporaryFolder folder_;
    std::filesystem::path fifo_ = test::make_fifo(folder_ / "fifo");
    base::SettableClock clock_{{}};
};

TEST_F(LineFileScannerTest, StaysReadyWhileWritersComeAndGo) {
    LineFileScanner scanner = this->scanner(fifo_);
    EXPECT_EQ(texts_of(scanner), Texts{});
    for (int i = 0; i < 5; ++i) {
        const std::string code = "code " + std::to_string(i);
        write_all(test::open_writer(fifo_), code + "\n");
        EXPECT_EQ(texts_of(scanner), Texts{code});
        EXPECT_EQ(scanner.state(), ScannerState::ready);
    }
    EXPECT_EQ(scanner.dropped(), 0);
}

TEST_F(LineFileScannerTest, IsNotWokenByAFifoWithoutAWriter) {
    LineFileScanner scanner = this->scanner(fifo_);
    texts_of(scanner);
    write_all(test::open_writer(fifo_), "code\n");
    texts_of(scanner);
    texts_of(scanner);
    pollfd waited{scanner.descriptor(), POLLIN, 0};
    EXPECT_EQ(::poll(&waited, 1, 0), 0);
    write_all(test::open_writer(fifo_), "code\n");
    waited.fd = scanner.descriptor();
    EXPECT_EQ(::poll(&waited, 1, 0), 1);
}

TEST_F(LineFileScannerTest, DoesNotJoinTheLinesOfTwoWriters) {
    LineFileScanner scanner = this->scanner(fifo_);
    texts_of(scanner);
    write_all(test::open_writer(fifo_), "half");
    texts_of(scanner);
    texts_of(scanner);
    EXPECT_EQ(scanner.dropped(), 1);
    write_all(test::open_writer(fifo_), "whole\n");
    EXPECT_EQ(texts_of(scanner), Texts{"whole"});
}

TEST_F(LineFileScannerTest, FollowsAFifoThatIsMadeAnew) {
    LineFileScanner scanner = this->scanner(fifo_);
    texts_of(scanner);
    std::filesystem::remove(fifo_);
    clock_.advance(1000);
    texts_of(scanner);
    EXPECT_EQ(scanner.state(), ScannerState::away);
    test::make_fifo(fifo_);
    clock_.advance(1000);
    texts_of(scanner);
    EXPECT_EQ(scanner.state(), ScannerState::ready);
    write_all(test::open_writer(fifo_), "new\n");
    EXPECT_EQ(texts_of(scanner), Texts{"new"});
}

TEST_F(LineFileScannerTest, LosesNothingWhileTheQueueIsFull) {
    LineFileScanner scanner = this->scanner(fifo_);
    ScanQueue queue;
    scanner.work(queue);
    const Texts codes = numbered(20'000);
    std::thread writer([&] { write_all(test::open_writer(fifo_), as_lines(codes)); });
    Texts texts;
    bool was_held_back = false;
    bool was_due_soon = true;
    while (texts.size() < codes.size()) {
        scanner.work(queue);
        if (!queue.has_room()) {
            was_due_soon = was_due_soon && scanner.due_ms() == clock_.steady_ms() + 10;
            was_held_back = was_held_back || scanner.descriptor() == -1;
        }
        for (int i = 0; i < 7; ++i)
            if (auto scan = queue.pop()) texts.push_back(std::move(scan->text));
    }
    writer.join();
    EXPECT_EQ(texts, codes);
    EXPECT_TRUE(was_held_back);
    EXPECT_TRUE(was_due_soon);
    EXPECT_EQ(scanner.dropped(), 0);
}

TEST_F(LineFileScannerTest, GivesWhatCameBeforeTheWriterLeftAlthoughTheQueueWasFull) {
    LineFileScanner scanner = this->scanner(fifo_);
    ScanQueue queue;
    scanner.work(queue);
    Texts codes = numbered(ScanQueue::kRoom + 2);
    write_all(test::open_writer(fifo_), as_lines(codes) + "half");
    for (int i = 0; i < 3; ++i) scanner.work(queue);
    EXPECT_FALSE(queue.has_room());
    EXPECT_EQ(scanner.dropped(), 0);
    // What another writer brings meanwhile does not continue the half line.
    write_all(test::open_writer(fifo_), "another\n");
    scanner.work(queue);
    Texts texts = take_texts(queue);
    for (int i = 0; i < 2; ++i)
        for (const std::string& text : texts_of(scanner)) texts.push_back(text);
    codes.push_back("another");
    EXPECT_EQ(texts, codes);
    EXPECT_EQ(scanner.dropped(), 1);
}

TEST_F(LineFileScannerTest, ReadsAFileOnceAndThenWhatIsAppended) {
    const auto path = folder_ / "codes";
    std::ofstream(path) << "one\ntwo\nthr";
    LineFileScanner scanner = this->scanner(path);
    EXPECT_EQ(texts_of(scanner), (Texts{"one", "two"}));
    EXPECT_EQ(scanner.descriptor(), -1);
    EXPECT_EQ(scanner.due_ms(), clock_.steady_ms() + 1000);
    std::ofstream(path, std::ios::app) << "ee\nfour\n";
    clock_.advance(1000);
    EXPECT_EQ(texts_of(scanner), (Texts{"three", "four"}));
    clock_.advance(1000);
    EXPECT_EQ(texts_of(scanner), Texts{});
    EXPECT_EQ(scanner.dropped(), 0);
}

TEST_F(LineFileScannerTest, ReadsAFileThatWasReplacedFromItsStart) {
    const auto path = folder_ / "codes";
    std::ofstream(path) << "one\ntwo";
    LineFileScanner scanner = this->scanner(path);
    EXPECT_EQ(texts_of(scanner), Texts{"one"});
    std::ofstream(folder_ / "new") << "three\nfour and more\n";
    std::filesystem::rename(folder_ / "new", path);
    EXPECT_EQ(texts_of(scanner), Texts{});
    EXPECT_EQ(scanner.dropped(), 1);
    EXPECT_EQ(texts_of(scanner), (Texts{"three", "four and more"}));
}

TEST_F(LineFileScannerTest, ReadsAFileThatWasShortenedFromItsStart) {
    const auto path = folder_ / "codes";
    std::ofstream(path) << "one\ntwo\n";
    LineFileScanner scanner = this->scanner(path);
    EXPECT_EQ(texts_of(scanner), (Texts{"one", "two"}));
    std::ofstream(path, std::ios::trunc) << "six\n";
    texts_of(scanner);
    EXPECT_EQ(texts_of(scanner), Texts{"six"});
    EXPECT_EQ(scanner.dropped(), 0);
}

TEST_F(LineFileScannerTest, WaitsForAFileThatIsNotThere) {
    LineFileScanner scanner = this->scanner(folder_ / "codes");
    EXPECT_EQ(texts_of(scanner), Texts{});
    EXPECT_EQ(scanner.state(), ScannerState::away);
    EXPECT_NE(scanner.trouble().find("not_found"), std::string::npos);
    std::ofstream(folder_ / "codes") << "one\n";
    clock_.advance(1000);
    EXPECT_EQ(texts_of(scanner), Texts{"one"});
}

TEST_F(LineFileScannerTest, RefusesDevicesAndFolders) {
    for (const auto& path : {std::filesystem::path("/dev/zero"), folder_.path()}) {
        LineFileScanner scanner = this->scanner(path);
        EXPECT_EQ(texts_of(scanner), Texts{});
        EXPECT_EQ(scanner.state(), ScannerState::away);
    }
}

}  // namespace
}  // namespace counterfoil::devices
