#include "firmware/till/print_queue.h"

#include "tests/firmware/till/print_support.h"
#include "tests/support/simulated_disk.h"

namespace counterfoil::till {
namespace {

using ledger::EventType;
using test::change;
using test::FakePrinter;
using test::Notice;
using test::PrintingShop;
using test::TestShop;
using test::Titles;
using test::titles_of;

checkout::CashDesk& desk(PrintingShop& till) {
    return till.shop.desk();
}

TEST(PrintQueue, PrintsWhatEachEventOwesOnceAndInOrder) {
    FakePrinter fake;
    PrintingShop till;
    till.start(fake);
    till.sell();
    ASSERT_TRUE(till.until_all_done());
    ASSERT_TRUE(desk(till).void_last(1, "mistyped", till.shop.asked()).ok());
    till.sell("card");
    ASSERT_TRUE(desk(till).cash_in(500, "coins", till.shop.asked()).ok());
    checkout::Counter::RefundWish wish;
    wish.receipt = 3;
    wish.tender = "card";
    wish.reference = "4711";
    wish.reason = "cold";
    ASSERT_TRUE(desk(till).refund(wish, till.shop.asked()).ok());
    ASSERT_TRUE(desk(till).reprint(3, till.shop.asked()).ok());
    const auto basket = TestShop::basket({{102, 1}});
    ASSERT_TRUE(desk(till).train(basket, {{"cash", 290, ""}}, till.shop.asked()).ok());
    const checkout::BasketMember eva{TestShop::member(1), true, 0};
    ASSERT_TRUE(desk(till).points_to_coupon(eva, till.shop.asked()).ok());
    ASSERT_TRUE(desk(till).close_shift(18'610, till.shop.asked()).ok());
    ASSERT_TRUE(till.until_all_done());
    const Titles all{"Receipt 1",         "Void 2",           "Receipt 3",
                     "Refund 4",          "COPY 1 Receipt 3", "TRAINING, NOT A RECEIPT",
                     "Coupon for points", "Z report 1"};
    EXPECT_EQ(titles_of(fake.papers()), all);
    EXPECT_EQ(till.queue->printed(), 8) << "and not the drawer that was opened alone";
    EXPECT_TRUE(till.offered().empty());
    // Nothing of it a second time.
    till.restart(fake);
    till.turn_for(100);
    EXPECT_EQ(titles_of(fake.papers()), all);
    EXPECT_EQ(till.count(Notice::in_doubt), 0);
}

TEST(PrintQueue, ASlipIsPrintedBesideWhatIsOwedAndLeavesNoTrace) {
    FakePrinter fake;
    PrintingShop till;
    till.start(fake);
    EXPECT_FALSE(till.queue->can_print_slip()) << "it was not reached yet";
    EXPECT_FALSE(till.queue->print_slip({'x'}).ok());
    ASSERT_TRUE(till.until([&] { return till.queue->can_print_slip(); }));
    const auto slip = Papers(desk(till), test::english()).test_slip("2026-11-21 09:00");
    ASSERT_TRUE(slip.ok());
    ASSERT_TRUE(till.queue->print_slip(slip.value()).ok());
    EXPECT_FALSE(till.queue->print_slip(slip.value()).ok()) << "one at a time";
    till.sell();
    ASSERT_TRUE(till.until([&] { return fake.papers().size() == 2; }));
    ASSERT_TRUE(till.until_all_done());
    EXPECT_EQ(titles_of({fake.papers().front()}), Titles{"Receipt 1"}) << "what is owed goes first";
    EXPECT_NE(fake.papers().back().find("TEST PRINT"), std::string::npos);
    EXPECT_EQ(till.queue->printed(), 1);
    EXPECT_TRUE(till.offered().empty());
    EXPECT_FALSE(till.queue->print_slip({}).ok());
    till.restart(fake);
    till.turn_for(100);
    EXPECT_EQ(fake.papers().size(), 2U);
}

TEST(PrintQueue, CashOpensTheDrawerMomentsAfterAndNothingElseDoes) {
    FakePrinter fake;
    PrintingShop till;
    till.start(fake);
    till.sell("card");
    ASSERT_TRUE(desk(till).reprint(1, till.shop.asked()).ok());
    ASSERT_TRUE(desk(till)
                    .train(TestShop::basket({{102, 1}}), {{"cash", 290, ""}}, till.shop.asked())
                    .ok());
    ASSERT_TRUE(till.until_all_done());
    EXPECT_EQ(fake.pulses(), 0);
    till.sell();
    ASSERT_TRUE(till.until_all_done());
    EXPECT_EQ(fake.pulses(), 1);
    ASSERT_TRUE(desk(till).open_drawer("change", till.shop.asked()).ok());
    ASSERT_TRUE(desk(till).cash_out(500, "milk", till.shop.asked()).ok());
    ASSERT_TRUE(till.until([&] { return fake.pulses() == 3; }));
    // What has waited for the printer opens nothing.
    change(fake, [](auto& manner) { manner.has_paper = false; });
    ASSERT_TRUE(till.until_told(Notice::paper_out));
    till.sell();
    ASSERT_TRUE(desk(till).open_drawer("change", till.shop.asked()).ok());
    till.turn_for(50);
    till.shop.till.clock.advance(PrintQueue::kDrawerMs + 1);
    fake.behave({});
    ASSERT_TRUE(till.until_all_done());
    till.turn_for(50);
    EXPECT_EQ(fake.pulses(), 3);
    EXPECT_EQ(titles_of(fake.papers()).back(), "Receipt 3");
    // Nor what was recorded before the till was started.
    till.queue.reset();
    till.sell();
    till.restart(fake);
    ASSERT_TRUE(till.until([&] { return titles_of(fake.papers()).back() == "Receipt 4"; }));
    EXPECT_EQ(fake.pulses(), 3);
}

TEST(PrintQueue, WhatIsOlderThanTheQueueIsNotPrinted) {
    FakePrinter fake;
    PrintingShop till;
    till.sell();
    till.start(fake);
    till.sell();
    ASSERT_TRUE(till.until_all_done());
    EXPECT_EQ(titles_of(fake.papers()), Titles{"Receipt 2"});
}

TEST(PrintQueue, ADeskThatBelongedToAnotherLedgerCountsForNothing) {
    FakePrinter fake;
    PrintingShop till;
    ASSERT_TRUE(till.shop.desk_file().papers().start_at(1000).ok());
    ASSERT_TRUE(till.shop.desk_file().papers().doubt(999).ok());
    till.start(fake);
    EXPECT_TRUE(till.offered().empty());
    till.sell();
    ASSERT_TRUE(till.until_all_done());
    EXPECT_EQ(titles_of(fake.papers()), Titles{"Receipt 1"});
}

TEST(PrintQueue, WithoutAPrinterPapersStayOwedUntilThereIsOne) {
    PrintingShop till;
    till.start(std::nullopt);
    EXPECT_EQ(till.queue->due_ms(), std::numeric_limits<std::int64_t>::max());
    EXPECT_FALSE(till.queue->printer_state());
    till.sell();
    EXPECT_LE(till.queue->due_ms(), till.shop.till.clock.steady_ms());
    ASSERT_TRUE(desk(till).open_drawer("change", till.shop.asked()).ok());
    till.sell();
    till.turn();
    ASSERT_EQ(till.queue->waiting().size(), 2u);
    EXPECT_EQ(till.queue->waiting()[1].receipt, 2);
    FakePrinter fake;
    till.restart(fake);
    ASSERT_TRUE(till.until_all_done());
    EXPECT_EQ(titles_of(fake.papers()), (Titles{"Receipt 1", "Receipt 2"}));
    EXPECT_EQ(fake.pulses(), 0);
}

TEST(PrintQueue, WhatNobodyWantsAnyMoreIsDismissedUpToAnEvent) {
    PrintingShop till;
    till.start(std::nullopt);
    const auto first = till.sell();
    till.turn();
    const auto second = till.sell();
    EXPECT_EQ(till.queue->dismiss_waiting(second.seq + 1).error().code(),
              base::Code::invalid_argument);
    ASSERT_TRUE(till.queue->dismiss_waiting(first.seq).ok());
    till.turn();
    ASSERT_EQ(till.queue->waiting().size(), 1u);
    EXPECT_EQ(till.queue->waiting()[0].seq, second.seq);
    ASSERT_TRUE(till.queue->dismiss_waiting(second.seq).ok());
    EXPECT_TRUE(till.queue->waiting().empty());
    EXPECT_FALSE(till.queue->has_more());
    // Whoever asks again throws nothing of later sales away.
    till.sell();
    ASSERT_TRUE(till.queue->dismiss_waiting(second.seq).ok());
    ASSERT_TRUE(till.queue->dismiss_waiting(first.seq).ok());
    FakePrinter fake;
    till.restart(fake);
    ASSERT_TRUE(till.until_all_done());
    EXPECT_EQ(titles_of(fake.papers()), Titles{"Receipt 3"});
}

TEST(PrintQueue, ALongJournalIsLookedAtInPiecesAndOnlySoMuchOfItIsKept) {
    // In memory, as a thousand papers take as many durable writes and more.
    counterfoil::test::SimulatedDisk disk;
    auto file = checkout::DeskFile::open("/desk.db", disk.vfs()).value();
    PrintingShop till;
    till.file = &file;
    till.start(std::nullopt);
    till.sell();
    std::int64_t copy = 0;
    for (int batches = 0; batches < 6; ++batches) {
        std::vector<journal::Draft> drafts;
        for (int i = 0; i < 250; ++i) {
            json::Object body;
            body.set("receipt", 1).set("copy", ++copy).set("request", "");
            drafts.push_back({EventType::reprint, std::move(body), "", "anna"});
        }
        ASSERT_TRUE(till.shop.journal().append(drafts).ok());
    }
    std::size_t before = 0;
    for (int rounds = 1; till.queue->waiting().size() < PrintQueue::kMostWaiting; ++rounds) {
        ASSERT_LT(rounds, 10);
        till.turn();
        const std::size_t now = till.queue->waiting().size();
        EXPECT_LE(now - before, 250u);
        before = now;
    }
    till.turn();
    EXPECT_EQ(till.queue->waiting().size(), PrintQueue::kMostWaiting);
    EXPECT_TRUE(till.queue->has_more());
    EXPECT_EQ(till.queue->due_ms(), std::numeric_limits<std::int64_t>::max()) << "nothing to do";
    EXPECT_EQ(till.queue->waiting().back().copy, 999);
    // With a printer all of them come, in order, though not all of them were waiting at once.
    std::vector<std::int64_t> printed;
    const auto render = [&](const Owed& owed) -> checkout::Outcome<base::Bytes> {
        printed.push_back(owed.copy);
        return base::Bytes{'\n'};
    };
    const std::filesystem::path paper = till.shop.folder / "paper";
    devices::PrinterSettings settings = test::hasty(devices::Proof::handed_over);
    settings.asks = false;
    till.start(devices::Channel(devices::file_opener(paper)), settings, render);
    ASSERT_TRUE(till.until_all_done()) << printed.size() << " were printed";
    ASSERT_EQ(printed.size(), 1501u);
    for (std::size_t i = 0; i < printed.size(); ++i)
        ASSERT_EQ(printed[i], static_cast<std::int64_t>(i));
}

TEST(PrintQueue, WhatCannotBeMadeIntoPaperIsOfferedAndHoldsUpNothing) {
    FakePrinter fake;
    PrintingShop till;
    const auto render = [&](const Owed& owed) -> checkout::Outcome<base::Bytes> {
        if (owed.receipt == 1) return checkout::Refusal::receipt_unknown;
        if (owed.receipt == 2) return base::Bytes();
        if (owed.receipt == 3) return base::Bytes(devices::Printer::kMaxJobBytes + 1);
        return Papers(till.shop.desk(), test::english())(owed);
    };
    till.start(fake, render);
    std::vector<std::int64_t> seqs;
    for (int i = 0; i < 3; ++i) seqs.push_back(till.sell().seq);
    ASSERT_TRUE(till.until_all_done());
    till.restart(fake, render);
    till.sell();
    ASSERT_TRUE(till.until_all_done());
    EXPECT_EQ(titles_of(fake.papers()), Titles{"Receipt 4"});
    EXPECT_EQ(till.offered(), seqs);
    ASSERT_EQ(till.count(Notice::unprintable), 3);
    EXPECT_EQ(till.notices[0].fault->code(), "receipt_unknown");
    EXPECT_TRUE(till.notices[0].sentence().english.starts_with("receipt 1: No paper can be made"));
    till.restart(fake, render);
    EXPECT_EQ(till.offered(), seqs);
}

TEST(PrintQueue, NothingIsPrintedThatTheDiskDoesNotTakeDown) {
    counterfoil::test::SimulatedDisk disk;
    FakePrinter fake;
    auto file = checkout::DeskFile::open("/desk.db", disk.vfs()).value();
    PrintingShop till;
    till.file = &file;
    till.start(fake);
    // Of the writes, the first are that a paper was begun, the later ones that it is printed.
    Titles sold;
    for (int operation = 1; operation <= 8; ++operation) {
        disk.break_at(operation, counterfoil::test::DiskFault::io_error);
        sold.push_back("Receipt " + std::to_string(till.sell().body.receipt));
        ASSERT_TRUE(till.until_told(Notice::not_kept)) << operation;
        if (operation == 1) {
            EXPECT_FALSE(till.printer->progress());
        }
        sold.push_back("Receipt " + std::to_string(till.sell().body.receipt));
        const auto printed = fake.papers().size();
        till.turn_for(50);
        EXPECT_LE(fake.papers().size(), printed + 1) << "but for the one that is begun";
        disk.break_at(1, counterfoil::test::DiskFault::io_error);
        till.shop.till.clock.advance(1000);
        till.turn_for(20);
        EXPECT_TRUE(disk.broke()) << "it is tried again";
        EXPECT_EQ(till.count(Notice::not_kept), 1) << "it is told once";
        till.notices.clear();
        disk.mend();
        till.shop.till.clock.advance(1000);
        ASSERT_TRUE(till.until_all_done());
    }
    EXPECT_EQ(titles_of(fake.papers()), sold);
    EXPECT_TRUE(till.offered().empty());
}

TEST(PrintQueue, OldNoticesAreDroppedWhereNobodyTakesThem) {
    PrintingShop till;
    const auto render = [](const Owed&) -> checkout::Outcome<base::Bytes> {
        return checkout::Refusal::receipt_unknown;
    };
    FakePrinter fake;
    till.start(fake, render);
    for (int i = 0; i < 40; ++i) till.sell();
    ASSERT_TRUE(till.until([&] { return !till.offered().empty(); }));
    EXPECT_LE(till.offered().size(), 3u) << "the loop has others to serve";
    till.notices.clear();
    // Nobody takes what it tells.
    for (int rounds = 0; rounds < 40; ++rounds) till.queue->work();
    ASSERT_TRUE(till.queue->waiting().empty());
    till.turn();
    std::vector<std::int64_t> receipts;
    for (const PrintNotice& notice : till.notices) receipts.push_back(notice.owed->receipt);
    EXPECT_EQ(till.offered().size(), 40u);
    EXPECT_EQ(receipts.back(), 40);
    EXPECT_LE(receipts.size(), 32u);
}

}  // namespace
}  // namespace counterfoil::till
