#include "firmware/till/late_camera.h"

#include "firmware/devices/stream.h"

namespace counterfoil::till {

using devices::ScannerState;

LateCamera::LateCamera(std::string name, MakeSource make_source, std::filesystem::path decoder,
                       const base::Clock& clock)
    : name_(std::move(name)),
      make_source_(std::move(make_source)),
      decoder_(std::move(decoder)),
      clock_(clock) {}

std::optional<std::int64_t> LateCamera::due_ms() const {
    return camera_ ? camera_->due_ms() : due_ms_;
}

void LateCamera::work(devices::ScanQueue& queue) {
    if (!camera_ && clock_.steady_ms() >= due_ms_) start();
    if (camera_) camera_->work(queue);
}

ScannerState LateCamera::state() const {
    return camera_ ? camera_->state() : ScannerState::away;
}

void LateCamera::start() {
    vision::DecoderSettings settings;
    settings.program = decoder_;
    auto decoder = vision::DecoderProcess::start(settings, clock_);
    if (!decoder.ok()) {
        trouble_ = decoder.error().line();
        due_ms_ = clock_.steady_ms() + devices::kRetryMs;
        return;
    }
    camera_.emplace(name_, make_source_(), std::move(decoder).value(), clock_);
}

}  // namespace counterfoil::till
