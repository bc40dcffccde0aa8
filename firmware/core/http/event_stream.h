#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace counterfoil::http {

class Session;

// Server-sent events to one client, as a browser's EventSource reads them. All calls are made on
// the loop's thread. The stream ends with the handle, when the client goes, and when the client
// reads so slowly that more than Limits::event_backlog_bytes wait for it. A client that comes back
// tells what it saw last in the header Last-Event-ID of its next request.
class EventStream {
  public:
    explicit EventStream(std::weak_ptr<Session> session);
    EventStream(EventStream&&) = default;
    EventStream& operator=(EventStream&& other) noexcept;
    ~EventStream() { close(); }

    // False when the stream has ended. The name and the id are one line each and may be empty; the
    // data may have several lines.
    bool send(std::string_view name, std::string_view data, std::string_view id = {});

    bool is_open() const;

    // Called once when the client went or was dropped; not after close(). A client that reads too
    // slowly is dropped within send(), so whoever walks over streams leaves them in place here.
    void when_closed(std::function<void()> call);

    // What was sent still goes out.
    void close();

  private:
    std::weak_ptr<Session> session_;
};

}  // namespace counterfoil::http
