#include "tests/sim/scanner_stories.h"

#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <pty.h>
#include <sys/stat.h>

#include <cstring>
#include <functional>
#include <thread>

#include "firmware/devices/camera_scanner.h"
#include "firmware/devices/frame_fifo.h"
#include "firmware/devices/hid_scanner.h"
#include "firmware/devices/line_scanner.h"
#include "firmware/vision/enhance.h"
#include "firmware/vision/picture.h"
#include "tests/support/pictures.h"
#include "tests/support/test_till.h"

namespace counterfoil::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// For how long the till listens after the last code was shown.
constexpr std::int64_t kAfterglowMs = 2000;
constexpr int kFramesShown = 15;
constexpr int kFramesBetween = 15;
constexpr std::chrono::microseconds kFrameTime{33'333};

std::vector<std::string> codes(int count) {
    std::vector<std::string> texts;
    for (int i = 0; i < count; ++i) texts.push_back("SCAN-" + std::to_string(1'000'000 + i));
    return texts;
}

void write_all(const base::Descriptor& file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.number(), bytes.data(), bytes.size());
        CF_CHECK(written > 0);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::filesystem::path make_fifo(const std::filesystem::path& path) {
    CF_CHECK(::mkfifo(path.c_str(), 0600) == 0);
    return path;
}

// Lets `show` play its part in a thread of its own, and listens until it has ended and a while
// longer.
void listen(devices::Scanner& scanner, ScannerStory& story, const std::function<void()>& show) {
    const base::SystemClock clock;
    devices::ScanQueue queue;
    scanner.work(queue);
    std::jthread other(show);
    std::atomic<bool> ended = false;
    std::jthread watcher([&] {
        other.join();
        ended = true;
    });
    std::int64_t last_ms = clock.steady_ms();
    while (!ended || clock.steady_ms() < last_ms + kAfterglowMs) {
        if (!ended) last_ms = clock.steady_ms();
        std::int64_t pause_ms = 20;
        if (const auto due_ms = scanner.due_ms())
            pause_ms = std::clamp<std::int64_t>(*due_ms - clock.steady_ms(), 0, pause_ms);
        pollfd readable{scanner.descriptor(), POLLIN, 0};
        ::poll(&readable, 1, static_cast<int>(pause_ms));
        scanner.work(queue);
        while (auto scan = queue.pop()) story.heard.push_back(std::move(scan->text));
    }
}

void at_pace(const std::vector<std::string>& texts, milliseconds apart,
             const std::function<void(const std::string&)>& show) {
    auto next = Clock::now();
    for (const std::string& text : texts) {
        std::this_thread::sleep_until(next += apart);
        show(text);
    }
}

// The bytes of an event device into which a wedge types.
std::string key_bytes(const std::string& text, std::int64_t start_ms) {
    constexpr std::int64_t kGapMs = 2;
    std::string bytes;
    const auto events = devices::type_text(devices::KeyboardLayout::us, text, start_ms, kGapMs);
    for (const devices::KeyEvent& key : events.value()) {
        input_event event{};
        event.input_event_sec = key.time_ms / 1000;
        event.input_event_usec = key.time_ms % 1000 * 1000;
        event.type = key.type;
        event.code = key.code;
        event.value = key.value;
        bytes.append(reinterpret_cast<const char*>(&event), sizeof event);
    }
    return bytes;
}

// What a camera sees: a grey room, and the code in somebody's hand.
class Scene {
  public:
    explicit Scene(std::uint64_t seed) : random_(seed) {}

    void hold_up(const std::string& text) {
        scene_ = empty_picture(1280, 720, 150);
        const vision::GreyImage code = code_picture(text, "QRCode", 3 + below(4));
        put_into(scene_, code, 300 + below(900 - code.width), 100 + below(520 - code.height));
        scene_ = vision::smooth(turned(scene_, below(41) - 20).view());
    }
    void put_away() { scene_ = empty_picture(1280, 720, 150); }

    std::string frame() {
        vision::GreyImage noisy = scene_;
        for (std::uint8_t& pixel : noisy.pixels) {
            state_ = state_ * 1664525 + 1013904223;
            pixel = static_cast<std::uint8_t>(
                std::clamp(pixel + static_cast<int>(state_ >> 28) - 8, 0, 255));
        }
        return vision::write_pgm(noisy.view());
    }

  private:
    int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }

    std::mt19937_64 random_;
    std::uint32_t state_ = 1;
    vision::GreyImage scene_;
};

}  // namespace

std::string ScannerStory::summary() const {
    std::string text =
        scanner + ": " + std::to_string(heard.size()) + " of " + std::to_string(shown.size());
    if (went_well()) return text + " in order";
    for (std::size_t i = 0; i < shown.size(); ++i)
        if (i >= heard.size() || heard[i] != shown[i])
            return text + "; in place " + std::to_string(i) + " " + shown[i] + " was shown, and " +
                   (i < heard.size() ? heard[i] : "nothing") + " heard";
    return text + "; the last was not shown";
}

ScannerStory tell_serial_story(int scans, milliseconds apart) {
    ScannerStory story{"serial", codes(scans), {}};
    int master = -1;
    int slave = -1;
    std::array<char, 128> name{};
    CF_CHECK(::openpty(&master, &slave, name.data(), nullptr, nullptr) == 0);
    const base::Descriptor ours(master);
    const base::Descriptor theirs(slave);
    const base::SystemClock clock;
    devices::SerialScanner scanner("serial", {name.data()}, clock);
    listen(scanner, story, [&] {
        at_pace(story.shown, apart,
                [&](const std::string& text) { write_all(ours, text + "\r\n"); });
    });
    return story;
}

ScannerStory tell_wedge_story(int scans, milliseconds apart) {
    ScannerStory story{"wedge", codes(scans), {}};
    const TemporaryFolder folder;
    const auto path = make_fifo(folder / "events");
    const base::SystemClock clock;
    devices::HidSettings settings;
    settings.path = path;
    settings.simulated = true;
    devices::HidScanner scanner("wedge", settings, clock);
    listen(scanner, story, [&] {
        const base::Descriptor device = base::Descriptor::open(path, O_WRONLY);
        at_pace(story.shown, apart, [&](const std::string& text) {
            write_all(device, key_bytes(text, clock.steady_ms()));
        });
    });
    return story;
}

ScannerStory tell_camera_story(int scans, std::uint64_t seed,
                               const std::filesystem::path& decoder_program) {
    ScannerStory story{"camera", codes(scans), {}};
    const TemporaryFolder folder;
    const auto path = make_fifo(folder / "frames");
    const base::SystemClock clock;
    auto decoder = vision::DecoderProcess::start({decoder_program}, clock);
    CF_CHECK(decoder.ok());
    devices::FrameFifoSettings settings{path, true};
    devices::CameraScanner scanner("camera", std::make_unique<devices::FrameFifo>(settings, clock),
                                   std::move(decoder).value(), clock);
    listen(scanner, story, [&] {
        const base::Descriptor camera = base::Descriptor::open(path, O_WRONLY);
        Scene scene(seed);
        auto next = Clock::now();
        const auto film = [&](int frames) {
            for (int i = 0; i < frames; ++i) {
                const std::string frame = scene.frame();
                // A camera has no frames to catch up with: a machine that stood still goes on.
                next = std::max(next + kFrameTime, Clock::now());
                std::this_thread::sleep_until(next);
                write_all(camera, frame);
            }
        };
        for (const std::string& text : story.shown) {
            scene.hold_up(text);
            film(kFramesShown);
            scene.put_away();
            film(kFramesBetween);
        }
    });
    return story;
}

}  // namespace counterfoil::test
