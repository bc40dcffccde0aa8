#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "firmware/core/http/event_stream.h"
#include "firmware/core/http/message.h"

namespace counterfoil::http {

class Loop;
class Session;

// The right to answer one request, once. It may be moved to another thread and back; all its calls,
// but for its end, are made on the loop's thread. One that ends unused, in whatever thread, answers
// with 500, so that no client waits for ever. The loop must outlive it; the server need not.
class Responder {
  public:
    Responder(Loop& loop, std::weak_ptr<Session> session, std::uint64_t number);
    Responder(Responder&& other) noexcept;
    Responder& operator=(Responder&&) = delete;
    ~Responder();

    // Whether somebody still waits for the answer. A client that went is noticed late or never.
    bool is_wanted() const;

    void send(Response response);
    // Answers with an error's body, in the language that was asked for, and the server's time.
    void fail(Refusal refusal);

    // Answers with a stream of events. None where there are too many streams already, which has
    // been answered with 503, or where nobody waits any more.
    std::optional<EventStream> stream();

  private:
    // None when it is used, or its request has been answered or given up.
    std::shared_ptr<Session> take();

    Loop* loop_;
    std::weak_ptr<Session> session_;
    std::uint64_t number_;
};

}  // namespace counterfoil::http
