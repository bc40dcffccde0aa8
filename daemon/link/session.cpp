#include "daemon/link/session.h"

#include <algorithm>

#include "daemon/link/connection.h"
#include "daemon/link/nagle.h"
#include "firmware/core/base/coding.h"

namespace counterfoil::link {

using base::Result;
using base::Status;

namespace {

// In this time the library mostly has written what it was given before.
constexpr std::int64_t kBusyMs = 1;

bool can_be_published_to(std::string_view topic) {
    constexpr std::string_view kNotInTopics("+#\0", 3);
    return !topic.empty() && topic.size() <= 0xffff &&
           topic.find_first_of(kNotInTopics) == std::string_view::npos && base::is_utf8(topic);
}

}  // namespace

struct Session::State {
    enum class Phase { waiting, connecting, subscribing, connected };

    State(const Settings& given, const base::Clock& time, base::Entropy& entropy,
          std::unique_ptr<Inbox> box)
        : settings(given),
          clock(time),
          backoff(given.backoff, entropy),
          inbox(std::move(box)),
          due_ms(time.steady_ms()) {}

    const Settings settings;
    const base::Clock& clock;
    Backoff backoff;
    // Its connection leaves notes in it to the last.
    std::unique_ptr<Inbox> inbox;
    // The one that counts, and while waiting the one before.
    std::unique_ptr<Connection> connection;
    Phase phase = Phase::waiting;
    // While waiting: when to try again; until connected: when to give up.
    std::int64_t due_ms;
    std::int64_t connected_ms = 0;
    // When to publish again what was refused without a note to come.
    std::optional<std::int64_t> less_busy_ms;
    std::size_t granted = 0;
    std::uint64_t last_id = 0;
    std::uint64_t attempts = 0;
    std::uint64_t connections = 0;

    std::optional<Event> on_due();
    std::optional<Event> on_note(Note note);
    std::optional<Event> on(const Accepted&);
    std::optional<Event> on(const Subscribed& answer);
    std::optional<Event> on(const Lost& lost) { return end(lost.reason); }
    std::optional<Event> on(const Delivered& delivered);
    std::optional<Event> on(const Rejected& rejected);
    // Those that are events as they are, whichever connection they came by.
    std::optional<Event> on(Message& message) { return Event(std::move(message)); }
    std::optional<Event> on(const Dropped& dropped) { return Event(dropped); }

