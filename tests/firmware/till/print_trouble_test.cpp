#include <fstream>

#include "tests/firmware/till/print_support.h"

namespace counterfoil::till {
namespace {

using devices::test::job_bytes;
using devices::test::paper_text;
using test::FakePrinter;
using test::Notice;
using test::PrintingShop;
using test::TestShop;
using test::Titles;
using test::titles_of;
using Manner = FakePrinter::Manner;
using Seqs = std::vector<std::int64_t>;

// Far more lines than the printer's and the line's memory.
constexpr int kLongPaper = 2000;

checkout::Outcome<base::Bytes> long_paper(const Owed& owed) {
    return job_bytes(static_cast<int>(owed.receipt), kLongPaper);
}

// The printer does not cut what was broken off: it stays at the top of the next paper.
void expect_whole(const FakePrinter& fake, const std::vector<int>& receipts) {
    const std::vector<std::string> papers = fake.papers();
    ASSERT_EQ(papers.size(), receipts.size());
    for (std::size_t i = 0; i < papers.size(); ++i) {
        const std::string whole = paper_text(receipts[i], kLongPaper);
        EXPECT_TRUE(papers[i].ends_with(whole)) << papers[i].substr(papers[i].size() - 100);
        EXPECT_EQ(papers[i].find(whole.substr(whole.size() - 30)), papers[i].size() - 30);
    }
}

struct Trouble {
    const char* name;
    Manner manner;
    std::optional<Notice> notice;
};

// The library calls it by this name.
void PrintTo(const Trouble& trouble, std::ostream* out) {
    *out << trouble.name;
}

class PrintTrouble : public testing::TestWithParam<Trouble> {};

TEST_P(PrintTrouble, StopsNobodyFromSellingAndThenEachPaperComesOnce) {
    FakePrinter fake;
    PrintingShop till;
    till.start(fake);
    till.sell();
    ASSERT_TRUE(till.until_all_done());
    fake.behave(GetParam().manner);
    till.turn_for(100);
    for (int i = 0; i < 3; ++i) {
        till.sell();
        till.turn_for(100);
    }
    if (GetParam().notice) {
        ASSERT_TRUE(till.until_told(*GetParam().notice));
    }
    // A till that is switched off meanwhile loses nothing, and doubts nothing that never began.
    if (GetParam().notice) {
        till.restart(fake);
        till.turn_for(100);
        EXPECT_EQ(titles_of(fake.papers()), Titles{"Receipt 1"});
    }
    till.sell();
    fake.behave({});
    ASSERT_TRUE(till.until_all_done());
    EXPECT_EQ(titles_of(fake.papers()),
              (Titles{"Receipt 1", "Receipt 2", "Receipt 3", "Receipt 4", "Receipt 5"}));
    EXPECT_TRUE(till.offered().empty());
    EXPECT_EQ(till.count(Notice::in_doubt), 0);
    if (GetParam().notice) {
        EXPECT_TRUE(till.until_told(Notice::back));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Of, PrintTrouble,
    testing::Values(Trouble{"off", {.is_off = true}, Notice::away},
                    Trouble{"no_paper", {.has_paper = false}, Notice::paper_out},
                    Trouble{"cover_open", {.is_cover_open = true}, Notice::cover_open},
                    Trouble{"slow", {.bytes_each_ms = 4}, {}},
                    Trouble{"silent", {.answers = false, .proves = false, .tells = false}, {}}),
    [](const auto& trouble) { return std::string(trouble.param.name); });

TEST(PrintTrouble, OneThatNeverSaidAWordPrintsAllTheSame) {
    FakePrinter fake;
    fake.behave({.answers = false, .proves = false, .tells = false});
    PrintingShop till;
    till.start(fake);
    for (int i = 0; i < 3; ++i) till.sell();
    ASSERT_TRUE(till.until_all_done());
    ASSERT_TRUE(till.until([&] { return fake.papers().size() == 3; }));
    EXPECT_EQ(titles_of(fake.papers()), (Titles{"Receipt 1", "Receipt 2", "Receipt 3"}));
}

TEST(PrintTrouble, WhatWasBegunForAPrinterThatTurnsOutNotToPrintIsNotInDoubt) {
    FakePrinter fake;
    fake.behave({.tells = false});
    PrintingShop till;
    devices::PrinterSettings settings = test::hasty();
    settings.ask_each_ms = 60'000;
    const auto channel = [&] {
        return devices::Channel(devices::network_opener("127.0.0.1", fake.port()));
    };
    till.start(channel(), settings);
    till.sell();
    ASSERT_TRUE(till.until_all_done());
    fake.behave({.has_paper = false, .tells = false});
    till.turn_for(20);
    ASSERT_EQ(till.count(Notice::paper_out), 0) << "it is asked first when there is a job";
    till.sell();
    ASSERT_TRUE(till.until_told(Notice::paper_out));
    till.turn();
    EXPECT_FALSE(till.queue->printing());
    EXPECT_EQ(till.queue->waiting().size(), 1u);
    till.restart(channel(), settings);
    EXPECT_TRUE(till.offered().empty());
    till.turn_for(50);
    fake.behave({});
    till.restart(channel(), settings);
    ASSERT_TRUE(till.until_all_done());
    EXPECT_EQ(titles_of(fake.papers()), (Titles{"Receipt 1", "Receipt 2"}));
    EXPECT_TRUE(till.offered().empty());
}

TEST(PrintTrouble, PaperThatEndsInTheMiddleIsWaitedFor) {
    FakePrinter fake;
    fake.behave({.no_paper_after = 300});
    PrintingShop till;
    till.start(fake);
    till.sell();
    ASSERT_TRUE(till.until_told(Notice::paper_out));
    till.sell();
    till.turn_for(100);
    fake.behave({});
    ASSERT_TRUE(till.until_all_done());
    EXPECT_EQ(titles_of(fake.papers()), (Titles{"Receipt 1", "Receipt 2"}));
    EXPECT_TRUE(till.offered().empty());
}

TEST(PrintTrouble, APrinterThatGoesBeforeAByteWasSentGetsTheOriginalLater) {
    FakePrinter fake;
    PrintingShop till;
    till.start(fake, long_paper);
    ASSERT_TRUE(
        till.until([&] { return till.queue->printer_state() == devices::PrinterState::ready; }));
    // It hears the question that comes before a paper, and no more.
    fake.behave({.answers = false, .hang_up_after = 12});
    till.sell();
    ASSERT_TRUE(till.until([&] { return fake.manner().hang_up_after < 0; }));
    ASSERT_TRUE(till.until_told(Notice::away));
    fake.behave({});
    ASSERT_TRUE(till.until_all_done());
    EXPECT_EQ(fake.papers(), std::vector<std::string>{paper_text(1, kLongPaper)});
    EXPECT_TRUE(till.offered().empty());
    EXPECT_EQ(till.count(Notice::in_doubt), 0);
}

TEST(PrintTrouble, ACablePulledInTheMiddleMakesNoSecondOriginal) {
    FakePrinter fake;
    fake.behave({.bytes_each_ms = 20, .hang_up_after = 9000});
    PrintingShop till;
    till.start(fake, long_paper);
    const auto sale = till.sell();
    ASSERT_TRUE(till.until_told(Notice::in_doubt));
    fake.behave({});
    till.sell();
    ASSERT_TRUE(till.until_all_done());
    till.restart(fake, long_paper);
    till.turn_for(100);
    expect_whole(fake, {2});
    EXPECT_EQ(till.offered(), std::vector{sale.seq});
}

// Title and total come first and are few bytes; nearly all of the job is the picture behind them.
checkout::Outcome<base::Bytes> paper_with_picture(const Owed& owed) {
    constexpr int kRows = 1000;
    constexpr std::size_t kRowBytes = 72;
    const std::string text = "\x1b@" + std::string("Receipt ") + std::to_string(owed.receipt) +
                             "\nTotal 1890\n" + std::string("\x1dv0\x00\x48\x00\xe8\x03", 8) +
                             std::string(kRows * kRowBytes, '\xff') +
                             std::string("\x1dV\x42\x00", 4);
    return base::Bytes(text.begin(), text.end());
}

TEST(PrintTrouble, ACablePulledWithinThePictureMakesNoSecondOriginal) {
    for (const std::int64_t bytes : {9000, 40'000}) {
        FakePrinter fake;
        fake.behave({.hang_up_after = bytes});
        PrintingShop till;
        till.start(fake, paper_with_picture);
        const auto sale = till.sell();
        ASSERT_TRUE(till.until_told(Notice::in_doubt));
        EXPECT_EQ(fake.uncut(), "Receipt 1\nTotal 1890\n");
        fake.behave({});
        till.sell();
        ASSERT_TRUE(till.until_all_done());
        EXPECT_EQ(fake.papers(),
                  std::vector<std::string>{"Receipt 1\nTotal 1890\nReceipt 2\nTotal 1890\n"});
        EXPECT_EQ(till.offered(), std::vector{sale.seq});
    }
}

// A short paper is gone to the line in one piece; whether it has come out, nobody has told.
class PaperInDoubt : public testing::Test {
  protected:
    // The paper of what was just recorded.
    void lose() {
        fake_.behave({.hang_up_after = 200});
        ASSERT_TRUE(till_.until_told(Notice::in_doubt));
        fake_.behave({});
        ASSERT_TRUE(till_.until_all_done());
    }
    // Gives the last one's event; they stand in a row.
    std::int64_t sell_three_and_print_the_first(const Manner& manner) {
        fake_.behave(manner);
        till_.start(fake_, long_paper);
        till_.sell();
        EXPECT_TRUE(till_.until([&] {
            const auto progress = till_.printer->progress();
            return progress && progress->sent_bytes > 0;
        }));
        till_.sell();
        return till_.sell().seq;
    }

    FakePrinter fake_;
    PrintingShop till_;
};

TEST_F(PaperInDoubt, IsOfferedAndComesBackAsACopyOnly) {
    till_.start(fake_);
    const auto sale = till_.sell();
    lose();
    ASSERT_EQ(till_.offered(), std::vector{sale.seq});
    EXPECT_TRUE(till_.notices.back().kind == Notice::in_doubt ||
                till_.count(Notice::in_doubt) == 1);
    till_.sell();
    ASSERT_TRUE(till_.until_all_done());
    till_.restart(fake_);
    till_.turn_for(100);
    EXPECT_EQ(titles_of(fake_.papers()), Titles{"Receipt 2"});
    ASSERT_EQ(till_.offered(), std::vector{sale.seq});
    EXPECT_EQ(till_.queue->print_again(sale.seq).error().code(), base::Code::refused);
    const Owed owed = till_.queue->offered().value()[0];
    ASSERT_TRUE(till_.shop.desk().reprint(owed.receipt, till_.shop.asked()).ok());
    ASSERT_TRUE(till_.queue->dismiss(sale.seq).ok());
    ASSERT_TRUE(till_.until_all_done());
    EXPECT_EQ(titles_of(fake_.papers()), (Titles{"Receipt 2", "COPY 1 Receipt 1"}));
    EXPECT_TRUE(till_.offered().empty());
    EXPECT_EQ(till_.queue->dismiss(sale.seq).error().code(), base::Code::not_found);
}

TEST_F(PaperInDoubt, OfWhatHasNoNumberIsPrintedAgainAsACopyUntilItIsThere) {
    till_.start(fake_);
    const auto closed = till_.shop.desk().close_shift(20'000, till_.shop.asked()).value();
    lose();
    ASSERT_EQ(till_.offered(), std::vector{closed.seq});
    EXPECT_EQ(till_.queue->printed(), 0);
    // The copy gets lost, too.
    till_.notices.clear();
    ASSERT_TRUE(till_.queue->print_again(closed.seq).ok());
    ASSERT_TRUE(till_.queue->print_again(closed.seq).ok()) << "twice is once";
    EXPECT_TRUE(till_.offered().empty());
    lose();
    ASSERT_EQ(till_.offered(), std::vector{closed.seq});
    // And the till goes off before the next one.
    ASSERT_TRUE(till_.queue->print_again(closed.seq).ok());
    till_.restart(fake_);
    till_.turn_for(100);
    EXPECT_TRUE(fake_.papers().empty());
    ASSERT_EQ(till_.offered(), std::vector{closed.seq});
    ASSERT_TRUE(till_.queue->print_again(closed.seq).ok());
    ASSERT_TRUE(till_.until([&] { return !fake_.papers().empty() && !till_.queue->printing(); }));
    EXPECT_EQ(till_.queue->printed(), 1);
    till_.restart(fake_);
    till_.turn_for(100);
    EXPECT_EQ(titles_of(fake_.papers()), Titles{"COPY 1 Z report 1"});
    EXPECT_TRUE(till_.offered().empty());
}

TEST_F(PaperInDoubt, IsWhatWasBegunWhenTheTillStopped) {
    fake_.behave({.bytes_each_ms = 1});
    till_.start(fake_, long_paper);
    const auto sale = till_.sell();
    ASSERT_TRUE(till_.until([&] {
        const auto progress = till_.printer->progress();
        return progress && progress->sent_bytes > 0;
    }));
    till_.sell();
    till_.turn();
    till_.restart(fake_, long_paper);
    till_.turn();
    EXPECT_EQ(till_.count(Notice::in_doubt), 1);
    EXPECT_EQ(till_.offered(), std::vector{sale.seq});
    fake_.behave({});
    ASSERT_TRUE(till_.until_all_done());
    EXPECT_EQ(till_.offered(), std::vector{sale.seq});
    ASSERT_FALSE(fake_.papers().empty());
    EXPECT_TRUE(fake_.papers().back().ends_with(paper_text(2, kLongPaper)));
}

TEST_F(PaperInDoubt, DismissingWhatWaitsLeavesWhatIsBeingPrinted) {
    const std::int64_t last = sell_three_and_print_the_first({.bytes_each_ms = 20});
    ASSERT_TRUE(till_.queue->dismiss_waiting(last).ok());
    fake_.behave({});
    ASSERT_TRUE(till_.until_all_done());
    EXPECT_EQ(fake_.papers(), std::vector<std::string>{paper_text(1, kLongPaper)});
    till_.sell();
    ASSERT_TRUE(till_.until_all_done());
    EXPECT_EQ(fake_.papers().back(), paper_text(4, kLongPaper));
}

TEST_F(PaperInDoubt, WhatIsDismissedDuringAJobStaysSoWhenTheTillStopsAtOnce) {
    const std::int64_t last = sell_three_and_print_the_first({.bytes_each_ms = 20});
    till_.sell();
    ASSERT_TRUE(till_.queue->dismiss_waiting(last).ok());
    till_.restart(fake_, long_paper);
    fake_.behave({});
    ASSERT_TRUE(till_.until_all_done());
    expect_whole(fake_, {4});
    EXPECT_EQ(till_.offered(), std::vector{last - 2});
}

TEST_F(PaperInDoubt, IsWhatBreaksOffWhileAllThatWaitsIsDismissed) {
    const std::int64_t last =
        sell_three_and_print_the_first({.bytes_each_ms = 20, .hang_up_after = 9000});
    ASSERT_TRUE(till_.queue->dismiss_waiting(last).ok());
    ASSERT_TRUE(till_.until_told(Notice::in_doubt));
    fake_.behave({});
    till_.sell();
    ASSERT_TRUE(till_.until_all_done());
    expect_whole(fake_, {4});
    EXPECT_EQ(till_.offered(), std::vector{last - 2});
}

// It is at the printer, which has not taken a byte of it and then goes.
TEST_F(PaperInDoubt, IsWhatIsDismissedAtAPrinterThatGoesAndElseItStaysOwed) {
    for (const bool is_dismissed : {true, false}) {
        till_.start(fake_);
        ASSERT_TRUE(till_.until(
            [&] { return till_.queue->printer_state() == devices::PrinterState::ready; }));
        fake_.behave({.answers = false, .reads = false});
        const auto sale = till_.sell();
        till_.turn();
        ASSERT_TRUE(till_.queue->printing());
        ASSERT_EQ(till_.printer->progress()->sent_bytes, 0u);
        ASSERT_TRUE(till_.queue->dismiss_waiting(is_dismissed ? sale.seq : sale.seq - 1).ok());
        fake_.behave({.is_off = true});
        ASSERT_TRUE(till_.until([&] { return !till_.queue->printing(); }));
        EXPECT_EQ(till_.queue->waiting().size(), is_dismissed ? 0u : 1u);
        EXPECT_EQ(till_.offered(), is_dismissed ? Seqs{sale.seq} : Seqs{});
        EXPECT_EQ(till_.count(Notice::in_doubt), is_dismissed ? 1 : 0);
        fake_.behave({});
        ASSERT_TRUE(till_.until_all_done());
        EXPECT_EQ(fake_.papers().size(), is_dismissed ? 0u : 1u);
        till_.notices.clear();
        if (!is_dismissed) return;
        ASSERT_TRUE(till_.queue->dismiss(sale.seq).ok());
    }
}

TEST(PrintTrouble, AFileThatCannotBeWrittenIsAPrinterThatIsAway) {
    PrintingShop till;
    const std::filesystem::path folder = till.shop.folder / "papers";
    devices::PrinterSettings settings = test::hasty(devices::Proof::handed_over);
    settings.asks = false;
    till.start(devices::Channel(devices::file_opener(folder / "paper")), settings);
    till.sell();
    ASSERT_TRUE(till.until_told(Notice::away));
    EXPECT_EQ(till.queue->printer_state(), devices::PrinterState::away);
    till.sell();
    std::filesystem::create_directory(folder);
    ASSERT_TRUE(till.until_all_done());
    std::ifstream file(folder / "paper", std::ios::binary);
    const std::string paper{std::istreambuf_iterator<char>(file), {}};
    const std::size_t first = paper.find("Receipt 1\n");
    ASSERT_NE(first, std::string::npos);
    EXPECT_NE(paper.find("Receipt 2\n", first), std::string::npos);
    EXPECT_EQ(paper.find("Receipt 1\n", first + 1), std::string::npos);
}

}  // namespace
}  // namespace counterfoil::till
