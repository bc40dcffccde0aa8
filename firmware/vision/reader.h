#pragma once

#include <chrono>
#include <vector>

#include "firmware/vision/found.h"
#include "firmware/vision/frame.h"

namespace counterfoil::vision {

struct Target;

// fast: one look at the whole frame, for every frame of a camera. thorough: one more way of looking
// after the other (rotated, inverted, smaller, larger, other thresholds) until something is found
// or the time is up, for a code that does not want to be read.
// all: goes on after the first find, for whatever else the picture shows.
enum class Effort { fast, thorough, all };

// At most so many codes are taken from one picture.
inline constexpr std::size_t kMaxFound = 16;

// Finds codes in grey pictures, with ZXing. It runs where its crash does not matter: see
// DecoderProcess. One thread at a time.
class Reader {
  public:
    using Duration = std::chrono::microseconds;

    // Empty where there is none, or none was found within the time. The next way of looking is
    // begun only where, by what it has cost before, it will end in time.
    std::vector<Found> read(const GreyView& picture, Effort effort, Duration budget);

    // The pictures of a camera show much the same: a thorough look begins with what the last one
    // had no time for. Before a picture that has nothing to do with the last, this forgets that.
    void start_over();

  private:
    struct Attempt;
    struct Watch;
    static const Attempt kAttempts[];

    std::vector<Found> attempt(std::size_t number, const GreyView& picture, const Target& target,
                               Watch& watch);

    // What each way of looking has cost lately, in nanoseconds a pixel.
    std::vector<double> cost_;
    std::size_t next_ = 0;
};

}  // namespace counterfoil::vision
