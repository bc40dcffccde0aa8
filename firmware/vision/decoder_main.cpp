#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "firmware/vision/confinement.h"
#include "firmware/vision/decoder_wire.h"
#include "firmware/vision/picture.h"
#include "firmware/vision/reader.h"

// The worker behind DecoderProcess: answers one request after the other until the till hangs up.
namespace counterfoil::vision {
namespace {

Reading look_at(Reader& reader, const Request& request, base::ByteView shared) {
    const Effort effort = static_cast<Effort>(request.effort);
    const Reader::Duration budget(request.budget_us);
    Reading reading;
    GreyImage unpacked;
    GreyView view{shared.data(), static_cast<int>(request.width), static_cast<int>(request.height),
                  static_cast<int>(request.width), 1};
    if (request.kind == PictureKind::file) {
        auto picture = read_picture(shared.first(request.size));
        if (!picture.ok()) {
            reading.error = picture.error();
            return reading;
        }
        unpacked = std::move(picture).value();
        view = unpacked.view();
    }
    if (request.is_new != 0) reader.start_over();
    const auto start = std::chrono::steady_clock::now();
    reading.found = reader.read(view, effort, budget);
    reading.took_us = std::chrono::duration_cast<std::chrono::microseconds>(
                          std::chrono::steady_clock::now() - start)
                          .count();
    return reading;
}

// Loads and builds what is made at first use, while files may still be opened.
void warm_up(Reader& reader) {
    GreyImage picture{64, 64, std::vector<std::uint8_t>(64 * 64, 255)};
    for (std::size_t i = 0; i < picture.pixels.size(); i += 3) picture.pixels[i] = 0;
    reader.read(picture.view(), Effort::all, std::chrono::seconds(1));
    // The picture libraries look at the processor when they are first used.
    for (const base::Bytes& file : {write_png(picture), write_jpeg(picture)}) {
        const auto unpacked = read_picture(file);
        CF_CHECK(unpacked.ok());
    }
}

int serve() {
    const void* shared = ::mmap(nullptr, kSharedBytes, PROT_READ, MAP_SHARED, kWorkerMemory, 0);
    if (shared == MAP_FAILED) return 1;
    const base::ByteView memory(static_cast<const std::uint8_t*>(shared), kSharedBytes);
    Reader reader;
    warm_up(reader);
    if (!confine(kWorkerSocket).ok()) return 1;
    for (;;) {
        Request request;
        const ssize_t size = ::recv(kWorkerSocket, &request, sizeof request, 0);
        if (size != static_cast<ssize_t>(sizeof request)) return 0;
        const base::Bytes answer = write_answer({request.id, look_at(reader, request, memory)});
        if (::send(kWorkerSocket, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return 0;
    }
}

}  // namespace
}  // namespace counterfoil::vision

int main() {
    // What lies beyond would ask the system for more than a confined process may.
    ::_exit(counterfoil::vision::serve());
}
