#pragma once

#include <linux/videodev2.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "firmware/core/base/file.h"
#include "firmware/devices/video_device.h"

namespace counterfoil::devices::test {

// A format that a webcam has, at one size and rate.
struct Offer {
    std::uint32_t fourcc = V4L2_PIX_FMT_YUYV;
    std::uint32_t width = 1280;
    std::uint32_t height = 720;
    std::uint32_t rate = 30;
    std::uint32_t row_bytes = 0;  // as the driver tells it
};

// A webcam and its driver in memory. It outlives the device that a camera owns, so that a test can
// pull its cable. Lies are set in the fields that it answers from.
struct Webcam {
    bool is_plugged = true;
    bool is_busy = false;  // another program has it
    std::uint32_t capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    std::vector<Offer> offers{Offer{}};
    std::uint32_t buffer_count = 4;
    std::uint32_t buffer_bytes = 1280 * 720 * 2;
    std::uint32_t named_index = VIDEO_MAX_FRAME;  // named for each filled buffer, if less

    Offer set;  // what was negotiated last
    bool is_open = false;
    bool is_streaming = false;
    int opened = 0;
    std::vector<std::vector<std::uint8_t>> buffers;
    std::deque<std::uint32_t> empty;  // waiting to be filled
    std::deque<v4l2_buffer> filled;   // waiting to be taken

    // Takes a picture; it is lost where there is no empty buffer.
    void shoot(std::string_view bytes, std::uint32_t flags = 0) {
        if (!is_streaming || empty.empty()) return;
        v4l2_buffer buffer{};
        buffer.index = empty.front();
        empty.pop_front();
        buffer.flags = flags;
        buffer.bytesused = static_cast<std::uint32_t>(bytes.size());
        std::vector<std::uint8_t>& memory = buffers[buffer.index];
        std::memcpy(memory.data(), bytes.data(), std::min(bytes.size(), memory.size()));
        filled.push_back(buffer);
    }
};

class WebcamDevice final : public VideoDevice {
  public:
    explicit WebcamDevice(Webcam& webcam) : webcam_(webcam) {}

    base::Status open(const std::filesystem::path& path) override {
        if (!webcam_.is_plugged) return base::system_error(ENOENT, path);
        webcam_.is_open = true;
        ++webcam_.opened;
        return {};
    }
    void close() override {
        webcam_.is_open = false;
        webcam_.is_streaming = false;
        // What is read after its end must be noticed: the memory is gone.
        webcam_.buffers.clear();
        webcam_.empty.clear();
        webcam_.filled.clear();
    }
    int descriptor() const override { return webcam_.is_open ? 77 : -1; }

    int control(unsigned long request, void* argument) override {
        if (!webcam_.is_plugged) return ENODEV;
        switch (request) {
            case VIDIOC_QUERYCAP:
                static_cast<v4l2_capability*>(argument)->capabilities = webcam_.capabilities;
                return 0;
            case VIDIOC_S_FMT:
                return set_format(static_cast<v4l2_format*>(argument)->fmt.pix);
            case VIDIOC_S_PARM:
                static_cast<v4l2_streamparm*>(argument)->parm.capture.timeperframe = {
                    1, webcam_.set.rate};
                return 0;
            case VIDIOC_STREAMON:
                webcam_.is_streaming = true;
                return 0;
            case VIDIOC_REQBUFS:
                static_cast<v4l2_requestbuffers*>(argument)->count = webcam_.buffer_count;
                webcam_.buffers.resize(webcam_.buffer_count);
                for (auto& memory : webcam_.buffers) memory.resize(webcam_.buffer_bytes);
                return 0;
            default:
                return control_buffer(request, *static_cast<v4l2_buffer*>(argument));
        }
    }

    base::Result<base::ByteView> map(std::size_t size, std::int64_t offset) override {
        const base::ByteView memory = webcam_.buffers.at(static_cast<std::size_t>(offset / 4096));
        CF_CHECK(size == memory.size());
        return memory;
    }

  private:
    // As drivers do: another format than it has becomes one that it has.
    int set_format(v4l2_pix_format& format) {
        if (webcam_.is_busy) return EBUSY;
        if (webcam_.offers.empty()) return EINVAL;
        webcam_.set = webcam_.offers.front();
        for (const Offer& offer : webcam_.offers)
            if (offer.fourcc == format.pixelformat) webcam_.set = offer;
        format.pixelformat = webcam_.set.fourcc;
        format.width = webcam_.set.width;
        format.height = webcam_.set.height;
        format.bytesperline = webcam_.set.row_bytes;
        return 0;
    }

    int control_buffer(unsigned long request, v4l2_buffer& buffer) {
        if (request == VIDIOC_QUERYBUF) {
            buffer.length = webcam_.buffer_bytes;
            buffer.m.offset = buffer.index * 4096;
            return 0;
        }
        if (request == VIDIOC_QBUF) {
            webcam_.empty.push_back(buffer.index);
            return 0;
        }
        if (request != VIDIOC_DQBUF) return ENOTTY;
        if (webcam_.filled.empty()) return EAGAIN;
        buffer = webcam_.filled.front();
        webcam_.filled.pop_front();
        if (webcam_.named_index < VIDEO_MAX_FRAME) buffer.index = webcam_.named_index;
        return 0;
    }

    Webcam& webcam_;
};

}  // namespace counterfoil::devices::test
