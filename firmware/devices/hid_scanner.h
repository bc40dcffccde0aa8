#pragma once

#include "firmware/devices/key_decoder.h"
#include "firmware/devices/stream_scanner.h"

namespace counterfoil::devices {

struct HidSettings {
    // "/dev/input/by-id/...-event-kbd": a name that is the same after each start.
    std::filesystem::path path;
    KeySettings keys;
    // Takes a FIFO or file of struct input_event instead of a device, for simulations.
    bool simulated = false;
};

// A keyboard wedge, read as an event device of Linux that nobody else gets the keys of.
class HidScanner final : public StreamScanner {
  public:
    HidScanner(std::string name, const HidSettings& settings, const base::Clock& clock);

    std::int64_t dropped() const override { return decoder_.dropped(); }

  private:
    std::optional<std::string> take(base::ByteView& bytes) override;
    void break_off() override { decoder_.break_off(); }

    KeyDecoder decoder_;
};

}  // namespace counterfoil::devices
