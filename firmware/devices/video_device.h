#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "firmware/core/base/bytes.h"
#include "firmware/core/base/descriptor.h"
#include "firmware/core/base/result.h"

namespace counterfoil::devices {

// The system calls that a camera is worked with; a test has a camera of its own behind them.
class VideoDevice {
  public:
    virtual ~VideoDevice() = default;

    // For calls that do not wait.
    virtual base::Status open(const std::filesystem::path& path) = 0;
    // Also ends every mapping.
    virtual void close() = 0;
    // -1 while closed.
    virtual int descriptor() const = 0;
    // One VIDIOC_ request with its struct; 0 or the error's number.
    virtual int control(unsigned long request, void* argument) = 0;
    // Memory that is shared with the driver, until close().
    virtual base::Result<base::ByteView> map(std::size_t size, std::int64_t offset) = 0;
};

class LinuxVideoDevice final : public VideoDevice {
  public:
    LinuxVideoDevice() = default;
    ~LinuxVideoDevice() override { unmap(); }
    LinuxVideoDevice(const LinuxVideoDevice&) = delete;
    LinuxVideoDevice& operator=(const LinuxVideoDevice&) = delete;

    base::Status open(const std::filesystem::path& path) override;
    void close() override;
    int descriptor() const override { return file_.number(); }
    int control(unsigned long request, void* argument) override;
    base::Result<base::ByteView> map(std::size_t size, std::int64_t offset) override;

  private:
    struct Mapping {
        void* address;
        std::size_t size;
    };
    void unmap();

    std::filesystem::path path_;
    base::Descriptor file_;
    std::vector<Mapping> mappings_;
};

}  // namespace counterfoil::devices
