#pragma once

#include <gmock/gmock.h>
#include <poll.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

#include "daemon/link/session.h"
#include "firmware/core/crypto/random.h"
#include "tests/support/broker.h"

namespace counterfoil::link {

inline std::int64_t now_ms() {
    return base::SystemClock().steady_ms();
}

// A session with short waits, which keeps the events that it gave.
class Peer {
  public:
    explicit Peer(const Settings& settings)
        : session_(Session::open(settings, system_clock_, random_).value()) {}
    Peer(const Settings& settings, const base::Clock& clock, base::Entropy& entropy)
        : session_(Session::open(settings, clock, entropy).value()) {}

    Session& session() { return session_; }
    Session* operator->() { return &session_; }

    void poll() {
        while (auto event = session_.poll()) events_.push_back(std::move(*event));
    }
    template <class Kind>
    std::vector<Kind> all() const {
        std::vector<Kind> found;
        for (const Event& event : events_)
            if (const auto* one = std::get_if<Kind>(&event)) found.push_back(*one);
        return found;
    }
    template <class Kind>
    std::size_t count() const {
        return all<Kind>().size();
    }
    // "up/1 one, up/2 two"
    std::string messages() const {
        std::string text;
        for (const Message& message : all<Message>())
            text += (text.empty() ? "" : ", ") + message.topic + " " +
                    std::string(base::as_text(message.payload));
        return text;
    }
    void forget() { events_.clear(); }

  private:
    base::SystemClock system_clock_;
    crypto::Random random_;
    Session session_;
    std::vector<Event> events_;
};

// Lets the peers work until what is waited for is so; false where it is not in time.
inline bool until(const std::vector<Peer*>& peers, const std::function<bool()>& done,
                  std::int64_t patience_ms = 8000) {
    const std::int64_t end_ms = now_ms() + patience_ms;
    for (;;) {
        for (Peer* peer : peers) peer->poll();
        if (done()) return true;
        std::int64_t wake_ms = end_ms;
        std::vector<pollfd> descriptors;
        for (Peer* peer : peers) {
            descriptors.push_back({peer->session().descriptor(), POLLIN, 0});
            if (const auto due_ms = peer->session().due_ms()) wake_ms = std::min(wake_ms, *due_ms);
        }
        const std::int64_t now = now_ms();
        if (now >= end_ms) return false;
        // What is waited for may also be nothing that a peer hears of.
        const auto wait_ms = static_cast<int>(std::clamp<std::int64_t>(wake_ms - now, 0, 20));
        ::poll(descriptors.data(), descriptors.size(), wait_ms);
    }
}

// All at once: the library is slow to see a new connection while others are idle.
inline bool connect(const std::vector<Peer*>& peers) {
    return until(peers, [&] {
        return std::all_of(peers.begin(), peers.end(),
                           [](Peer* peer) { return (*peer)->is_connected(); });
    });
}

// Time in which something would have happened.
inline void work_for(const std::vector<Peer*>& peers, std::int64_t ms) {
    until(
        peers, [] { return false; }, ms);
}

inline bool publish(Peer& peer, const std::string& topic, std::string_view payload,
                    Qos qos = Qos::at_least_once) {
    return peer->publish(topic, base::as_bytes(payload), qos).ok();
}

inline Settings settings_for(const test::Broker& broker, const std::string& name,
                             Protocol protocol) {
    Settings settings;
    settings.broker = "localhost";
    settings.port = broker.port();
    settings.client_id = name;
    settings.authority = broker.authority();
    settings.certificate = broker.certificate(name);
    settings.key = broker.key(name);
    settings.protocol = protocol;
    settings.keep_alive_s = 20;
    settings.connect_timeout_ms = 5000;
    settings.backoff = {20, 200};
    return settings;
}
inline Settings terminal_of(const test::Broker& broker, const std::string& name,
                            Protocol protocol) {
    Settings own = settings_for(broker, name, protocol);
    own.subscriptions = {{"v1/shop/dn/" + name, Qos::at_least_once}};
    return own;
}
inline Settings centre_of(const test::Broker& broker, Protocol protocol) {
    Settings own = settings_for(broker, "centre", protocol);
    own.subscriptions = {{"v1/+/up/+/+", Qos::at_least_once}, {"v1/+/st/+", Qos::at_least_once}};
    return own;
}

// The same, as soon as it can be done.
inline bool sends(Peer& peer, const std::string& topic, std::string_view payload,
                  Qos qos = Qos::at_least_once) {
    return until({&peer}, [&] { return publish(peer, topic, payload, qos); });
}

// One of the two protocols, and a broker for all such tests of a process.
class LinkTest : public testing::TestWithParam<Protocol> {
  protected:
    Settings terminal(const std::string& name = "T01") const {
        return terminal_of(broker, name, GetParam());
    }
    Settings centre() const { return centre_of(broker, GetParam()); }

    test::Broker& broker = shared();

  private:
    static test::Broker& shared() {
        static test::Broker one;
        // Some of them send more than a terminal may.
        static const bool started = (one.have_no_limits(), one.start(), true);
        CF_CHECK(started);
        return one;
    }
};

// A broker of the test's own, to be harmed.
class HarmTest : public testing::TestWithParam<Protocol> {
  protected:
    HarmTest() { broker.start(); }

    Settings terminal(const std::string& name = "T01") const {
        return terminal_of(broker, name, GetParam());
    }
    Settings centre() const { return centre_of(broker, GetParam()); }

    test::Broker broker;
};

inline void PrintTo(Protocol protocol, std::ostream* out) {
    *out << (protocol == Protocol::mqtt5 ? "Mqtt5" : "Mqtt311");
}
inline std::string protocol_name(const testing::TestParamInfo<Protocol>& info) {
    return testing::PrintToString(info.param);
}

#define CF_BOTH_PROTOCOLS(suite)                                                           \
    INSTANTIATE_TEST_SUITE_P(, suite, testing::Values(Protocol::mqtt5, Protocol::mqtt311), \
                             protocol_name)

}  // namespace counterfoil::link
