#include "daemon/link/inbox.h"

#include <poll.h>

#include <thread>

#include "tests/support/properties.h"

namespace counterfoil::link {
namespace {

bool is_readable(const Inbox& inbox) {
    pollfd descriptor{inbox.descriptor(), POLLIN, 0};
    return ::poll(&descriptor, 1, 0) == 1;
}

void leave(Inbox& inbox, std::string_view payload) {
    inbox.leave_message(1, "t", base::as_bytes(payload), false);
}

// "a b -2/7 c": payloads, and messages and bytes that were dropped between them.
std::string taken(Inbox& inbox) {
    std::string text;
    while (const auto note = inbox.take()) {
        text += text.empty() ? "" : " ";
        if (const auto* message = std::get_if<Message>(&note->content))
            text += base::as_text(message->payload);
        if (const auto* dropped = std::get_if<Dropped>(&note->content))
            text += "-" + std::to_string(dropped->messages) + "/" + std::to_string(dropped->bytes);
        if (std::holds_alternative<Accepted>(note->content)) text += "accepted";
    }
    return text;
}

TEST(Inbox, IsReadableWhileThereIsSomething) {
    const auto inbox = Inbox::create({10, 100}).value();
    EXPECT_FALSE(is_readable(*inbox));
    leave(*inbox, "a");
    leave(*inbox, "b");
    EXPECT_TRUE(is_readable(*inbox));
    EXPECT_TRUE(inbox->take());
    EXPECT_TRUE(is_readable(*inbox));
    EXPECT_TRUE(inbox->take());
    EXPECT_FALSE(is_readable(*inbox));
    EXPECT_FALSE(inbox->take());
    leave(*inbox, "c");
    EXPECT_TRUE(is_readable(*inbox));
}

TEST(Inbox, CountsWhatItDropsWhereItWasDropped) {
    const auto inbox = Inbox::create({2, 100}).value();
    for (const char* payload : {"a", "b", "cc", "dddd"}) leave(*inbox, payload);
    EXPECT_EQ(inbox->figures().waiting_messages, 2U);
    EXPECT_TRUE(inbox->take());
    leave(*inbox, "e");
    leave(*inbox, "f");
    inbox->leave({1, Accepted{}});
    leave(*inbox, "g");
    EXPECT_EQ(taken(*inbox), "b -2/8 e -1/2 accepted -1/2");
    EXPECT_EQ(inbox->figures().dropped_messages, 4U);
    EXPECT_EQ(inbox->figures().dropped_bytes, 12U);
    EXPECT_EQ(inbox->figures().waiting_messages, 0U);
    EXPECT_EQ(inbox->figures().waiting_bytes, 0U);
}

TEST(Inbox, CountsBytesAsWellAsMessages) {
    const auto inbox = Inbox::create({100, 10}).value();
    leave(*inbox, "12345");        // 6 with its topic
    leave(*inbox, "1234");         // 5
    leave(*inbox, "123");          // 4: full to the last byte
    leave(*inbox, "");             // 1
    leave(*inbox, "12345678901");  // never
    EXPECT_EQ(inbox->figures().waiting_bytes, 10U);
    EXPECT_EQ(taken(*inbox), "12345 -1/5 123 -2/13");
}

TEST(Inbox, LosesNothingBetweenThreads) {
    constexpr int kEach = 20'000;
    const auto inbox = Inbox::create({50, 10'000}).value();
    std::vector<std::thread> leavers;
    for (int i = 0; i < 3; ++i)
        leavers.emplace_back([&] {
            for (int n = 0; n < kEach; ++n) leave(*inbox, "x");
        });
    std::uint64_t counted = 0;
    while (counted < 3 * kEach) {
        pollfd descriptor{inbox->descriptor(), POLLIN, 0};
        ASSERT_EQ(::poll(&descriptor, 1, 5000), 1) << "a wake was lost";
        while (const auto note = inbox->take()) {
            const auto* dropped = std::get_if<Dropped>(&note->content);
            counted += dropped ? dropped->messages : 1;
        }
    }
    for (std::thread& leaver : leavers) leaver.join();
    EXPECT_EQ(counted, 3U * kEach);
    EXPECT_FALSE(is_readable(*inbox));
}

}  // namespace
}  // namespace counterfoil::link
