#pragma once

#include <cstdint>
#include <optional>

#include "firmware/devices/video_device.h"

namespace counterfoil::devices {

enum class PixelFormat { yuyv, grey, jpeg };

struct CameraWish {
    int width = 1280;
    int height = 720;
    int frames_per_second = 30;
};

// How a camera's pictures lie in memory. Every number is within vision/frame.h's bounds.
struct CameraFormat {
    PixelFormat pixels = PixelFormat::yuyv;
    int width = 0;
    int height = 0;
    int row_stride = 0;           // of yuyv and grey
    std::size_t frame_bytes = 0;  // what a whole picture of yuyv or grey has at least

    int pixel_stride() const { return pixels == PixelFormat::yuyv ? 2 : 1; }
};

// Sets the open device to the first of YUYV, grey and JPEG that has the wished size and rate; else
// to the first that has the size; else to the first that it has at all. A driver that does not tell
// its rate is taken to keep the wished one. invalid_argument where it is no camera for us.
base::Result<CameraFormat> negotiate(VideoDevice& device, const CameraWish& wish);

}  // namespace counterfoil::devices
