#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "firmware/core/base/bytes.h"
#include "firmware/vision/decoder_process.h"
#include "firmware/vision/picture.h"

// What a till and its decoder worker say to each other, one datagram each, both on one machine.
namespace counterfoil::vision {

// The worker's two files.
inline constexpr int kWorkerSocket = 3;
inline constexpr int kWorkerMemory = 4;
inline constexpr std::size_t kSharedBytes = kMaxPixels;
static_assert(kMaxPictureBytes <= kSharedBytes);

enum class PictureKind : std::uint32_t { grey, file };

struct Request {
    std::uint64_t id = 0;
    PictureKind kind = PictureKind::grey;
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t size = 0;
    std::uint32_t effort = 0;
    std::uint32_t is_new = 0;  // see Reader::start_over
    std::uint32_t budget_us = 0;
    std::uint32_t unused = 0;
};
static_assert(sizeof(Request) == 40);

inline constexpr std::size_t kMaxAnswerBytes = 64 << 10;

struct Answer {
    std::uint64_t id = 0;
    Reading reading;
};

base::Bytes write_answer(const Answer& answer);
// Nothing where the bytes are not an answer, to the last one.
std::optional<Answer> read_answer(base::ByteView bytes);

}  // namespace counterfoil::vision
