#pragma once

#include <boost/beast/core/flat_buffer.hpp>

#include "firmware/core/http/request_reader.h"
#include "firmware/core/http/server_state.h"
#include "firmware/core/http/wire.h"

namespace counterfoil::http {

// One connection, from its first byte to its last. It is held by the server and by its waits; after
// close() it does nothing any more. All on the loop's thread.
class Session : public std::enable_shared_from_this<Session> {
  public:
    Session(Wire::Socket socket, Server::State& server, std::string address, bool is_refused);

    void start();
    // Ends what has taken too long; called about ten times a second.
    void check_time(std::int64_t now_ms);
    // Closes at once where nothing is under way, and otherwise after the response.
    void finish();
    // At once; the server forgets the session.
    void close();

    // The rights of the Responder for the request of this number.
    bool awaits(std::uint64_t number) const;
    void answer(Response response);
    void refuse(const Refusal& refusal);
    bool start_stream();

    // The rights of the EventStream.
    bool is_streaming() const { return phase_ == Phase::streaming && !ending_; }
    bool send_event(std::string event);
    void end_stream();
    void set_when_closed(std::function<void()> call) { when_closed_ = std::move(call); }

    const std::string& address() const { return request_address_; }
    bool was_refused() const { return is_refused_; }

  private:
    enum class Phase { idle, head, body, handling, writing, streaming, lingering, closed };

    bool is_quiet() const;
    void begin();
    void read();
    void work_on_buffer();
    void take_head();
    void take_request();
    void answer_unrouted(const Router::Match& match);
    void write(std::string head);
    void write_rest();
    void after_write();
    void linger();
    void discard();
    void await_end();
    void linger_after_stream();
    void write_events();
    void enter(Phase phase, std::int64_t timeout_ms);

    Wire wire_;
    Server::State* server_;
    std::string request_address_;
    bool is_refused_;
    Phase phase_ = Phase::idle;
    std::int64_t due_ms_ = 0;
    boost::beast::flat_buffer buffer_;
    // Shared with the handler's call, during which the session can let go of its request.
    std::shared_ptr<RequestReader> reader_;
    const Route* route_ = nullptr;
    std::uint64_t number_ = 0;
    bool keeps_open_ = true;
    // Whether the client may still be sending, so that a close would cut off our answer.
    bool unread_ = false;
    // What is being written, of it what has gone out, and what an event stream has waiting.
    std::string head_;
    std::string body_;
    std::size_t written_ = 0;
    std::string waiting_;
    bool ending_ = false;
    std::function<void()> when_closed_;
};

}  // namespace counterfoil::http
