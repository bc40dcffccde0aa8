#pragma once

#include "firmware/core/http/guard.h"
#include "firmware/core/http/limits.h"
#include "firmware/core/http/loop.h"
#include "firmware/core/http/router.h"
#include "firmware/core/http/tls.h"

namespace counterfoil::http {

struct ServerSettings {
    Limits limits;
    // The first refusal counts; each dresses, in this order.
    std::vector<Guard> guards;
    // Without it, what is said can be read on the way. Shared with the server's connections.
    std::shared_ptr<Tls> tls = nullptr;
    // A server before this one, whose connections are everybody's: they are not counted by its
    // address, only among all. It alone knows whose they are, before a request has come on them.
    std::string trusted_proxy = {};
};

// Serves a router's routes over HTTP/1.1 on a loop. Whatever a client sends, or does not, it ends
// in a response or a closed connection and in bounded time and memory; see Limits. All calls are
// made on the loop's thread, or while nobody runs it.
class Server {
  public:
    // The loop, the router and the clock must outlive the server.
    Server(Loop& loop, const Router& router, const base::Clock& clock, ServerSettings settings);
    // Closes everything at once.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // One more guard, behind those of the settings; before the loop runs. What a guard must know of
    // the port is known after start().
    void add_guard(Guard guard);

    // Listens on a numeric address ("127.0.0.1", "::1"); port 0 takes a free one. io_failed where
    // it cannot be had.
    base::Status start(std::string_view address, std::uint16_t port);
    std::uint16_t port() const;

    // Once: takes no more connections, ends streams, lets running requests finish, and calls `done`
    // when all are gone or the deadline has passed; then what is left is closed.
    void stop(std::int64_t deadline_ms, Task done);

    struct Figures {
        std::size_t connections = 0;
        std::size_t event_streams = 0;
        std::uint64_t requests = 0;
        std::uint64_t refused_connections = 0;
        std::uint64_t dropped_streams = 0;
    };
    Figures figures() const;

    // For the sources of this folder.
    struct State;

  private:
    // Shared with the waits that are under way, which do nothing any more once it is closed.
    std::shared_ptr<State> state_;
};

}  // namespace counterfoil::http
