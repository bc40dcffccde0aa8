#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/firmware/devices/printer_support.h"
#include "tests/support/test_till.h"

namespace counterfoil::devices {
namespace {

using test::change;
using test::Desk;
using test::FakePrinter;
using test::hasty;
using test::job_bytes;
using test::Kind;
using test::paper_text;
using test::Papers;

PrinterEvent printed(int job, bool is_proved) {
    return {Kind::printed, JobId{job}, is_proved};
}

TEST(Printer, PrintsAJobAndHearsItFromThePrinter) {
    for (const Proof proof : {Proof::in_order, Proof::process_id}) {
        FakePrinter fake;
        Desk desk(hasty(proof), fake);
        EXPECT_EQ(desk.printer.state(), PrinterState::away);
        ASSERT_TRUE(desk.until_state(PrinterState::ready));
        EXPECT_EQ(desk.print(1), printed(1, true));
        EXPECT_EQ(fake.papers(), Papers{paper_text(1)});
        EXPECT_EQ(desk.states(), std::vector<Kind>{});
    }
}

TEST(Printer, PrintsOneJobAfterTheOtherOverOneConnection) {
    FakePrinter fake;
    Desk desk(hasty(Proof::process_id), fake);
    Papers papers;
    for (int i = 1; i <= 20; ++i) {
        EXPECT_EQ(desk.print(i, i), printed(i, true));
        papers.push_back(paper_text(i, i));
    }
    EXPECT_EQ(fake.papers(), papers);
    EXPECT_EQ(fake.connections(), 1);
}

TEST(Printer, DoesNotTakeASlowJobForPrinted) {
    FakePrinter fake;
    fake.behave({.bytes_each_ms = 20});
    Desk desk(hasty(), fake);
    desk.begin(1, 600);
    std::size_t most = 0;
    ASSERT_TRUE(desk.until([&] {
        const auto progress = desk.printer.progress();
        if (!progress) return true;
        EXPECT_GE(progress->sent_bytes, most);
        EXPECT_EQ(progress->all_bytes, job_bytes(1, 600).size());
        most = progress->sent_bytes;
        return false;
    }));
    EXPECT_EQ(desk.end_of(1), printed(1, true));
    EXPECT_EQ(most, job_bytes(1, 600).size());
    EXPECT_EQ(fake.papers(), Papers{paper_text(1, 600)});
}

TEST(Printer, TakesASilentPrinterForReadyAndDoesNotClaimProof) {
    for (const Proof proof : {Proof::in_order, Proof::process_id}) {
        FakePrinter fake;
        fake.behave({.answers = false, .proves = false});
        Desk desk(hasty(proof), fake);
        ASSERT_TRUE(desk.until_state(PrinterState::unknown));
        for (int i = 1; i <= 2; ++i) EXPECT_EQ(desk.print(i), printed(i, false));
        EXPECT_EQ(fake.papers(), (Papers{paper_text(1), paper_text(2)}));
        EXPECT_EQ(desk.states(), std::vector<Kind>{});
    }
}

TEST(Printer, IsUnknownWhereItsAnswersMakeNoSense) {
    FakePrinter fake;
    fake.behave({.answers_garbage = true});
    Desk desk(hasty(), fake);
    ASSERT_TRUE(desk.until_state(PrinterState::unknown));
    EXPECT_EQ(desk.print(1), printed(1, true));
}

TEST(Printer, HandsOverWhereThereIsNoProof) {
    FakePrinter fake;
    fake.behave({.proves = false});
    Desk desk(hasty(Proof::handed_over), fake);
    EXPECT_EQ(desk.print(1, 400), printed(1, false));
    ASSERT_TRUE(desk.until([&] { return !fake.papers().empty(); }));
    EXPECT_EQ(fake.papers(), Papers{paper_text(1, 400)});
}

TEST(Printer, PrintsOverASerialLine) {
    const counterfoil::test::TemporaryFolder folder;
    FakePrinter fake(folder / "tty");
    fake.behave({.bytes_each_ms = 200});
    Desk desk(hasty(), Channel(device_opener(folder / "tty", raw_line(115200))));
    ASSERT_TRUE(desk.until_state(PrinterState::ready));
    EXPECT_EQ(desk.print(1, 3000), printed(1, true));
    EXPECT_EQ(fake.papers(), Papers{paper_text(1, 3000)});
    EXPECT_EQ(fake.questions_in_jobs(), 0);
}

TEST(Printer, AppendsToAFileAndAsksItNothing) {
    const counterfoil::test::TemporaryFolder folder;
    PrinterSettings settings = hasty(Proof::handed_over);
    settings.asks = false;
    Desk desk(settings, Channel(file_opener(folder / "paper")));
    for (int i = 1; i <= 2; ++i) EXPECT_EQ(desk.print(i, 5000), printed(i, false));
    std::ostringstream content;
    content << std::ifstream(folder / "paper", std::ios::binary).rdbuf();
    base::Bytes all = job_bytes(1, 5000);
    const base::Bytes second = job_bytes(2, 5000);
    all.insert(all.end(), second.begin(), second.end());
    EXPECT_TRUE(content.str() == base::as_text(all));
}

TEST(Printer, RefusesAJobWithoutAByteOrWithoutEnd) {
    FakePrinter fake;
    Desk desk(hasty(), fake);
    EXPECT_EQ(desk.printer.begin(JobId{1}, {}).error().code(), base::Code::invalid_argument);
    EXPECT_EQ(desk.printer.begin(JobId{1}, base::Bytes(Printer::kMaxJobBytes + 1)).error().code(),
              base::Code::too_large);
    EXPECT_TRUE(desk.printer.is_free());
}

TEST(Printer, GivesAJobBackWhileNothingOfItWasSent) {
    FakePrinter fake;
    fake.behave({.has_paper = false});
    Desk desk(hasty(), fake);
    EXPECT_FALSE(desk.printer.withdraw());
    desk.begin(1);
    ASSERT_TRUE(desk.until_told(Kind::paper_out));
    EXPECT_FALSE(desk.printer.is_free());
    EXPECT_TRUE(desk.printer.withdraw());
    EXPECT_TRUE(desk.printer.is_free());
    fake.behave({.bytes_each_ms = 1});
    desk.begin(2, 400);
    ASSERT_TRUE(desk.until([&] { return desk.printer.progress()->sent_bytes > 0; }));
    EXPECT_FALSE(desk.printer.withdraw());
    fake.behave({});
    EXPECT_EQ(desk.end_of(2), printed(2, true));
    EXPECT_EQ(fake.papers(), Papers{paper_text(2, 400)});
}

TEST(Printer, IsNotFreeBeforeTheEndOfItsJobWasTaken) {
    FakePrinter fake;
    Desk desk(hasty(), fake);
    desk.begin(1);
    ASSERT_TRUE(test::loop_until(desk.printer, desk.clock,
                                 [&] { return !desk.printer.progress().has_value(); }));
    EXPECT_FALSE(desk.printer.is_free());
    EXPECT_EQ(desk.printer.take_event(), printed(1, true));
    EXPECT_TRUE(desk.printer.is_free());
}

}  // namespace
}  // namespace counterfoil::devices
