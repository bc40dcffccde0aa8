#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace counterfoil::test {

// A zstd frame that unpacks to so many blocks of 128 KiB, each of which takes it four bytes. It
// says how much that will be, truly or not, or does not say.
inline std::string zstd_bomb(std::size_t blocks, std::optional<std::uint64_t> said) {
    constexpr std::size_t kBlockBytes = 128 << 10;
    constexpr unsigned kSaysSize = 0xc0;
    constexpr unsigned kRepeated = 1U << 1;
    std::string frame = "\x28\xb5\x2f\xfd";
    const auto put = [&frame](std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) frame += static_cast<char>(value >> (8 * i));
    };
    put(said ? kSaysSize : 0, 1);
    constexpr unsigned kWindow = 0x38;  // 128 KiB
    put(kWindow, 1);
    if (said) put(*said, 8);
    for (std::size_t block = 1; block <= blocks; ++block) {
        put((kBlockBytes << 3) | kRepeated | (block == blocks ? 1U : 0U), 3);
        put('{', 1);
    }
    return frame;
}

}  // namespace counterfoil::test
