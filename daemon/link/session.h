#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "daemon/link/event.h"
#include "daemon/link/settings.h"
#include "firmware/core/base/clock.h"

namespace counterfoil::link {

// Holds a connection to a broker over mutual TLS, and comes back after each loss. It keeps nothing:
// not on the disk, not for a connection that is not there. What gets lost is for the protocol above
// to send again.
//
// Its owner waits until the descriptor is readable or the time is due, polls until there is nothing
// more, and publishes, all in one thread; nothing here waits for the broker. Name resolution is the
// one thing that can hold up a call, for as long as the resolver takes: the library resolves under
// its lock, which all sessions of a process share. The library also makes the process ignore
// SIGPIPE.
class Session {
  public:
    // The first attempt is made by the first poll(). What check() says, or io_failed where the
    // process has no descriptors left. The clock and the entropy must outlive the session.
    static base::Result<Session> open(const Settings& settings, const base::Clock& clock,
                                      base::Entropy& entropy);
    // Disconnects, with a word to the broker where that can be said at once: then there is no will.
    // Takes a moment for the last session of a process, whose end stops the library's threads: up
    // to a second, whatever the broker does.
    ~Session();
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;

    // Readable when there is something to poll.
    int descriptor() const;
    // When to poll although nothing is readable, by the clock's steady_ms(); none: never.
    std::optional<std::int64_t> due_ms() const;
    // The next event; does what is due.
    std::optional<Event> poll();

    bool is_connected() const;

    // What kept it away is gone: the next attempt comes soon, as after a first failure, and one
    // that is under way has kHurriedMs left. Changes nothing for a connection that is there.
    void hurry();
    static constexpr std::int64_t kHurriedMs = 3000;

    // Ends a connection through which, as whoever calls knows, nothing comes any more; the event is
    // as if it had broken. It must be connected.
    Event give_up(std::string reason);

    // Hands a message over to be sent, and gives its number, which a Delivered or Rejected or the
    // next Disconnected settles.
    base::Result<std::uint64_t, NotPublished> publish(std::string_view topic,
                                                      base::ByteView payload, Qos qos,
                                                      Retain retain = Retain::no);

    struct Figures {
        std::size_t in_flight = 0;
        std::size_t waiting_messages = 0;
        std::size_t waiting_bytes = 0;
        std::uint64_t dropped_messages = 0;
        std::uint64_t dropped_bytes = 0;
        std::uint64_t attempts = 0;
        std::uint64_t connections = 0;
    };
    Figures figures() const;

  private:
    struct State;
    explicit Session(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace counterfoil::link
