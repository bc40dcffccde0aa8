#pragma once

#include <deque>
#include <memory>

#include "firmware/core/base/descriptor.h"
#include "firmware/devices/frame_source.h"
#include "firmware/devices/scanner.h"
#include "firmware/vision/decoder_process.h"
#include "firmware/vision/sightings.h"

namespace counterfoil::devices {

// Makes a scanner of a camera and the decoder. Pictures get a fast and a thorough look in turns; a
// code in view is told once. While a picture is being decoded no other is
// taken, so that the next one is the newest that the source has.
class CameraScanner final : public Scanner {
  public:
    // Less than the time from one picture to the next at 30 a second.
    static constexpr std::chrono::milliseconds kBudget{25};

    // The clock must outlive it.
    CameraScanner(std::string name, std::unique_ptr<FrameSource> source,
                  vision::DecoderProcess decoder, const base::Clock& clock);

    int descriptor() const override { return readable_.number(); }
    std::optional<std::int64_t> due_ms() const override;
    void work(ScanQueue& queue) override;
    ScannerState state() const override { return source_->state(); }
    const std::string& trouble() const override { return source_->trouble(); }
    // Pictures that came broken, and those that the decoder could not be asked about or died of.
    std::int64_t dropped() const override { return source_->dropped() + undecoded_; }

  private:
    void take_answer();
    void hand_out(ScanQueue& queue);
    bool may_ask() const;
    void ask_next();
    void watch(int descriptor);

    std::string name_;
    std::unique_ptr<FrameSource> source_;
    vision::DecoderProcess decoder_;
    const base::Clock& clock_;
    vision::Sightings sightings_;
    // Readable when there is an answer, or, while none is awaited, a picture that may be taken.
    base::Descriptor readable_;
    int watched_ = -1;
    std::deque<Scan> waiting_;
    std::int64_t taken_ms_ = 0;
    vision::Effort effort_ = vision::Effort::fast;
    std::int64_t undecoded_ = 0;
    std::int64_t again_ms_ = 0;  // not before, after the decoder could not be asked
};

}  // namespace counterfoil::devices