    std::optional<Event> begin();
    Event connected();
    Event end(std::string reason);
};

std::optional<Event> Session::State::on_due() {
    if (phase == Phase::connected || clock.steady_ms() < due_ms) return {};
    if (phase == Phase::waiting) return begin();
    return end(phase == Phase::connecting ? "the broker did not answer in time"
                                          : "the broker did not subscribe us in time");
}

std::optional<Event> Session::State::begin() {
    ++attempts;
    // The library's threads end with its last connection, which takes a moment: the one before is
    // let go only when the next is there.
    auto started = Connection::start(settings, attempts, *inbox);
    phase = Phase::connecting;
    if (!started.ok()) {
        connection.reset();
        return end(started.error().message());
    }
    connection = std::move(started).value();
    due_ms = clock.steady_ms() + settings.connect_timeout_ms;
    return {};
}

std::optional<Event> Session::State::on_note(Note note) {
    const bool is_news = std::holds_alternative<Message>(note.content) ||
                         std::holds_alternative<Dropped>(note.content);
    const bool counts =
        phase != Phase::waiting && connection && connection->number() == note.connection;
    // What a connection says after its end, or one that was given up, changes nothing any more.
    if (!is_news && !counts) return {};
    return std::visit([this](auto& content) { return on(content); }, note.content);
}

std::optional<Event> Session::State::on(const Accepted&) {
    if (phase != Phase::connecting) return {};
    send_at_once(settings.port);
    if (settings.subscriptions.empty()) return connected();
    phase = Phase::subscribing;
    granted = 0;
    if (const Status asked = connection->subscribe(); !asked.ok())
        return end(asked.error().message());
    return {};
}

std::optional<Event> Session::State::on(const Subscribed& answer) {
    if (phase != Phase::subscribing) return {};
    if (!answer.granted) return end("the broker refuses a subscription");
    if (++granted < settings.subscriptions.size()) return {};
    return connected();
}

Event Session::State::connected() {
    phase = Phase::connected;
    connected_ms = clock.steady_ms();
    ++connections;
    return Connected{};
}

// A broker that takes us and throws us out again, over and over, must not be called each second.
Event Session::State::end(std::string reason) {
    const std::int64_t now_ms = clock.steady_ms();
    if (phase == Phase::connected && now_ms - connected_ms >= settings.settled_ms) backoff.reset();
    phase = Phase::waiting;
    if (connection) connection->close();
    const std::int64_t wait_ms = backoff.next_wait_ms();
    due_ms = now_ms + wait_ms;
    return Disconnected{std::move(reason), wait_ms};
}

std::optional<Event> Session::State::on(const Delivered& delivered) {
    connection->settle(delivered.id);
    return Event(delivered);
}

std::optional<Event> Session::State::on(const Rejected& rejected) {
    connection->settle(rejected.id);
    return Event(rejected);
}

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Result<Session> Session::open(const Settings& settings, const base::Clock& clock,
                              base::Entropy& entropy) {
    CF_TRY(check(settings));
    CF_LET(auto inbox, Inbox::create({settings.max_waiting_messages, settings.max_waiting_bytes}));
    return Session(std::make_unique<State>(settings, clock, entropy, std::move(inbox)));
}

int Session::descriptor() const {
    return state_->inbox->descriptor();
}

std::optional<std::int64_t> Session::due_ms() const {
    if (state_->phase == State::Phase::connected) return state_->less_busy_ms;
    return state_->due_ms;
}

std::optional<Event> Session::poll() {
    state_->less_busy_ms.reset();
    // A note that came in time counts before the time is up.
    while (auto note = state_->inbox->take()) {
        if (auto event = state_->on_note(std::move(*note))) return event;
    }
    return state_->on_due();
}

bool Session::is_connected() const {
    return state_->phase == State::Phase::connected;
}

// At any time within the first wait: what kept one away has mostly kept many away.
void Session::hurry() {
    if (is_connected()) return;
    state_->backoff.reset();
    const std::int64_t most_ms =
        state_->phase == State::Phase::waiting ? state_->backoff.next_wait_ms() : kHurriedMs;
    state_->due_ms = std::min(state_->due_ms, state_->clock.steady_ms() + most_ms);
}

Event Session::give_up(std::string reason) {
    CF_CHECK(is_connected());
    return state_->end(std::move(reason));
}

Result<std::uint64_t, NotPublished> Session::publish(std::string_view topic, base::ByteView payload,
                                                     Qos qos, Retain retain) {
    if (!can_be_published_to(topic)) return NotPublished::no_topic;
    if (payload.size() > state_->settings.max_payload_bytes) return NotPublished::too_large;
    if (!is_connected()) return NotPublished::not_connected;
    if (state_->connection->in_flight() >= state_->settings.max_in_flight)
        return NotPublished::busy;
    const std::uint64_t id = ++state_->last_id;
    const auto taken = state_->connection->publish(id, std::string(topic), payload, qos, retain);
    if (taken.ok()) return id;
    if (taken.error() == NotPublished::busy)
        state_->less_busy_ms = state_->clock.steady_ms() + kBusyMs;
    return taken.error();
}

Session::Figures Session::figures() const {
    const Inbox::Figures inbox = state_->inbox->figures();
    Figures figures;
    if (is_connected()) figures.in_flight = state_->connection->in_flight();
    figures.waiting_messages = inbox.waiting_messages;
    figures.waiting_bytes = inbox.waiting_bytes;
    figures.dropped_messages = inbox.dropped_messages;
    figures.dropped_bytes = inbox.dropped_bytes;
    figures.attempts = state_->attempts;
    figures.connections = state_->connections;
    return figures;
}

}  // namespace counterfoil::link
