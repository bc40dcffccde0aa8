#pragma once

#include <memory>

#include "firmware/core/http/authorities.h"
#include "firmware/core/http/message.h"

namespace counterfoil::http {

struct ClientSettings {
    std::int64_t timeout_ms = 10'000;  // for the whole of a request, or of an event's coming
    std::size_t header_bytes = 64 << 10;
    std::size_t body_bytes = 8 << 20;
    std::size_t event_bytes = 1 << 20;
    // With them it speaks TLS, and only with a server that they vouch for. Shared by the clients of
    // whoever makes several.
    std::shared_ptr<Authorities> authorities = nullptr;
};

struct Event {
    std::string name;
    std::string data;
    std::string id;
};

// Asks a server, one request after another, each of which waits for its answer; for tests and
// tools. It keeps its connection, and makes another where the server has closed it meanwhile, but
// for writes, which could have been done. In any one thread at a time.
class Client {
  public:
    // A name, which is looked up for each connection, or a numeric address.
    Client(std::string host, std::uint16_t port, ClientSettings settings = {});
    Client(Client&&) noexcept;
    ~Client();

    // io_failed where there is no connection or it ends, bad_certificate where the server proves
    // not to be who was called (and nothing was said to it), too_large over a bound, malformed for
    // what is no response; afterwards the next request makes a new connection.
    base::Result<Response> get(std::string_view target);
    base::Result<Response> post(std::string_view target, std::string body);
    base::Result<Response> request(Method method, std::string_view target, Headers headers = {},
                                   std::string body = {});

    // Begins to read an event stream; the connection is for nothing else then. The response's head,
    // with a body where the server gave no stream.
    base::Result<Response> open_events(std::string_view target,
                                       std::string_view last_event_id = {});
    // Waits for the next event; comments are passed over. io_failed at the stream's end.
    base::Result<Event> next_event();

    void close();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace counterfoil::http
