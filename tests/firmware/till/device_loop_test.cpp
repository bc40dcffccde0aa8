#include "firmware/till/device_loop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>

#include "firmware/core/base/file.h"
#include "tests/firmware/devices/device_support.h"
#include "tests/firmware/devices/printer_support.h"
#include "tests/support/pictures.h"

namespace counterfoil::till {
namespace {

using devices::PrinterEvent;
using devices::PrinterState;
using devices::Scanner;
using devices::ScannerState;
using devices::ScanQueue;
using devices::test::job_bytes;
using devices::test::make_fifo;
using devices::test::numbered;
using devices::test::open_writer;
using devices::test::paper_text;
using devices::test::SerialLine;
using devices::test::Texts;
using devices::test::write_all;

// A scanner, and how often it was called.
class Counted final : public Scanner {
  public:
    explicit Counted(std::unique_ptr<Scanner> scanner) : scanner_(std::move(scanner)) {}

    int descriptor() const override { return scanner_->descriptor(); }
    std::optional<std::int64_t> due_ms() const override { return scanner_->due_ms(); }
    void work(ScanQueue& queue) override {
        ++works;
        scanner_->work(queue);
    }
    ScannerState state() const override { return scanner_->state(); }
    const std::string& trouble() const override { return scanner_->trouble(); }
    std::int64_t dropped() const override { return scanner_->dropped(); }

    int works = 0;

  private:
    std::unique_ptr<Scanner> scanner_;
};

class DeviceLoopTest : public testing::Test {
  protected:
    ~DeviceLoopTest() override { devices_.reset(); }

    void start(const Board& board) {
        attached_ = attach(board, {folder_.path(), COUNTERFOIL_DECODER}, clock_);
        for (AttachedScanner& one : attached_.scanners) {
            auto counted = std::make_unique<Counted>(std::move(one.scanner));
            counted_.push_back(counted.get());
            one.scanner = std::move(counted);
        }
        DeviceLoop::Calls calls;
        calls.on_scan = [this](const devices::Scan& scan) {
            scans_.push_back(scan);
            if (on_scan_) on_scan_(scan);
        };
        if (attached_.printer) calls.work_printer = [this] { work_printer(); };
        auto started = DeviceLoop::start(loop_, clock_, attached_, std::move(calls));
        ASSERT_TRUE(started.ok()) << started.error().line();
        devices_ = std::move(started).value();
    }
    void work_printer() {
        ++printer_works_;
        attached_.printer->work();
        while (const auto event = attached_.printer->take_event()) events_.push_back(*event);
    }

    // Runs the loop until it is so, or ten seconds have gone by.
    template <class Condition>
    bool until(Condition is_so, std::int64_t most_ms = 10'000) {
        const std::int64_t end_ms = clock_.steady_ms() + most_ms;
        http::Timer timer;
        std::function<void()> look = [&] {
            if (is_so() || clock_.steady_ms() >= end_ms) return loop_.stop();
            timer = loop_.after(2, [&look] { look(); });
        };
        look();
        loop_.run();
        return is_so();
    }
    void run_for(std::int64_t ms) {
        until([] { return false; }, ms);
    }
    bool until_scans(std::size_t count) {
        return until([&] { return scans_.size() >= count; });
    }
    bool until_state(std::size_t index, std::string_view state) {
        return until([&] { return states(attached_)[index].state == state; });
    }
    Texts texts_of(const std::string& scanner) const {
        Texts texts;
        for (const devices::Scan& scan : scans_)
            if (scan.scanner == scanner) texts.push_back(scan.text);
        return texts;
    }
    bool print(int number) {
        CF_CHECK(attached_.printer->begin(devices::JobId{number}, job_bytes(number)).ok());
        devices_->wake_printer();
        return until([&] {
            return std::ranges::count(events_, devices::JobId{number}, &PrinterEvent::job) > 0;
        });
    }

