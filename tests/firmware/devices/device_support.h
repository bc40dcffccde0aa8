#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/stat.h>
#include <termios.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "firmware/core/base/descriptor.h"
#include "firmware/devices/scanner.h"
#include "tests/support/test_till.h"

namespace counterfoil::devices::test {

using counterfoil::test::TemporaryFolder;
using Texts = std::vector<std::string>;

inline void write_all(const base::Descriptor& file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.number(), bytes.data(), bytes.size());
        ASSERT_GT(written, 0) << std::strerror(errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

inline std::filesystem::path make_fifo(const std::filesystem::path& path) {
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    return path;
}

// Needs a reader that has the FIFO open, or else waits for one.
inline base::Descriptor open_writer(const std::filesystem::path& path) {
    base::Descriptor writer = base::Descriptor::open(path, O_WRONLY);
    EXPECT_TRUE(writer.ok());
    return writer;
}

// A serial line under a fixed name: the scanner's end is the pty's master.
class SerialLine {
  public:
    explicit SerialLine(std::filesystem::path link) : link_(std::move(link)) { plug_in(); }

    void plug_in() {
        int master = -1;
        int slave = -1;
        std::array<char, 128> name{};
        ASSERT_EQ(::openpty(&master, &slave, name.data(), nullptr, nullptr), 0);
        master_ = base::Descriptor(master);
        ::close(slave);
        std::filesystem::remove(link_);
        std::filesystem::create_symlink(name.data(), link_);
    }
    void unplug() {
        master_.reset();
        std::filesystem::remove(link_);
    }
    void send(std::string_view bytes) { write_all(master_, bytes); }
    const base::Descriptor& master() const { return master_; }
    const std::filesystem::path& path() const { return link_; }

  private:
    std::filesystem::path link_;
    base::Descriptor master_;
};

inline Texts take_texts(ScanQueue& queue) {
    Texts texts;
    while (auto scan = queue.pop()) texts.push_back(std::move(scan->text));
    return texts;
}

// What work() gives now, at once.
inline Texts texts_of(Scanner& scanner) {
    ScanQueue queue;
    scanner.work(queue);
    return take_texts(queue);
}

// Waits as the till's loop does, until so many scans have come or ten seconds have gone by.
inline Texts wait_for(Scanner& scanner, const base::Clock& clock, std::size_t count) {
    Texts texts;
    ScanQueue queue;
    const std::int64_t end_ms = clock.steady_ms() + 10'000;
    while (texts.size() < count && clock.steady_ms() < end_ms) {
        std::int64_t pause_ms = 100;
        if (const auto due_ms = scanner.due_ms())
            pause_ms = std::clamp<std::int64_t>(*due_ms - clock.steady_ms(), 0, pause_ms);
        pollfd waited{scanner.descriptor(), POLLIN, 0};
        ::poll(&waited, 1, static_cast<int>(pause_ms));
        scanner.work(queue);
        for (std::string& text : take_texts(queue)) texts.push_back(std::move(text));
    }
    return texts;
}

inline Texts numbered(int count) {
    Texts codes;
    for (int i = 0; i < count; ++i) codes.push_back("5990000" + std::to_string(100000 + i));
    return codes;
}

}  // namespace counterfoil::devices::test
