#include "firmware/till/device_loop.h"

#include <poll.h>

namespace counterfoil::till {

using base::Result;
using base::Status;
using devices::Scanner;

namespace {

// Printers and displays have the same calls, but for what is their work.
template <class Device>
LookedAfter::Device written_to(Device& device, std::function<void()> work) {
    return {[&device] { return device.descriptor(); }, [&device] { return device.awaited(); },
            [&device] { return std::optional(device.due_ms()); }, std::move(work)};
}

}  // namespace

Result<std::unique_ptr<DeviceLoop>> DeviceLoop::start(http::Loop& loop, const base::Clock& clock,
                                                      const Attached& attached, Calls calls) {
    CF_CHECK(calls.on_scan);
    std::unique_ptr<DeviceLoop> made(new DeviceLoop(loop, std::move(calls)));
    CF_TRY(made->look_after(attached, clock));
    return made;
}

Status DeviceLoop::look_after(const Attached& attached, const base::Clock& clock) {
    for (const AttachedScanner& one : attached.scanners) {
        CF_LET(auto scanner, LookedAfter::start(loop_, clock, device_of(*one.scanner)));
        scanners_.push_back(std::move(scanner));
    }
    if (auto* const printer = attached.printer.get()) {
        auto work = calls_.work_printer ? calls_.work_printer : [printer] { printer->work(); };
        CF_LET(printer_, LookedAfter::start(loop_, clock, written_to(*printer, std::move(work))));
    }
    if (auto* const display = attached.display.get()) {
        auto work = [display] { display->work(); };
        CF_LET(display_, LookedAfter::start(loop_, clock, written_to(*display, std::move(work))));
    }
    return {};
}

LookedAfter::Device DeviceLoop::device_of(Scanner& scanner) {
    return {[&scanner] { return scanner.descriptor(); }, [] { return static_cast<short>(POLLIN); },
            [&scanner] { return scanner.due_ms(); },
            [this, &scanner] {
                scanner.work(queue_);
                tell_soon();
            }};
}

void DeviceLoop::hold() {
    is_held_ = true;
}

void DeviceLoop::go_on() {
    is_held_ = false;
    tell_soon();
}

void DeviceLoop::wake_printer() {
    if (printer_) printer_->wake();
}

void DeviceLoop::wake_display() {
    if (display_) display_->wake();
}

void DeviceLoop::tell_soon() {
    if (is_held_ || is_telling_soon_ || queue_.empty()) return;
    is_telling_soon_ = true;
    telling_ = loop_.after(0, [this] { tell_next(); });
}

void DeviceLoop::tell_next() {
    is_telling_soon_ = false;
    if (is_held_) return;
    if (const auto scan = queue_.pop()) calls_.on_scan(*scan);
    tell_soon();
}

}  // namespace counterfoil::till
