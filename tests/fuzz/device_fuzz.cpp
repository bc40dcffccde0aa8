#include <algorithm>

#include "firmware/core/base/check.h"
#include "firmware/core/base/coding.h"
#include "firmware/devices/key_decoder.h"
#include "firmware/devices/line_splitter.h"
#include "firmware/devices/pgm_splitter.h"
#include "firmware/devices/scanner.h"

// What scanners and cameras send, cut anywhere: the first byte says how. Whatever comes out is a
// whole scan or picture within its bounds.
namespace counterfoil {
namespace {

void check_text(const std::string& text) {
    CF_CHECK(!text.empty() && text.size() <= devices::kMaxScanBytes && base::is_utf8(text));
}

void read_lines(base::ByteView bytes, std::size_t piece) {
    devices::LineSplitter splitter;
    while (!bytes.empty()) {
        base::ByteView next = bytes.first(std::min(piece, bytes.size()));
        bytes = bytes.subspan(next.size());
        while (!next.empty())
            if (const auto text = splitter.take(next)) check_text(*text);
    }
    if (const auto text = splitter.finish()) check_text(*text);
}

void read_keys(base::ByteView bytes) {
    devices::KeyDecoder decoder({});
    devices::KeyEvent event;
    for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
        event.type = bytes[at] & 3;
        event.code = bytes[at + 1];
        event.value = bytes[at + 2] & 3;
        event.time_ms += bytes[at + 3];
        if (const auto text = decoder.take(event)) check_text(*text);
    }
}

void read_pictures(base::ByteView bytes, std::size_t piece) {
    devices::PgmSplitter splitter;
    while (!bytes.empty()) {
        const std::span<std::uint8_t> room = splitter.room();
        const std::size_t size = std::min({piece, bytes.size(), room.size()});
        std::copy_n(bytes.begin(), size, room.begin());
        bytes = bytes.subspan(size);
        splitter.add(size);
        while (const auto picture = splitter.take()) {
            CF_CHECK(picture->width > 0 && picture->height > 0);
            CF_CHECK(picture->at(picture->width - 1, picture->height - 1) <= 255);
        }
    }
    splitter.break_off();
}

}  // namespace
}  // namespace counterfoil

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace counterfoil;
    if (size == 0) return 0;
    const base::ByteView bytes(data + 1, size - 1);
    const std::size_t piece = data[0] % 64 + 1;
    read_lines(bytes, piece);
    read_keys(bytes);
    read_pictures(bytes, piece);
    return 0;
}
