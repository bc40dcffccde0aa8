#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "firmware/devices/scanner.h"
#include "firmware/till/attached.h"
#include "firmware/till/looked_after.h"

namespace counterfoil::till {

// The till's devices on its loop. Scans are told one at a time, in the order in which they came,
// each in a turn of the loop of its own, so that a burst of them holds nobody up. While they are
// held back they wait in a ScanQueue, and when that is full in the devices.
class DeviceLoop {
  public:
    struct Calls {
        std::function<void(const devices::Scan&)> on_scan;
        // In the place of Printer::work, which it calls. Only it and what it calls may do so: see
        // wake_printer().
        std::function<void()> work_printer;
    };

    // Loop, clock, devices and all that the calls need must outlive it; it is not destroyed by one
    // of the calls. `work_printer` may be left out.
    static base::Result<std::unique_ptr<DeviceLoop>> start(http::Loop& loop,
                                                           const base::Clock& clock,
                                                           const Attached& attached, Calls calls);

    // From hold() until go_on(), no scan is told. Both may be called from on_scan.
    void hold();
    void go_on();

    // To be called after a job was begun, or owed: work_printer is called soon.
    void wake_printer();
    // To be called after CustomerDisplay::show.
    void wake_display();

  private:
    DeviceLoop(http::Loop& loop, Calls calls) : loop_(loop), calls_(std::move(calls)) {}

    base::Status look_after(const Attached& attached, const base::Clock& clock);
    LookedAfter::Device device_of(devices::Scanner& scanner);
    void tell_soon();
    void tell_next();

    http::Loop& loop_;
    Calls calls_;
    devices::ScanQueue queue_;
    bool is_held_ = false;
    bool is_telling_soon_ = false;
    http::Timer telling_;
    std::vector<std::unique_ptr<LookedAfter>> scanners_;
    std::unique_ptr<LookedAfter> printer_;
    std::unique_ptr<LookedAfter> display_;
};

}  // namespace counterfoil::till
