#include "firmware/devices/hid_scanner.h"

#include <gtest/gtest.h>
#include <linux/input.h>

#include <fstream>
#include <random>

#include "tests/firmware/devices/device_support.h"

namespace counterfoil::devices {
namespace {

using test::numbered;
using test::Texts;
using test::texts_of;
using test::write_all;

// What an event device gives to read when a wedge types the text.
std::string keys_of(std::string_view text, std::int64_t start_ms, KeyboardLayout layout = {}) {
    const auto events = type_text(layout, text, start_ms, 1);
    EXPECT_TRUE(events.ok());
    std::string bytes;
    for (const KeyEvent& key : events.value()) {
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

std::string keys_of_all(const std::vector<std::string>& codes) {
    std::string bytes;
    std::int64_t start_ms = 0;
    for (const std::string& code : codes) bytes += keys_of(code, start_ms += 500);
    return bytes;
}

class HidScannerTest : public testing::Test {
  protected:
    HidScanner scanner(bool simulated = true, KeyboardLayout layout = {}) {
        return HidScanner("wedge", {path_, {.layout = layout}, simulated}, clock_);
    }

    test::TemporaryFolder folder_;
    std::filesystem::path path_ = test::make_fifo(folder_ / "events");
    base::SettableClock clock_{{}};
};

TEST_F(HidScannerTest, ReadsEventsInTheLayoutOfTheWedge) {
    HidScanner scanner = this->scanner(true, KeyboardLayout::hungarian);
    ScanQueue queue;
    scanner.work(queue);
    EXPECT_EQ(scanner.state(), ScannerState::ready);
    const std::string code = "https://bolt.hu/á?x=0&y=[1];z@ZY";
    write_all(test::open_writer(path_), keys_of(code, 0, KeyboardLayout::hungarian));
    scanner.work(queue);
    const auto scan = queue.pop();
    ASSERT_TRUE(scan);
    EXPECT_EQ(scan->text, code);
    EXPECT_EQ(scan->scanner, "wedge");
}

TEST_F(HidScannerTest, RefusesWhatIsNoEventDeviceUnlessSimulated) {
    HidScanner scanner = this->scanner(false);
    EXPECT_EQ(texts_of(scanner), Texts{});
    EXPECT_EQ(scanner.state(), ScannerState::away);
    EXPECT_NE(scanner.trouble().find("no event device"), std::string::npos);
    EXPECT_EQ(scanner.due_ms(), clock_.steady_ms() + 1000);
}

TEST_F(HidScannerTest, JoinsEventsThatAreCutAnywhere) {
    const Texts codes = numbered(40);
    const std::string bytes = keys_of_all(codes);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        std::mt19937_64 random(seed);
        HidScanner scanner = this->scanner();
        texts_of(scanner);
        const base::Descriptor writer = test::open_writer(path_);
        std::string_view rest = bytes;
        Texts texts;
        while (!rest.empty()) {
            const std::size_t size = std::min<std::size_t>(rest.size(), 1 + random() % 200);
            write_all(writer, rest.substr(0, size));
            rest.remove_prefix(size);
            for (const std::string& text : texts_of(scanner)) texts.push_back(text);
        }
        ASSERT_EQ(texts, codes) << "seed " << seed;
    }
}

TEST_F(HidScannerTest, DropsHalfAScanWhenTheWriterLeaves) {
    HidScanner scanner = this->scanner();
    texts_of(scanner);
    const std::string bytes = keys_of("1234", 0);
    write_all(test::open_writer(path_), std::string_view(bytes).substr(0, bytes.size() / 2 + 5));
    texts_of(scanner);
    texts_of(scanner);
    EXPECT_EQ(scanner.dropped(), 1);
    write_all(test::open_writer(path_), keys_of("5678", 20));
    EXPECT_EQ(texts_of(scanner), Texts{"5678"});
}

TEST_F(HidScannerTest, LooksEachSecondForADeviceThatIsAway) {
    std::filesystem::remove(path_);
    HidScanner scanner = this->scanner();
    texts_of(scanner);
    EXPECT_EQ(scanner.state(), ScannerState::away);
    test::make_fifo(path_);
    clock_.advance(1000);
    texts_of(scanner);
    EXPECT_EQ(scanner.state(), ScannerState::ready);
    write_all(test::open_writer(path_), keys_of("12", 0));
    EXPECT_EQ(texts_of(scanner), Texts{"12"});
}

TEST_F(HidScannerTest, ReadsAFileOfEvents) {
    path_ = folder_ / "recorded";
    std::ofstream(path_) << keys_of_all({"12", "34"});
    HidScanner scanner = this->scanner();
    EXPECT_EQ(texts_of(scanner), (Texts{"12", "34"}));
}

TEST_F(HidScannerTest, LosesNothingWhileTheQueueIsFull) {
    HidScanner scanner = this->scanner();
    ScanQueue queue;
    scanner.work(queue);
    const Texts codes = numbered(2000);
    std::thread writer([&] { write_all(test::open_writer(path_), keys_of_all(codes)); });
    Texts texts;
    while (texts.size() < codes.size() && scanner.dropped() == 0) {
        scanner.work(queue);
        for (int i = 0; i < 7; ++i)
            if (auto scan = queue.pop()) texts.push_back(std::move(scan->text));
    }
    writer.join();
    EXPECT_EQ(texts, codes);
    EXPECT_EQ(scanner.dropped(), 0);
}

TEST(HidScanner, KeepsEveryScanOfAFastWedge) {
    const test::TemporaryFolder folder;
    const base::SystemClock clock;
    const auto path = test::make_fifo(folder / "events");
    HidScanner scanner("wedge", {path, {}, true}, clock);
    texts_of(scanner);
    const Texts codes = numbered(3000);
    std::thread writer([&] { write_all(test::open_writer(path), keys_of_all(codes)); });
    const Texts texts = test::wait_for(scanner, clock, codes.size());
    writer.join();
    EXPECT_EQ(texts, codes);
    EXPECT_EQ(scanner.dropped(), 0);
}

}  // namespace
}  // namespace counterfoil::devices
