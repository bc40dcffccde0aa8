#include "firmware/devices/pty_scanner.h"

#include <gtest/gtest.h>

#include <fstream>
#include <optional>

#include "tests/firmware/devices/device_support.h"

namespace counterfoil::devices {
namespace {

using test::numbered;
using test::Texts;
using test::texts_of;
using test::write_all;

class PtyScannerTest : public testing::Test {
  protected:
    base::Descriptor writer() {
        base::Descriptor file = base::Descriptor::open(link_, O_WRONLY | O_NOCTTY);
        EXPECT_TRUE(file.ok());
        return file;
    }

    test::TemporaryFolder folder_;
    base::SettableClock clock_{{}};
    std::filesystem::path link_ = folder_ / "scanner";
};

TEST_F(PtyScannerTest, GivesEachLineThatIsWrittenIntoIt) {
    PtyScanner scanner("desk", link_, clock_);
    EXPECT_EQ(texts_of(scanner), Texts{});
    EXPECT_EQ(scanner.state(), ScannerState::ready);
    for (int i = 0; i < 3; ++i) {
        const std::string code = "code " + std::to_string(i);
        write_all(writer(), code + "\n");
        EXPECT_EQ(texts_of(scanner), Texts{code});
    }
    EXPECT_EQ(scanner.state(), ScannerState::ready);
    EXPECT_EQ(scanner.dropped(), 0);
}

TEST_F(PtyScannerTest, TakesBytesAsTheyAre) {
    PtyScanner scanner("desk", link_, clock_);
    texts_of(scanner);
    const base::Descriptor file = writer();
    termios line{};
    ASSERT_EQ(::tcgetattr(file.number(), &line), 0);
    EXPECT_EQ(line.c_oflag & static_cast<tcflag_t>(OPOST), 0u);
    write_all(file,
              "a\x1d"
              "b\n");
    EXPECT_EQ(texts_of(scanner), Texts{"a\x1d"
                                       "b"});
}

TEST_F(PtyScannerTest, IsNotWokenWhileNobodyWrites) {
    PtyScanner scanner("desk", link_, clock_);
    texts_of(scanner);
    write_all(writer(), "code\n");
    texts_of(scanner);
    pollfd waited{scanner.descriptor(), POLLIN, 0};
    EXPECT_EQ(::poll(&waited, 1, 0), 0);
    EXPECT_FALSE(scanner.due_ms());
    write_all(writer(), "code\n");
    EXPECT_EQ(::poll(&waited, 1, 0), 1);
}

TEST_F(PtyScannerTest, KeepsEveryLine) {
    const base::SystemClock clock;
    PtyScanner scanner("desk", link_, clock);
    texts_of(scanner);
    const Texts codes = numbered(3000);
    std::thread thread([&] {
        std::string lines;
        for (const std::string& code : codes) lines += code + "\n";
        write_all(writer(), lines);
    });
    EXPECT_EQ(test::wait_for(scanner, clock, codes.size()), codes);
    thread.join();
    EXPECT_EQ(scanner.dropped(), 0);
}

TEST_F(PtyScannerTest, TakesTheNameOfAnEarlierOneAndRemovesItAtItsEnd) {
    std::filesystem::create_symlink("gone", link_);
    {
        PtyScanner scanner("desk", link_, clock_);
        EXPECT_EQ(std::filesystem::read_symlink(link_), "gone");
        texts_of(scanner);
        write_all(writer(), "code\n");
        EXPECT_EQ(texts_of(scanner), Texts{"code"});
    }
    EXPECT_FALSE(std::filesystem::is_symlink(std::filesystem::symlink_status(link_)));
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(PtyScannerTest, LeavesANameThatAnotherHasTaken) {
    std::optional<PtyScanner> first(std::in_place, "first", link_, clock_);
    texts_of(*first);
    PtyScanner second("second", link_, clock_);
    texts_of(second);
    first.reset();
    write_all(writer(), "code\n");
    EXPECT_EQ(texts_of(second), Texts{"code"});
}

TEST_F(PtyScannerTest, NeverReplacesAFile) {
    std::ofstream(link_) << "precious";
    {
        PtyScanner scanner("desk", link_, clock_);
        texts_of(scanner);
        EXPECT_EQ(scanner.state(), ScannerState::away);
        EXPECT_NE(scanner.trouble().find("no symbolic link"), std::string::npos)
            << scanner.trouble();
    }
    std::string content;
    std::ifstream(link_) >> content;
    EXPECT_EQ(content, "precious");
}

TEST_F(PtyScannerTest, IsTriedAgainUntilItsFolderIsThere) {
    link_ = folder_ / "below";
    link_ /= "scanner";
    PtyScanner scanner("desk", link_, clock_);
    texts_of(scanner);
    EXPECT_EQ(scanner.state(), ScannerState::away);
    EXPECT_EQ(scanner.due_ms(), clock_.steady_ms() + 1000);
    std::filesystem::create_directory(folder_ / "below");
    clock_.advance(1000);
    texts_of(scanner);
    EXPECT_EQ(scanner.state(), ScannerState::ready);
    EXPECT_EQ(scanner.trouble(), "");
    write_all(writer(), "code\n");
    EXPECT_EQ(texts_of(scanner), Texts{"code"});
}

}  // namespace
}  // namespace counterfoil::devices
