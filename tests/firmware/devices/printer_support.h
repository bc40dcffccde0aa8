#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <string>
#include <vector>

#include "firmware/core/base/clock.h"
#include "firmware/devices/printer.h"
#include "firmware/devices/serial_line.h"
#include "tests/support/fake_printer.h"

namespace counterfoil::devices::test {

using counterfoil::test::FakePrinter;
using Kind = PrinterEvent::Kind;

// Short deadlines, so that tests need not wait long.
inline PrinterSettings hasty(Proof proof = Proof::in_order) {
    PrinterSettings settings;
    settings.proof = proof;
    settings.connect_ms = 300;
    settings.answer_ms = 200;
    settings.ask_each_ms = 50;
    settings.stuck_ms = 600;
    settings.proof_ms = 600;
    return settings;
}

// The text that a job's paper has.
inline std::string paper_text(int number, int lines = 3) {
    std::string text;
    for (int i = 0; i < lines; ++i)
        text += "job " + std::to_string(number) + ", line " + std::to_string(i) + "\n";
    return text;
}

// Initialise, tell changes, the text, cut.
inline base::Bytes job_bytes(int number, int lines = 3) {
    const std::string bytes =
        "\x1b@\x1d\x61\x0e" + paper_text(number, lines) + std::string("\x1dV\x42\x00", 4);
    return {bytes.begin(), bytes.end()};
}

// Calls work() and sees that it does not wait: longer than 5 ms by the clock is only allowed where
// the thread did not go to sleep but was interrupted for others.
template <class Device>
void work_without_waiting(Device& device, const base::Clock& clock) {
    rusage before{};
    rusage after{};
    ::getrusage(RUSAGE_THREAD, &before);
    const std::int64_t start_ms = clock.steady_ms();
    device.work();
    const std::int64_t took_ms = clock.steady_ms() - start_ms;
    ::getrusage(RUSAGE_THREAD, &after);
    const bool has_slept = after.ru_nvcsw > before.ru_nvcsw;
    EXPECT_TRUE(took_ms <= 5 || !has_slept) << "work() waited " << took_ms << " ms";
}

// As the till's loop does, until it is so or ten seconds have gone by.
template <class Device, class Condition>
bool loop_until(Device& device, const base::Clock& clock, Condition&& is_so) {
    const std::int64_t end_ms = clock.steady_ms() + 10'000;
    while (!is_so()) {
        if (clock.steady_ms() >= end_ms) return false;
        const std::int64_t pause_ms =
            std::clamp<std::int64_t>(device.due_ms() - clock.steady_ms(), 0, 10);
        pollfd waited{device.descriptor(), device.awaited(), 0};
        ::poll(&waited, 1, static_cast<int>(pause_ms));
        work_without_waiting(device, clock);
    }
    return true;
}

// A till's desk: the printer, and what it has told.
class Desk {
  public:
    Desk(const PrinterSettings& settings, Channel channel)
        : printer(settings, std::move(channel), clock) {}
    Desk(const PrinterSettings& settings, const FakePrinter& fake)
        : Desk(settings, Channel(network_opener("127.0.0.1", fake.port()))) {}

    template <class Condition>
    bool until(Condition&& is_so) {
        return loop_until(printer, clock, [&] {
            while (const auto event = printer.take_event()) events.push_back(*event);
            return is_so();
        });
    }
    bool until_state(PrinterState state) {
        return until([&] { return printer.state() == state; });
    }
    bool until_told(Kind kind) {
        return until([&] { return count(kind) > 0; });
    }
    // The event that ends the job; begins it first.
    PrinterEvent print(int number, int lines = 3) {
        begin(number, lines);
        return end_of(number);
    }
    void begin(int number, int lines = 3) {
        ASSERT_TRUE(until([&] { return printer.is_free(); }));
        ASSERT_TRUE(printer.begin(JobId{number}, job_bytes(number, lines)).ok());
    }
    PrinterEvent end_of(int number) {
        PrinterEvent end;
        EXPECT_TRUE(until([&] {
            for (const PrinterEvent& event : events)
                if (event.job == JobId{number}) end = event;
            return end.job == JobId{number};
        })) << "job "
            << number << " did not end";
        return end;
    }
    std::ptrdiff_t count(Kind kind) const {
        return std::ranges::count(events, kind, &PrinterEvent::kind);
    }
    // The states that were told, in order.
    std::vector<Kind> states() const {
        std::vector<Kind> kinds;
        for (const PrinterEvent& event : events)
            if (event.job == JobId{}) kinds.push_back(event.kind);
        return kinds;
    }

    base::SystemClock clock;
    Printer printer;
    std::vector<PrinterEvent> events;
};

// The change of how it behaves.
template <class Change>
void change(FakePrinter& fake, Change&& change) {
    FakePrinter::Manner manner = fake.manner();
    change(manner);
    fake.behave(manner);
}

using Papers = std::vector<std::string>;

}  // namespace counterfoil::devices::test
