#pragma once

#include "firmware/devices/line_splitter.h"
#include "firmware/devices/stream_scanner.h"

namespace counterfoil::devices {

// A scanner that gives each code as a line (see LineSplitter). A half line is dropped and counted
// when the device goes away or the writer of a FIFO leaves.
class LineScanner : public StreamScanner {
  public:
    std::int64_t dropped() const override { return splitter_.dropped(); }

  protected:
    using StreamScanner::StreamScanner;

  private:
    std::optional<std::string> take(base::ByteView& bytes) override {
        return splitter_.take(bytes);
    }
    void break_off() override { splitter_.break_off(); }
    bool has_part() const override { return splitter_.has_half_line(); }
    std::optional<std::string> finish() override { return splitter_.finish(); }

    LineSplitter splitter_;
};

struct SerialSettings {
    std::filesystem::path path;  // "/dev/ttyACM0"
    int baud = 9600;             // a speed that is_baud() knows; USB devices pay no heed to it
    std::int64_t idle_ms = 0;    // see StreamScanner
};

// A scanner on a serial line or USB's likeness of one: raw, eight bits, no parity, one stop bit.
class SerialScanner final : public LineScanner {
  public:
    SerialScanner(std::string name, const SerialSettings& settings, const base::Clock& clock);
};

// Codes from a regular file or a FIFO, one a line. Of a file, the last line counts when it has its
// terminator.
class LineFileScanner final : public LineScanner {
  public:
    LineFileScanner(std::string name, std::filesystem::path path, const base::Clock& clock,
                    std::int64_t idle_ms = 0);
};

}  // namespace counterfoil::devices
