#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/firmware/devices/printer_support.h"
#include "tests/support/test_till.h"

namespace counterfoil::devices {
namespace {

using counterfoil::test::TemporaryFolder;
using test::change;
using test::Desk;
using test::FakePrinter;
using test::hasty;
using test::job_bytes;
using test::Kind;
using test::paper_text;
using test::Papers;
using Kinds = std::vector<Kind>;
using Manner = FakePrinter::Manner;

constexpr int kLongJob = 2000;  // lines: far more than the printer's own memory

TEST(PrinterTrouble, AJobWaitsWhileThePrinterIsOff) {
    FakePrinter fake;
    fake.behave({.is_off = true});
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    Desk desk(hasty(), fake);
    desk.begin(1);
    ASSERT_TRUE(desk.until_told(Kind::offline));
    EXPECT_EQ(desk.printer.state(), PrinterState::away);
    EXPECT_NE(desk.printer.trouble(), "");
    EXPECT_EQ(desk.printer.progress()->sent_bytes, 0u);
    fake.behave({});
    EXPECT_EQ(desk.end_of(1), (PrinterEvent{Kind::printed, JobId{1}, true}));
    EXPECT_EQ(desk.printer.trouble(), "");
    EXPECT_EQ(desk.states(), (Kinds{Kind::offline, Kind::back}));
    EXPECT_EQ(fake.papers(), Papers{paper_text(1)});
}

TEST(PrinterTrouble, NothingIsSentToAPrinterThatCannotPrint) {
    const std::array cases{std::pair{Manner{.has_paper = false}, Kind::paper_out},
                           std::pair{Manner{.is_cover_open = true}, Kind::cover_open}};
    for (const auto& [manner, kind] : cases) {
        FakePrinter fake;
        fake.behave(manner);
        Desk desk(hasty(), fake);
        desk.begin(1);
        ASSERT_TRUE(desk.until_told(kind));
        // Longer than any patience.
        const std::int64_t end_ms = desk.clock.steady_ms() + 900;
        ASSERT_TRUE(desk.until([&] { return desk.clock.steady_ms() > end_ms; }));
        EXPECT_EQ(desk.printer.progress()->sent_bytes, 0u);
        fake.behave({});
        EXPECT_EQ(desk.end_of(1), (PrinterEvent{Kind::printed, JobId{1}, true}));
        EXPECT_EQ(desk.states(), (Kinds{kind, Kind::back}));
        EXPECT_EQ(fake.connections(), 1);
    }
}

TEST(PrinterTrouble, PaperThatEndsWithinAJobIsToldAndWaitedFor) {
    for (const int lines : {3, kLongJob}) {
        FakePrinter fake;
        fake.behave({.no_paper_after = 30});
        Desk desk(hasty(), fake);
        desk.begin(1, lines);
        ASSERT_TRUE(desk.until_told(Kind::paper_out));
        EXPECT_EQ(desk.printer.state(), PrinterState::paper_out);
        const std::int64_t end_ms = desk.clock.steady_ms() + 900;
        ASSERT_TRUE(desk.until([&] { return desk.clock.steady_ms() > end_ms; }));
        EXPECT_TRUE(desk.printer.progress());
        EXPECT_NE(fake.uncut(), "");
        fake.behave({});
        EXPECT_EQ(desk.end_of(1), (PrinterEvent{Kind::printed, JobId{1}, true}));
        EXPECT_EQ(desk.states(), (Kinds{Kind::paper_out, Kind::back}));
        EXPECT_EQ(fake.papers(), Papers{paper_text(1, lines)});
    }
}

TEST(PrinterTrouble, AnOpenCoverBetweenJobsIsTold) {
    FakePrinter fake;
    Desk desk(hasty(), fake);
    EXPECT_EQ(desk.print(1).kind, Kind::printed);
    fake.behave({.is_cover_open = true});
    ASSERT_TRUE(desk.until_told(Kind::cover_open));
    fake.behave({});
    ASSERT_TRUE(desk.until_told(Kind::back));
    EXPECT_EQ(desk.printer.state(), PrinterState::ready);
}

TEST(PrinterTrouble, AConnectionCutWithinAJobLeavesItInDoubt) {
    FakePrinter fake;
    Desk desk(hasty(), fake);
    ASSERT_TRUE(desk.until_state(PrinterState::ready));
    fake.behave({.hang_up_after = 5000});
    EXPECT_EQ(desk.print(1, kLongJob), (PrinterEvent{Kind::in_doubt, JobId{1}, false}));
    ASSERT_TRUE(desk.until_told(Kind::back));
    EXPECT_EQ(desk.states(), (Kinds{Kind::offline, Kind::back}));
    EXPECT_EQ(fake.papers(), Papers{});
    EXPECT_EQ(desk.print(2), (PrinterEvent{Kind::printed, JobId{2}, true}));
    EXPECT_EQ(fake.connections(), 2);
}

TEST(PrinterTrouble, AConnectionCutBehindAJobLeavesItInDoubt) {
    FakePrinter fake;
    PrinterSettings settings = hasty();
    settings.ask_each_ms = 60'000;
    Desk desk(settings, fake);
    ASSERT_TRUE(desk.until_state(PrinterState::ready));
    // The question how it is, the job, and then it hears no more.
    const auto bytes = static_cast<std::int64_t>(12 + job_bytes(1).size());
    fake.behave({.proves = false, .hang_up_after = bytes});
    EXPECT_EQ(desk.print(1), (PrinterEvent{Kind::in_doubt, JobId{1}, false}));
}

TEST(PrinterTrouble, APrinterThatGivesNoProofLeavesTheJobInDoubt) {
    for (const Proof proof : {Proof::in_order, Proof::process_id}) {
        FakePrinter fake;
        fake.behave({.proves = false});
        Desk desk(hasty(proof), fake);
        EXPECT_EQ(desk.print(1), (PrinterEvent{Kind::in_doubt, JobId{1}, false}));
        // And the next one begins with a clean line.
        fake.behave({});
        EXPECT_EQ(desk.print(2), (PrinterEvent{Kind::printed, JobId{2}, true}));
        EXPECT_EQ(fake.connections(), 2);
    }
}

TEST(PrinterTrouble, TheProofOfAnotherJobIsNone) {
    FakePrinter fake;
    fake.behave({.proves_another = true});
    Desk desk(hasty(Proof::process_id), fake);
    EXPECT_EQ(desk.print(1), (PrinterEvent{Kind::in_doubt, JobId{1}, false}));
}

TEST(PrinterTrouble, AnAnswerThatComesTooLateProvesNothingOfTheNextJob) {
    FakePrinter fake;
    fake.behave({.answers = false, .bytes_each_ms = 1});
    Desk desk(hasty(), fake);
    EXPECT_EQ(desk.print(1, 220), (PrinterEvent{Kind::printed, JobId{1}, false}));
    EXPECT_EQ(fake.papers(), Papers{});
    const PrinterEvent end = desk.print(2, 220);
    EXPECT_TRUE(!end.is_proved || fake.papers().size() == 2);
}

TEST(PrinterTrouble, AStuckPrinterLeavesTheJobInDoubt) {
    const TemporaryFolder folder;
    for (const bool is_network : {true, false}) {
        auto fake = is_network ? std::make_unique<FakePrinter>()
                               : std::make_unique<FakePrinter>(folder / "tty");
        Desk desk(hasty(), Channel(is_network ? network_opener("127.0.0.1", fake->port())
                                              : device_opener(folder / "tty", raw_line(115200))));
        ASSERT_TRUE(desk.until_state(PrinterState::ready));
        fake->behave({.bytes_each_ms = 1});
        desk.begin(1, kLongJob * 4);
        ASSERT_TRUE(desk.until([&] { return desk.printer.progress()->sent_bytes > 0; }));
        fake->behave({.reads = false});
        const std::int64_t begin_ms = desk.clock.steady_ms();
        EXPECT_EQ(desk.end_of(1), (PrinterEvent{Kind::in_doubt, JobId{1}, false}));
        EXPECT_GE(desk.clock.steady_ms(), begin_ms + 500);
        ASSERT_TRUE(desk.until_told(Kind::offline));
        EXPECT_EQ(fake->papers(), Papers{});
    }
}

TEST(PrinterTrouble, OneThatStopsAnsweringIsOffline) {
    FakePrinter fake;
    Desk desk(hasty(), fake);
    ASSERT_TRUE(desk.until_state(PrinterState::ready));
    fake.behave({.reads = false});
    desk.begin(1);
    ASSERT_TRUE(desk.until_told(Kind::offline));
    EXPECT_EQ(desk.printer.progress()->sent_bytes, 0u);
    fake.behave({});
    EXPECT_EQ(desk.end_of(1), (PrinterEvent{Kind::printed, JobId{1}, true}));
    EXPECT_EQ(fake.papers(), Papers{paper_text(1)});
}

TEST(PrinterTrouble, ASerialLineThatIsUnpluggedWithinAJobComesBack) {
    const TemporaryFolder folder;
    FakePrinter fake(folder / "tty");
    Desk desk(hasty(), Channel(device_opener(folder / "tty", raw_line(115200))));
    ASSERT_TRUE(desk.until_state(PrinterState::ready));
    fake.behave({.bytes_each_ms = 1});
    desk.begin(1, kLongJob);
    ASSERT_TRUE(desk.until([&] { return desk.printer.progress()->sent_bytes > 0; }));
    fake.behave({.is_off = true});
    EXPECT_EQ(desk.end_of(1).kind, Kind::in_doubt);
    ASSERT_TRUE(desk.until_told(Kind::offline));
    fake.behave({});
    EXPECT_EQ(desk.print(2), (PrinterEvent{Kind::printed, JobId{2}, true}));
    EXPECT_EQ(desk.states(), (Kinds{Kind::offline, Kind::back}));
}

TEST(PrinterTrouble, IsTriedAgainAfterPausesThatDouble) {
    base::SettableClock clock{{}};
    Printer printer(hasty(), Channel(network_opener("127.0.0.1", 1)), clock);
    for (const std::int64_t pause_ms : {250, 500, 1000, 2000, 4000, 8000, 8000}) {
        printer.work();
        if (printer.state() != PrinterState::away || printer.trouble().empty()) printer.work();
        EXPECT_EQ(printer.due_ms(), clock.steady_ms() + pause_ms);
        clock.advance(pause_ms - 1);
        printer.work();
        EXPECT_EQ(printer.due_ms(), clock.steady_ms() + 1);
        clock.advance(1);
    }
    // A new job does not wait so long.
    printer.work();
    ASSERT_TRUE(printer.begin(JobId{1}, job_bytes(1)).ok());
    EXPECT_EQ(printer.due_ms(), clock.steady_ms() + 1000);
}

// What seeds decide: when which trouble comes. Whatever it is, each job ends once, and its end is
// no lie.
class Story {
  public:
    explicit Story(unsigned seed) : random_(seed), desk_(hasty(Proof::process_id), fake_) {}

