#include "firmware/devices/camera.h"

#include <linux/videodev2.h>

#include <cerrno>

#include "firmware/core/base/file.h"
#include "firmware/devices/stream.h"

namespace counterfoil::devices {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

// Some cameras hang without saying so.
constexpr std::int64_t kSilenceMs = 3000;
constexpr std::uint32_t kBuffers = 4;
constexpr std::uint32_t kFewestBuffers = 2;  // one is shown while the next is filled
constexpr std::size_t kMostBufferBytes = std::size_t{8} * vision::kMaxPixels;

v4l2_buffer buffer_of(std::uint32_t index) {
    v4l2_buffer buffer{};
    buffer.index = index;
    buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    buffer.memory = V4L2_MEMORY_MMAP;
    return buffer;
}

}  // namespace

V4L2Camera::V4L2Camera(CameraSettings settings, std::unique_ptr<VideoDevice> device,
                       const base::Clock& clock)
    : settings_(std::move(settings)), device_(std::move(device)), clock_(clock) {}

std::optional<Frame> V4L2Camera::next() {
    const std::int64_t now_ms = clock_.steady_ms();
    if (state_ == ScannerState::away) {
        if (now_ms < due_ms_) return {};
        if (const Status started = start(); !started.ok()) leave(started.error());
        return {};
    }
    std::optional<Filled> newest;
    if (const Status taken = take_newest(newest); !taken.ok()) {
        leave(taken.error());
        return {};
    }
    if (newest) {
        shown_ = newest->index;
        due_ms_ = now_ms + kSilenceMs;
        return show(*newest);
    }
    if (now_ms >= due_ms_) leave(fault("no whole picture for three seconds"));
    return {};
}

Status V4L2Camera::start() {
    CF_TRY(device_->open(settings_.path));
    const CameraWish wish{settings_.width, settings_.height, settings_.frames_per_second};
    auto format = negotiate(*device_, wish);
    if (!format.ok()) return format.error().within(settings_.path.string());
    format_ = format.value();
    CF_TRY(map_buffers());
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    CF_TRY(request(VIDIOC_STREAMON, &type, "starting the stream"));
    state_ = ScannerState::ready;
    due_ms_ = clock_.steady_ms() + kSilenceMs;
    trouble_.clear();
    return {};
}

Status V4L2Camera::map_buffers() {
    v4l2_requestbuffers wanted{};
    wanted.count = kBuffers;
    wanted.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    wanted.memory = V4L2_MEMORY_MMAP;
    CF_TRY(request(VIDIOC_REQBUFS, &wanted, "asking for buffers"));
    if (wanted.count < kFewestBuffers || wanted.count > VIDEO_MAX_FRAME)
        return fault("it has " + std::to_string(wanted.count) + " buffers");
    for (std::uint32_t index = 0; index < wanted.count; ++index) CF_TRY(map_buffer(index));
    return {};
}

Status V4L2Camera::map_buffer(std::uint32_t index) {
    v4l2_buffer buffer = buffer_of(index);
    CF_TRY(request(VIDIOC_QUERYBUF, &buffer, "asking for a buffer"));
    if (buffer.length == 0 || buffer.length < format_.frame_bytes ||
        buffer.length > kMostBufferBytes)
        return fault("a buffer has " + std::to_string(buffer.length) + " bytes");
    CF_LET(const base::ByteView memory, device_->map(buffer.length, buffer.m.offset));
    buffers_.push_back(memory);
    return give_back(index);
}

Status V4L2Camera::give_back(std::uint32_t index) {
    v4l2_buffer buffer = buffer_of(index);
    return request(VIDIOC_QBUF, &buffer, "giving back a buffer");
}

Status V4L2Camera::take_newest(std::optional<Filled>& newest) {
    if (shown_) CF_TRY(give_back(*shown_));
    shown_.reset();
    // No more than the buffers that there are: a driver can fill them as fast as they come back.
    for (std::size_t taken = 0; taken < buffers_.size(); ++taken) {
        CF_LET(const std::optional<Filled> filled, take_one());
        if (!filled) return {};
        if (!filled->is_whole) {
            ++dropped_;
            CF_TRY(give_back(filled->index));
            continue;
        }
        if (newest) CF_TRY(give_back(newest->index));
        newest = filled;
    }
    return {};
}

Result<std::optional<V4L2Camera::Filled>> V4L2Camera::take_one() {
    v4l2_buffer buffer = buffer_of(0);
    const int error_number = device_->control(VIDIOC_DQBUF, &buffer);
    if (error_number == EAGAIN) return std::optional<Filled>();
    if (error_number != 0) return base::system_error(error_number, settings_.path);
    if (buffer.index >= buffers_.size()) return fault("it filled a buffer that there is not");
    const bool is_whole = (buffer.flags & V4L2_BUF_FLAG_ERROR) == 0 && buffer.bytesused > 0 &&
                          buffer.bytesused >= format_.frame_bytes &&
                          buffer.bytesused <= buffers_[buffer.index].size();
    return std::optional(Filled{buffer.index, buffer.bytesused, is_whole});
}

Frame V4L2Camera::show(const Filled& filled) const {
    const base::ByteView bytes = buffers_[filled.index].first(filled.size);
    if (format_.pixels == PixelFormat::jpeg) return {{}, bytes};
    return {
        {bytes.data(), format_.width, format_.height, format_.row_stride, format_.pixel_stride()},
        {}};
}

void V4L2Camera::leave(const Error& error) {
    device_->close();
    buffers_.clear();
    shown_.reset();
    state_ = ScannerState::away;
    due_ms_ = clock_.steady_ms() + kRetryMs;
    trouble_ = error.line();
}

Status V4L2Camera::request(unsigned long number, void* argument, const char* what) {
    const int error_number = device_->control(number, argument);
    if (error_number == 0) return {};
    return base::system_error(error_number, settings_.path).within(what);
}

Error V4L2Camera::fault(const std::string& message) const {
    return Error(Code::io_failed, settings_.path.string() + ": " + message);
}

}  // namespace counterfoil::devices
