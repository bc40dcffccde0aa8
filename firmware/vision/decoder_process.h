#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "firmware/core/base/bytes.h"
#include "firmware/core/base/clock.h"
#include "firmware/core/base/result.h"
#include "firmware/vision/reader.h"

namespace counterfoil::vision {

// The decoder is installed beside the program that is running.
base::Result<std::filesystem::path> decoder_beside_program();

struct DecoderSettings {
    std::filesystem::path program;  // counterfoil-decoder
    // A picture that takes longer than its budget by so much ends the worker.
    std::int64_t patience_ms = 1000;
};

enum class Outcome {
    read,       // looked at; what was found, if anything
    refused,    // no picture: the error says why
    crashed,    // the worker died of it
    timed_out,  // the worker was killed over it
};

// What a picture file shows: nothing to do with the last picture, or what the same camera sees now.
enum class Follows { nothing, the_last };

struct Reading {
    Outcome outcome = Outcome::read;
    std::vector<Found> found;
    std::optional<base::Error> error;
    std::int64_t took_us = 0;
};

// Reads pictures in a worker process that can do nothing else: it has no files, no network and a
// bound on its memory, and the kernel ends it at the first system call it has no business with. If
// a picture crashes it or holds it up, it is started again at once, and the picture is not tried
// again. Pictures are passed in shared memory, answers are taken apart with suspicion. One picture
// at a time; one thread.
class DecoderProcess {
  public:
    // The clock must outlive the process.
    static base::Result<DecoderProcess> start(const DecoderSettings& settings,
                                              const base::Clock& clock);

    bool busy() const;
    // Hands over a picture, which is copied; the caller sees to it that the worker is not busy.
    base::Status ask(const GreyView& picture, Effort effort, Reader::Duration budget);
    // The same with a file as read_picture() takes it: unpacked there, not here.
    base::Status ask(base::ByteView picture_file, Effort effort, Reader::Duration budget,
                     Follows follows = Follows::nothing);

    // Readable when there is an answer, or the worker has died.
    int descriptor() const;
    // When to call collect() although nothing is readable; none while it is not busy.
    std::optional<std::int64_t> due_ms() const;
    // The answer, if it is there.
    std::optional<Reading> collect();
    // The answer, waited for.
    Reading wait();

    // How often the worker had to be started again.
    std::int64_t restarts() const;

    DecoderProcess(DecoderProcess&&) noexcept;
    DecoderProcess& operator=(DecoderProcess&&) noexcept;
    ~DecoderProcess();

  private:
    struct State;
    explicit DecoderProcess(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace counterfoil::vision