    counterfoil::test::TemporaryFolder folder_;
    base::SystemClock clock_;
    http::Loop loop_;
    Attached attached_;
    std::vector<Counted*> counted_;
    std::unique_ptr<DeviceLoop> devices_;
    std::vector<devices::Scan> scans_;
    std::function<void(const devices::Scan&)> on_scan_;
    std::vector<PrinterEvent> events_;
    int printer_works_ = 0;
};

Board with_scanners(std::vector<ScannerPlace> places) {
    Board board;
    board.scanners = std::move(places);
    return board;
}

BoardPrinter printer_at(std::uint16_t port) {
    return {NetworkPlace{"127.0.0.1", port}, {}, devices::test::hasty(), {}};
}

TEST_F(DeviceLoopTest, HearsAScannerThatIsUnpluggedAndPluggedInAgain) {
    SerialLine line(folder_ / "tty");
    start(with_scanners({SerialPlace{"tty", 9600}}));
    for (int round = 0; round < 3; ++round) {
        ASSERT_TRUE(until_state(0, "ready"));
        line.send("code " + std::to_string(round) + "\n");
        ASSERT_TRUE(until_scans(static_cast<std::size_t>(round) + 1));
        EXPECT_EQ(scans_.back().text, "code " + std::to_string(round));
        EXPECT_EQ(scans_.back().scanner, "scanner 1");
        line.unplug();
        ASSERT_TRUE(until_state(0, "away"));
        EXPECT_NE(states(attached_)[0].trouble, "");
        line.plug_in();
    }
}

TEST_F(DeviceLoopTest, LeavesADeviceAloneThatIsAwayOrSilent) {
    SerialLine line(folder_ / "tty");
    make_fifo(folder_ / "fifo");
    counterfoil::test::FakePrinter fake;
    Board board = with_scanners(
        {SerialPlace{"tty", 9600}, LinesPlace{"fifo"}, PtyPlace{"pty"}, SerialPlace{"none", 9600}});
    board.cameras = {FramesPlace{"frames"}};
    board.printer = printer_at(fake.port());
    start(board);
    ASSERT_TRUE(until([&] { return attached_.printer->state() == PrinterState::ready; }));
    write_all(open_writer(folder_ / "fifo"), "code\n");
    ASSERT_TRUE(until_scans(1));
    line.unplug();
    ASSERT_TRUE(until_state(0, "away"));
    run_for(100);
    for (Counted* scanner : counted_) scanner->works = 0;
    printer_works_ = 0;
    run_for(1500);
    for (std::size_t i = 0; i < counted_.size(); ++i) EXPECT_LE(counted_[i]->works, 3) << i;
    // It asks how the printer is each 50 ms here, and hears four answers.
    EXPECT_LE(printer_works_, 250);
}

TEST_F(DeviceLoopTest, HearsAllWhileDescriptorsChangeHands) {
    std::vector<ScannerPlace> places;
    for (int i = 0; i < 4; ++i) {
        const std::string name = "fifo" + std::to_string(i);
        make_fifo(folder_ / name);
        places.push_back(LinesPlace{name});
    }
    start(with_scanners(places));
    ASSERT_TRUE(until_state(3, "ready"));
    const std::int64_t start_ms = clock_.steady_ms();
    // Whenever its writer leaves, a FIFO is opened anew, by a number that another one just had.
    for (std::size_t round = 0; round < 60; ++round) {
        for (std::size_t i = 0; i < places.size(); ++i)
            write_all(open_writer(folder_ / ("fifo" + std::to_string(i))),
                      std::to_string(round) + "\n");
        ASSERT_TRUE(until_scans((round + 1) * places.size())) << round;
    }
    // They were woken, and did not find out when they looked by themselves, once a second.
    EXPECT_LT(clock_.steady_ms() - start_ms, 15'000);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Texts texts = texts_of("scanner " + std::to_string(i + 1));
        ASSERT_EQ(texts.size(), 60u);
        for (std::size_t round = 0; round < texts.size(); ++round)
            EXPECT_EQ(texts[round], std::to_string(round));
    }
}

TEST_F(DeviceLoopTest, FollowsAFifoThatIsMadeAnew) {
    start(with_scanners({LinesPlace{"fifo"}}));
    for (int round = 0; round < 2; ++round) {
        run_for(50);
        EXPECT_EQ(states(attached_)[0].state, "away");
        make_fifo(folder_ / "fifo");
        ASSERT_TRUE(until_state(0, "ready"));
        write_all(open_writer(folder_ / "fifo"), std::to_string(round) + "\n");
        ASSERT_TRUE(until_scans(static_cast<std::size_t>(round) + 1));
        std::filesystem::remove(folder_ / "fifo");
        ASSERT_TRUE(until_state(0, "away"));
    }
    EXPECT_EQ(texts_of("scanner 1"), (Texts{"0", "1"}));
}

TEST_F(DeviceLoopTest, PrintsOnAPrinterThatIsSwitchedOffAndOnAgain) {
    counterfoil::test::FakePrinter fake;
    SerialLine line(folder_ / "tty");
    Board board = with_scanners({SerialPlace{"tty", 9600}});
    board.printer = printer_at(fake.port());
    start(board);
    for (int round = 1; round <= 3; ++round) {
        ASSERT_TRUE(until([&] { return attached_.printer->state() == PrinterState::ready; }));
        ASSERT_TRUE(print(round));
        EXPECT_EQ(events_.back().kind, PrinterEvent::Kind::printed);
        devices::test::change(fake, [](auto& manner) { manner.is_off = true; });
        ASSERT_TRUE(until_state(1, "away"));
        EXPECT_NE(states(attached_)[1].trouble, "");
        line.send("code\n");
        EXPECT_TRUE(until_scans(static_cast<std::size_t>(round)));
        devices::test::change(fake, [](auto& manner) { manner.is_off = false; });
    }
    EXPECT_EQ(fake.papers(), (Texts{paper_text(1), paper_text(2), paper_text(3)}));
}

TEST_F(DeviceLoopTest, SendsALongJobAsThePrinterHasRoom) {
    counterfoil::test::FakePrinter fake;
    Board board;
    board.printer = printer_at(fake.port());
    start(board);
    ASSERT_TRUE(until([&] { return attached_.printer->state() == PrinterState::ready; }));
    ASSERT_TRUE(attached_.printer->begin(devices::JobId{1}, job_bytes(1, 5000)).ok());
    devices_->wake_printer();
    ASSERT_TRUE(until(
        [&] { return std::ranges::count(events_, devices::JobId{1}, &PrinterEvent::job) > 0; }));
    EXPECT_EQ(fake.papers(), Texts{paper_text(1, 5000)});
}

TEST_F(DeviceLoopTest, ShowsAtOnceWhatADisplayIsTold) {
    Board board;
    board.display = FilePlace{"display"};
    start(board);
    ASSERT_TRUE(until_state(0, "ready"));
    const std::int64_t start_ms = clock_.steady_ms();
    attached_.display->show(devices::display_rows("Kenyér", "450 Ft"));
    devices_->wake_display();
    ASSERT_TRUE(until([&] {
        const auto shown = base::read_file(folder_ / "display", 1 << 16);
        return shown.ok() && shown.value().find("450 Ft") != std::string::npos;
    }));
    EXPECT_LT(clock_.steady_ms() - start_ms, 500);
}

TEST_F(DeviceLoopTest, ShowsTheSameOnADisplayThatIsPluggedInAgain) {
    SerialLine line(folder_ / "tty");
    Board board;
    board.display = SerialPlace{"tty", 9600};
    start(board);
    attached_.display->show(devices::display_rows("450 Ft", ""));
    for (int round = 0; round < 3; ++round) {
        std::string shown;
        ::fcntl(line.master().number(), F_SETFL, O_NONBLOCK);
        EXPECT_TRUE(until([&] {
            std::array<char, 256> room{};
            const ssize_t got = ::read(line.master().number(), room.data(), room.size());
            if (got > 0) shown.append(room.data(), static_cast<std::size_t>(got));
            return shown.find("450 Ft") != std::string::npos;
        }));
        line.unplug();
        ASSERT_TRUE(until_state(0, "away"));
        line.plug_in();
    }
}

TEST_F(DeviceLoopTest, HoldsScansBackUpToTheDeviceAndLosesNone) {
    make_fifo(folder_ / "fifo");
    start(with_scanners({LinesPlace{"fifo"}}));
    ASSERT_TRUE(until_state(0, "ready"));
    on_scan_ = [this](const devices::Scan&) {
        if (scans_.size() == 5) devices_->hold();
    };
    const Texts codes = numbered(20'000);
    std::atomic<std::size_t> written = 0;
    std::thread writer([&] {
        const base::Descriptor file = open_writer(folder_ / "fifo");
        for (const std::string& code : codes) {
            write_all(file, code + "\n");
            ++written;
        }
    });
    EXPECT_TRUE(until_scans(5));
    run_for(300);
    const std::size_t taken = written;
    counted_[0]->works = 0;
    run_for(300);
    EXPECT_EQ(scans_.size(), 5u);
    EXPECT_EQ(written, taken);
    EXPECT_LT(taken, codes.size());
    EXPECT_LE(counted_[0]->works, 40);
    devices_->go_on();
    EXPECT_TRUE(until_scans(codes.size()));
    writer.join();
    EXPECT_EQ(texts_of("scanner 1"), codes);
    EXPECT_EQ(counted_[0]->dropped(), 0);
}

TEST_F(DeviceLoopTest, TellsWhatWaitsWhenItGoesOn) {
    start(with_scanners({PtyPlace{"scanner"}}));
    ASSERT_TRUE(until_state(0, "ready"));
    devices_->hold();
    std::ofstream(folder_ / "scanner") << "1\n2\n3\n";
    run_for(100);
    EXPECT_EQ(scans_.size(), 0u);
    devices_->go_on();
    ASSERT_TRUE(until_scans(3));
    EXPECT_EQ(texts_of("scanner 1"), (Texts{"1", "2", "3"}));
}

TEST_F(DeviceLoopTest, LetsOthersWorkBetweenTheScansOfABurst) {
    make_fifo(folder_ / "fifo");
    start(with_scanners({LinesPlace{"fifo"}}));
    ASSERT_TRUE(until_state(0, "ready"));
    std::size_t told_before = 0;
    on_scan_ = [&](const devices::Scan&) {
        if (scans_.size() == 1) loop_.post([&] { told_before = scans_.size(); });
    };
    std::string lines;
    for (const std::string& code : numbered(200)) lines += code + "\n";
    write_all(open_writer(folder_ / "fifo"), lines);
    ASSERT_TRUE(until_scans(200));
    EXPECT_GE(told_before, 1u);
    EXPECT_LE(told_before, 3u);
}

class DeviceLoopCameraTest : public DeviceLoopTest {
  protected:
    static std::string pgm(const std::string& code) {
        auto picture = counterfoil::test::empty_picture(320, 240);
        counterfoil::test::put_into(picture, counterfoil::test::code_picture(code), 20, 20);
        return "P5\n320 240\n255\n" + std::string(picture.pixels.begin(), picture.pixels.end());
    }
    // From a thread of its own, because a picture is more than a FIFO holds.
    bool show(const std::string& code) {
        const std::size_t count = scans_.size() + 1;
        std::thread writer([&] { write_all(open_writer(folder_ / "camera"), pgm(code)); });
        const bool is_seen = until_scans(count);
        writer.join();
        return is_seen && scans_.back().text == code;
    }
};

TEST_F(DeviceLoopCameraTest, SeesByACameraThatIsUnpluggedAndPluggedInAgain) {
    Board board;
    board.cameras = {FramesPlace{"camera"}};
    start(board);
    for (int round = 0; round < 3; ++round) {
        make_fifo(folder_ / "camera");
        ASSERT_TRUE(until_state(0, "ready"));
        ASSERT_TRUE(show("code " + std::to_string(round)));
        EXPECT_EQ(scans_.back().scanner, "camera 1");
        EXPECT_EQ(scans_.back().format, "QRCode");
        std::filesystem::remove(folder_ / "camera");
        ASSERT_TRUE(until_state(0, "away"));
    }
}

TEST_F(DeviceLoopCameraTest, LeavesPicturesAloneWhileScansAreHeldBack) {
    make_fifo(folder_ / "fifo");
    make_fifo(folder_ / "camera");
    Board board = with_scanners({LinesPlace{"fifo"}});
    board.cameras = {FramesPlace{"camera"}};
    start(board);
    ASSERT_TRUE(until_state(0, "ready"));
    ASSERT_TRUE(until_state(1, "ready"));
    devices_->hold();
    std::string lines;
    for (const std::string& code : numbered(300)) lines += code + "\n";
    write_all(open_writer(folder_ / "fifo"), lines);
    run_for(100);
    std::thread writer([&] {
        const base::Descriptor file = open_writer(folder_ / "camera");
        for (int i = 0; i < 4; ++i) write_all(file, pgm("seen"));
    });
    run_for(500);
    counted_[1]->works = 0;
    run_for(300);
    EXPECT_LE(counted_[1]->works, 40);
    devices_->go_on();
    EXPECT_TRUE(until_scans(301));
    writer.join();
    EXPECT_EQ(texts_of("camera 1"), Texts{"seen"});
}

TEST_F(DeviceLoopTest, DrivesTheSimulatedBoard) {
    const auto board = read_board(std::filesystem::path(COUNTERFOIL_BOARDS) / "sim" / "board.json");
    ASSERT_TRUE(board.ok());
    start(board.value());
    ASSERT_TRUE(until_state(0, "ready"));
    std::ofstream(folder_ / "scanner") << "5991234567890\n";
    ASSERT_TRUE(until_scans(1));
    EXPECT_EQ(scans_[0].text, "5991234567890");
    ASSERT_TRUE(until([&] { return attached_.printer->state() != PrinterState::away; }));
    const std::int64_t start_ms = clock_.steady_ms();
    ASSERT_TRUE(print(1));
    EXPECT_LT(clock_.steady_ms() - start_ms, 1000);
    const auto paper = base::read_file(folder_ / "paper.escpos", 1 << 16);
    ASSERT_TRUE(paper.ok());
    EXPECT_EQ(paper.value(), base::as_text(job_bytes(1)));
    EXPECT_EQ(states(attached_)[1].name, "camera 1");
    EXPECT_EQ(states(attached_)[1].state, "away");
    devices_.reset();
    attached_ = {};
    EXPECT_FALSE(std::filesystem::is_symlink(folder_ / "scanner"));
}

}  // namespace
}  // namespace counterfoil::till
