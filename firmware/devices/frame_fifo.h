#pragma once

#include "firmware/devices/frame_source.h"
#include "firmware/devices/pgm_splitter.h"
#include "firmware/devices/stream.h"

namespace counterfoil::devices {

struct FrameFifoSettings {
    std::filesystem::path path;
    bool newest_only = false;  // of several whole pictures that wait, gives the last
};

// Pictures as PGMs (see PgmSplitter) from a FIFO or file, instead of a camera. One that is not
// whole when its writer leaves is dropped. The clock must outlive it.
class FrameFifo final : public FrameSource {
  public:
    FrameFifo(const FrameFifoSettings& settings, const base::Clock& clock);

    int descriptor() const override { return stream_.descriptor(); }
    // At once after every read that gave something: more pictures can wait in the splitter, where
    // no poll() sees them.
    std::optional<std::int64_t> due_ms() const override { return stream_.due_ms(); }
    std::optional<Frame> next() override;
    ScannerState state() const override { return stream_.state(); }
    std::int64_t dropped() const override { return splitter_.dropped(); }
    const std::string& trouble() const override { return stream_.trouble(); }

  private:
    std::optional<vision::GreyView> read_first();
    std::optional<vision::GreyView> read_newest();
    Stream::Kind read();

    bool newest_only_;
    Stream stream_;
    PgmSplitter splitter_;
};

}  // namespace counterfoil::devices
