#include "firmware/devices/camera_format.h"

#include <linux/videodev2.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include "firmware/vision/frame.h"

namespace counterfoil::devices {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

struct Candidate {
    PixelFormat pixels;
    std::uint32_t fourcc;
};

constexpr std::array kCandidates = {
    Candidate{PixelFormat::yuyv, V4L2_PIX_FMT_YUYV},
    Candidate{PixelFormat::grey, V4L2_PIX_FMT_GREY},
    Candidate{PixelFormat::jpeg, V4L2_PIX_FMT_MJPEG},
};

constexpr std::uint32_t kMostRowBytes = 8 * vision::kMaxSide;

Status check_capabilities(VideoDevice& device) {
    v4l2_capability about{};
    if (device.control(VIDIOC_QUERYCAP, &about) != 0)
        return Error(Code::invalid_argument, "it is no video device");
    // A device with several nodes says there what this node can do.
    const bool has_own = (about.capabilities & V4L2_CAP_DEVICE_CAPS) != 0;
    const std::uint32_t can = has_own ? about.device_caps : about.capabilities;
    if ((can & V4L2_CAP_VIDEO_CAPTURE) == 0)
        return Error(Code::invalid_argument, "it takes no pictures");
    if ((can & V4L2_CAP_STREAMING) == 0)
        return Error(Code::invalid_argument, "it cannot stream into memory");
    return {};
}

// What the driver made of the wish, if it is a format that we can read.
std::optional<CameraFormat> checked(const Candidate& candidate, const v4l2_pix_format& given) {
    constexpr std::uint32_t kMaxSide = vision::kMaxSide;
    if (given.pixelformat != candidate.fourcc) return {};
    if (given.width == 0 || given.width > kMaxSide) return {};
    if (given.height == 0 || given.height > kMaxSide) return {};
    if (std::uint64_t{given.width} * given.height > vision::kMaxPixels) return {};
    CameraFormat format;
    format.pixels = candidate.pixels;
    format.width = static_cast<int>(given.width);
    format.height = static_cast<int>(given.height);
    if (candidate.pixels == PixelFormat::jpeg) return format;
    const auto pixel_stride = static_cast<std::uint32_t>(format.pixel_stride());
    // A driver may leave the length of its rows at 0 where they have no gaps.
    const std::uint32_t row =
        given.bytesperline == 0 ? given.width * pixel_stride : given.bytesperline;
    if (row < given.width * pixel_stride || row > kMostRowBytes) return {};
    format.row_stride = static_cast<int>(row);
    format.frame_bytes = std::size_t{row} * (given.height - 1) + given.width * pixel_stride;
    return format;
}

// Nothing where the driver has no such format.
Result<std::optional<CameraFormat>> set_format(VideoDevice& device, const Candidate& candidate,
                                               const CameraWish& wish) {
    v4l2_format format{};
    format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    format.fmt.pix.width = static_cast<std::uint32_t>(wish.width);
    format.fmt.pix.height = static_cast<std::uint32_t>(wish.height);
    format.fmt.pix.pixelformat = candidate.fourcc;
    format.fmt.pix.field = V4L2_FIELD_NONE;
    const int error_number = device.control(VIDIOC_S_FMT, &format);
    if (error_number == EINVAL) return std::optional<CameraFormat>();
    if (error_number == EBUSY) return Error(Code::io_failed, "another program uses it");
    if (error_number != 0)
        return Error(Code::io_failed,
                     "setting a format failed: " + std::generic_category().message(error_number));
    return checked(candidate, format.fmt.pix);
}

bool set_rate(VideoDevice& device, const CameraWish& wish) {
    v4l2_streamparm rate{};
    rate.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    rate.parm.capture.timeperframe = {1, static_cast<std::uint32_t>(wish.frames_per_second)};
    if (device.control(VIDIOC_S_PARM, &rate) != 0) return true;
    const v4l2_fract given = rate.parm.capture.timeperframe;
    return std::uint64_t{given.numerator} * static_cast<std::uint64_t>(wish.frames_per_second) <=
           given.denominator;
}

// 2: size and rate as wished; 1: the size; 0: neither.
int rank(VideoDevice& device, const CameraFormat& format, const CameraWish& wish) {
    if (format.width != wish.width || format.height != wish.height) return 0;
    return set_rate(device, wish) ? 2 : 1;
}

}  // namespace

Result<CameraFormat> negotiate(VideoDevice& device, const CameraWish& wish) {
    CF_TRY(check_capabilities(device));
    const Candidate* best = nullptr;
    int best_rank = -1;
    for (const Candidate& candidate : kCandidates) {
        CF_LET(const std::optional<CameraFormat> format, set_format(device, candidate, wish));
        if (!format) continue;
        const int its_rank = rank(device, *format, wish);
        if (its_rank > best_rank) best = &candidate;
        best_rank = std::max(best_rank, its_rank);
    }
    if (best == nullptr)
        return Error(Code::invalid_argument, "it gives no YUYV, grey or JPEG of a size we can use");
    // The last one that was tried is set now, not the best one.
    CF_LET(const std::optional<CameraFormat> format, set_format(device, *best, wish));
    if (!format) return Error(Code::io_failed, "it gives a format once and then no more");
    set_rate(device, wish);
    return *format;
}

}  // namespace counterfoil::devices
