#include "firmware/devices/frame_fifo.h"

namespace counterfoil::devices {
namespace {

// The loop has others to serve, and a writer can be as fast as we are: no more in one go.
constexpr int kMostReads = 256;
constexpr std::size_t kMostWaiting = std::size_t{2} * vision::kMaxPixels;
// A larger pipe saves most of the changes between writer and reader.
constexpr int kPipeBytes = 1 << 20;

base::Status prepare(int descriptor, const std::filesystem::path& path) {
    CF_TRY(refuse_device(descriptor, path));
    // It is refused for a file, and where the user has many pipes; it works without.
    ::fcntl(descriptor, F_SETPIPE_SZ, kPipeBytes);
    return {};
}

}  // namespace

FrameFifo::FrameFifo(const FrameFifoSettings& settings, const base::Clock& clock)
    : newest_only_(settings.newest_only), stream_(settings.path, prepare, clock) {}

std::optional<Frame> FrameFifo::next() {
    const auto picture = newest_only_ ? read_newest() : read_first();
    if (!picture) return {};
    return Frame{*picture, {}};
}

std::optional<vision::GreyView> FrameFifo::read_first() {
    for (int reads = 0; reads < kMostReads; ++reads) {
        if (auto frame = splitter_.take()) return frame;
        const Stream::Kind kind = read();
        if (kind == Stream::Kind::broken_off) splitter_.break_off();
        if (kind != Stream::Kind::bytes) return {};
    }
    return splitter_.take();
}

std::optional<vision::GreyView> FrameFifo::read_newest() {
    Stream::Kind kind = Stream::Kind::bytes;
    for (int reads = 0; reads < kMostReads && kind == Stream::Kind::bytes; ++reads) {
        if (splitter_.waiting() >= kMostWaiting) break;
        kind = read();
    }
    std::optional<vision::GreyView> newest;
    while (auto frame = splitter_.take()) newest = frame;
    if (kind == Stream::Kind::broken_off) splitter_.break_off();
    return newest;
}

Stream::Kind FrameFifo::read() {
    const Stream::Piece piece = stream_.read(splitter_.room());
    splitter_.add(piece.size);
    return piece.kind;
}

}  // namespace counterfoil::devices
