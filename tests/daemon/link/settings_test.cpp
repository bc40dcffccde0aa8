#include "daemon/link/settings.h"

#include <fstream>
#include <functional>

#include "daemon/link/session.h"
#include "tests/support/properties.h"
#include "tests/support/test_till.h"

namespace counterfoil::link {
namespace {

class LinkSettings : public testing::Test {
  protected:
    LinkSettings() {
        for (const char* name : {"ca", "certificate", "key"}) {
            std::ofstream(folder / name) << "pem";
            std::filesystem::permissions(folder / name, std::filesystem::perms(0600));
        }
        settings.client_id = "T01";
        settings.authority = folder / "ca";
        settings.certificate = folder / "certificate";
        settings.key = folder / "key";
    }
    std::string checked(const std::function<void(Settings&)>& change) const {
        Settings changed = settings;
        change(changed);
        const base::Status status = check(changed);
        return status.ok() ? "ok" : std::string(base::code_name(status.error().code()));
    }

    test::TemporaryFolder folder;
    Settings settings;
};

TEST_F(LinkSettings, AreCheckedBeforeAnythingIsDone) {
    const std::vector<std::function<void(Settings&)>> nonsense = {
        [](auto& s) { s.broker = ""; },
        [](auto& s) { s.broker = "a/b"; },
        [](auto& s) { s.broker = std::string("a\0b", 3); },
        [](auto& s) { s.port = 0; },
        [](auto& s) { s.client_id = ""; },
        [](auto& s) { s.client_id = "\xff"; },
        [](auto& s) { s.keep_alive_s = 0; },
        [](auto& s) { s.connect_timeout_ms = 0; },
        [](auto& s) {
            s.backoff = {0, 1};
        },
        [](auto& s) {
            s.backoff = {2, 1};
        },
        [](auto& s) { s.max_in_flight = 0; },
        [](auto& s) { s.max_in_flight = 65536; },
        [](auto& s) { s.max_payload_bytes = 0; },
        [](auto& s) { s.max_waiting_messages = 0; },
        [](auto& s) { s.max_waiting_bytes = 0; },
        [](auto& s) {
            s.subscriptions.push_back({"", Qos::at_least_once});
        },
        [](auto& s) {
            s.will = Will{"", {}, Qos::at_least_once};
        },
        [](auto& s) {
            s.will = Will{"t", base::Bytes(65536), Qos::at_least_once};
        },
        [this](auto& s) { s.key = folder.path(); },
    };
    EXPECT_EQ(checked([](Settings&) {}), "ok");
    for (std::size_t i = 0; i < nonsense.size(); ++i)
        EXPECT_EQ(checked(nonsense[i]), "invalid_argument") << i;
}

TEST_F(LinkSettings, NeedFilesAndAKeyThatIsKept) {
    EXPECT_EQ(checked([&](auto& s) { s.authority = folder / "none"; }), "not_found");
    EXPECT_EQ(checked([&](auto& s) { s.certificate = folder / "none"; }), "not_found");
    EXPECT_EQ(checked([&](auto& s) { s.key = folder / "none"; }), "not_found");
    std::filesystem::permissions(folder / "key", std::filesystem::perms(0644));
    EXPECT_EQ(checked([](Settings&) {}), "key_exposed");
}

TEST_F(LinkSettings, GiveASessionThatWaitsItsTurn) {
    base::SettableClock clock(test::kMorning);
    test::SeededEntropy entropy(1);
    settings.broker = "127.0.0.1";
    settings.port = 1;  // where nobody listens
    auto session = Session::open(settings, clock, entropy).value();
    EXPECT_EQ(session.due_ms(), 0);
    EXPECT_EQ(session.publish("t", {}, Qos::at_most_once).error(), NotPublished::not_connected);
    std::int64_t ceiling_ms = 1000;
    for (std::uint64_t attempt = 1; attempt <= 4; ++attempt) {
        // The attempt fails by the machine's time, the wait goes by the clock.
        std::optional<Event> event;
        while (!event) event = session.poll();
        const auto& gone = std::get<Disconnected>(*event);
        EXPECT_LE(gone.retry_ms, ceiling_ms);
        EXPECT_NE(gone.reason, "");
        EXPECT_EQ(session.due_ms(), clock.steady_ms() + gone.retry_ms);
        EXPECT_EQ(session.figures().attempts, attempt);
        if (gone.retry_ms > 0) {
            clock.advance(gone.retry_ms - 1);
            EXPECT_FALSE(session.poll());
            EXPECT_EQ(session.figures().attempts, attempt);
            clock.advance(1);
        }
        ceiling_ms *= 2;
    }
}

}  // namespace
}  // namespace counterfoil::link
