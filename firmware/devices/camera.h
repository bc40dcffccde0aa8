#pragma once

#include <memory>
#include <vector>

#include "firmware/core/base/clock.h"
#include "firmware/devices/camera_format.h"
#include "firmware/devices/frame_source.h"

namespace counterfoil::devices {

struct CameraSettings {
    std::filesystem::path path;  // "/dev/video0"
    int width = 1280;
    int height = 720;
    int frames_per_second = 30;
};

// A camera that Linux knows as a video device. It gives the newest picture and passes over older
// ones. When it is unplugged, fails, or has given no whole picture for three seconds, it is closed
// and tried again each second.
class V4L2Camera final : public FrameSource {
  public:
    // The clock must outlive it.
    V4L2Camera(CameraSettings settings, std::unique_ptr<VideoDevice> device,
               const base::Clock& clock);
    ~V4L2Camera() override { device_->close(); }
    V4L2Camera(const V4L2Camera&) = delete;
    V4L2Camera& operator=(const V4L2Camera&) = delete;

    int descriptor() const override { return device_->descriptor(); }
    std::optional<std::int64_t> due_ms() const override { return due_ms_; }
    std::optional<Frame> next() override;
    ScannerState state() const override { return state_; }
    std::int64_t dropped() const override { return dropped_; }
    const std::string& trouble() const override { return trouble_; }

  private:
    // A buffer that the driver has filled.
    struct Filled {
        std::uint32_t index;
        std::size_t size;
        bool is_whole;
    };

    base::Status start();
    base::Status map_buffers();
    base::Status map_buffer(std::uint32_t index);
    base::Status give_back(std::uint32_t index);
    base::Status take_newest(std::optional<Filled>& newest);
    base::Result<std::optional<Filled>> take_one();
    Frame show(const Filled& filled) const;
    void leave(const base::Error& error);
    base::Status request(unsigned long number, void* argument, const char* what);
    base::Error fault(const std::string& message) const;

    CameraSettings settings_;
    std::unique_ptr<VideoDevice> device_;
    const base::Clock& clock_;
    ScannerState state_ = ScannerState::away;
    CameraFormat format_;
    std::vector<base::ByteView> buffers_;
    std::optional<std::uint32_t> shown_;  // the buffer that the last view is of
    std::int64_t due_ms_ = 0;
    std::int64_t dropped_ = 0;
    std::string trouble_;
};

}  // namespace counterfoil::devices