    void tell(int jobs) {
        std::map<int, Kind> ends;
        for (int job = 1; job <= jobs; ++job) {
            fake_.behave(trouble());
            desk_.begin(job, draw(1, 300));
            const std::int64_t mend_ms = desk_.clock.steady_ms() + draw(5, 400);
            ASSERT_TRUE(desk_.until([&] {
                if (desk_.clock.steady_ms() >= mend_ms) fake_.behave({});
                return !desk_.printer.progress();
            })) << "job "
                << job << " did not end";
            ends[job] = desk_.end_of(job).kind;
        }
        judge(jobs, ends);
    }

  private:
    int draw(int least, int most) {
        return std::uniform_int_distribution<int>(least, most)(random_);
    }

    Manner trouble() {
        switch (draw(0, 7)) {
            case 0:
                return {.is_off = true};
            case 1:
                return {.has_paper = false};
            case 2:
                return {.is_cover_open = true};
            case 3:
                return {.reads = false};
            case 4:
                return {.bytes_each_ms = draw(1, 40)};
            case 5:
                return {.hang_up_after = draw(0, 6000)};
            case 6:
                return {.no_paper_after = draw(0, 6000)};
            default:
                return {};
        }
    }

    void judge(int jobs, const std::map<int, Kind>& ends) {
        std::map<int, int> papers;
        for (const std::string& paper : fake_.papers())
            for (int job = 1; job <= jobs; ++job)
                if (paper.find("job " + std::to_string(job) + ",") != paper.npos) ++papers[job];
        for (const auto& [job, end] : ends) {
            EXPECT_GE(papers[job], end == Kind::printed ? 1 : 0) << "job " << job;
            EXPECT_LE(papers[job], 1) << "job " << job;
        }
        std::map<JobId, int> told;
        for (const PrinterEvent& event : desk_.events)
            if (event.job != JobId{}) ++told[event.job];
        EXPECT_EQ(told.size(), static_cast<std::size_t>(jobs));
        for (const auto& [job, times] : told) EXPECT_EQ(times, 1);
    }

    std::mt19937 random_;
    FakePrinter fake_;
    Desk desk_;
};

TEST(PrinterTrouble, EveryJobEndsOnceAndItsEndIsTrue) {
    for (unsigned seed = 1; seed <= 3; ++seed) {
        SCOPED_TRACE(seed);
        Story(seed).tell(12);
    }
}

}  // namespace
}  // namespace counterfoil::devices
