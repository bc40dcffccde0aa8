#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "firmware/devices/camera_scanner.h"

namespace counterfoil::till {

// A camera whose decoder need not be there yet: while the program cannot be started, the camera is
// away, and it is tried again each second. A till without eyes still sells.
class LateCamera final : public devices::Scanner {
  public:
    using MakeSource = std::function<std::unique_ptr<devices::FrameSource>()>;

    // The clock must outlive it.
    LateCamera(std::string name, MakeSource make_source, std::filesystem::path decoder,
               const base::Clock& clock);

    int descriptor() const override { return camera_ ? camera_->descriptor() : -1; }
    std::optional<std::int64_t> due_ms() const override;
    void work(devices::ScanQueue& queue) override;
    devices::ScannerState state() const override;
    const std::string& trouble() const override { return camera_ ? camera_->trouble() : trouble_; }
    std::int64_t dropped() const override { return camera_ ? camera_->dropped() : 0; }

  private:
    void start();

    std::string name_;
    MakeSource make_source_;
    std::filesystem::path decoder_;
    const base::Clock& clock_;
    std::optional<devices::CameraScanner> camera_;
    std::int64_t due_ms_ = 0;
    std::string trouble_;
};

}  // namespace counterfoil::till
