#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <optional>
#include <string>
#include <vector>

#include "firmware/till/papers.h"
#include "firmware/till/print_queue.h"
#include "tests/firmware/devices/printer_support.h"
#include "tests/support/test_shop.h"

namespace counterfoil::till::test {

using counterfoil::test::FakePrinter;
using counterfoil::test::TestShop;
using devices::test::change;
using devices::test::hasty;
using Titles = std::vector<std::string>;
using Notice = PrintNotice::Kind;

// What a paper in English is: "Receipt 3", "COPY 1 Receipt 3", "Z report 1".
inline std::string title_of(const std::string& paper) {
    std::string copy;
    for (std::size_t at = 0; at < paper.size();) {
        const std::size_t end = std::min(paper.find('\n', at), paper.size());
        std::string line = paper.substr(at, end - at);
        line.erase(0, line.find_first_not_of(' '));
        if (line.starts_with("COPY ")) copy = line + " ";
        for (const char* begin :
             {"Receipt ", "Refund ", "Void ", "Z report ", "TRAINING", "Coupon for points"})
            if (line.starts_with(begin)) return copy + line;
        at = end + 1;
    }
    return copy + "nothing";
}

inline Titles titles_of(const std::vector<std::string>& papers) {
    Titles titles;
    for (const std::string& paper : papers) titles.push_back(title_of(paper));
    return titles;
}

inline PaperStyle english() {
    PaperStyle style;
    style.language = receipt::Language::english;
    return style;
}

// A shop with an open shift, whose papers are printed. Its clock goes with the real one.
class PrintingShop {
  public:
    PrintingShop() {
        shop.sign_in("anna");
        CF_CHECK(shop.desk().open_shift(20'000, shop.asked()).ok());
    }

    void start(std::optional<devices::Channel> channel,
               const devices::PrinterSettings& settings = hasty(), PrintQueue::Render render = {}) {
        queue.reset();
        printer.reset();
        if (channel) printer.emplace(settings, std::move(*channel), shop.till.clock);
        if (!render) render = Papers(shop.desk(), english());
        auto opened = PrintQueue::open({shop.journal(), file ? *file : shop.desk_file(),
                                        printer ? &*printer : nullptr, shop.till.clock},
                                       std::move(render));
        CF_CHECK(opened.ok());
        queue.emplace(std::move(opened).value());
    }
    void start(const FakePrinter& fake, PrintQueue::Render render = {}) {
        start(devices::Channel(devices::network_opener("127.0.0.1", fake.port())), hasty(),
              std::move(render));
    }
    // The till is stopped and started again.
    template <class... Start>
    void restart(Start&&... how) {
        queue.reset();
        printer.reset();
        shop.restart();
        start(std::forward<Start>(how)...);
    }

    checkout::Recorded<ledger::Sale> sell(const std::string& tender = "cash") {
        const auto sale =
            shop.desk().sell(TestShop::basket({{101, 1}}),
                             {{tender, 1890, tender == "cash" ? "" : "4711"}}, shop.asked());
        CF_CHECK(sale.ok());
        return sale.value();
    }

    // One round of the till's loop.
    void turn() {
        pollfd waited{-1, 0, 0};
        if (printer) waited = {printer->descriptor(), printer->awaited(), 0};
        const bool is_due = queue->due_ms() <= shop.till.clock.steady_ms();
        ::poll(&waited, 1, is_due ? 0 : 2);
        const std::int64_t now_ms = real_.steady_ms();
        shop.till.clock.advance(now_ms - turned_ms_);
        turned_ms_ = now_ms;
        queue->work();
        while (auto notice = queue->take_notice()) notices.push_back(*std::move(notice));
    }
    // Until it is so or ten seconds have gone by.
    template <class Condition>
    bool until(Condition&& is_so) {
        const std::int64_t end_ms = real_.steady_ms() + 10'000;
        while (!is_so()) {
            if (real_.steady_ms() >= end_ms) return false;
            turn();
        }
        return true;
    }
    // Until nothing is owed that is not offered.
    bool until_all_done() {
        return until([this] {
            return !queue->printing() && queue->waiting().empty() && !queue->has_more();
        });
    }
    bool until_told(Notice kind) {
        return until([&] { return count(kind) > 0; });
    }
    void turn_for(std::int64_t wait_ms) {
        const std::int64_t end_ms = real_.steady_ms() + wait_ms;
        until([&] { return real_.steady_ms() >= end_ms; });
    }
    std::ptrdiff_t count(Notice kind) const {
        return std::ranges::count(notices, kind, &PrintNotice::kind);
    }
    std::vector<std::int64_t> offered() {
        std::vector<std::int64_t> seqs;
        const auto papers = queue->offered();
        CF_CHECK(papers.ok());
        for (const Owed& owed : papers.value()) seqs.push_back(owed.seq);
        return seqs;
    }

    TestShop shop;
    checkout::DeskFile* file = nullptr;  // in the place of the shop's own
    std::optional<devices::Printer> printer;
    std::optional<PrintQueue> queue;
    std::vector<PrintNotice> notices;

  private:
    base::SystemClock real_;
    std::int64_t turned_ms_ = real_.steady_ms();
};

}  // namespace counterfoil::till::test
