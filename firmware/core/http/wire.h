#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <optional>

namespace counterfoil::http {

// A connection's bytes, as they are or under TLS. One reading and one writing at a time. All on the
// loop's thread.
class Wire {
  public:
    using Socket = boost::asio::ip::tcp::socket;
    using ErrorCode = boost::system::error_code;

    // Without a context nothing is hidden. The context must outlive the wire.
    Wire(Socket socket, boost::asio::ssl::context* context) : socket_(std::move(socket)) {
        if (context != nullptr) tls_.emplace(socket_, *context);
    }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    // Before anything else: agrees on the keys, where there are any to agree on.
    template <class Handler>
    void begin(Handler handler) {
        if (!tls_) return handler(ErrorCode());
        tls_->async_handshake(boost::asio::ssl::stream_base::server, std::move(handler));
    }

    template <class Buffers, class Handler>
    void read_some(const Buffers& buffers, Handler handler) {
        if (tls_) return tls_->async_read_some(buffers, std::move(handler));
        socket_.async_read_some(buffers, std::move(handler));
    }

    template <class Buffers, class Handler>
    void write_some(const Buffers& buffers, Handler handler) {
        if (tls_) return tls_->async_write_some(buffers, std::move(handler));
        socket_.async_write_some(buffers, std::move(handler));
    }

    // A few bytes that fit any socket's empty buffer; under TLS they are left out.
    template <class Buffer>
    void write_now(const Buffer& buffer) {
        ErrorCode ignored;
        if (tls_) return;
        socket_.non_blocking(true, ignored);
        socket_.write_some(buffer, ignored);
    }

    // Something has come, or the end.
    template <class Handler>
    void await_more(Handler handler) {
        socket_.async_wait(Socket::wait_read, std::move(handler));
    }

    // Says that nothing more will be sent. Under TLS a client that is still sending makes that
    // fail, which means no more than that.
    template <class Handler>
    void end_sending(Handler handler) {
        const auto end = [this, handler = std::move(handler)](ErrorCode) {
            ErrorCode ignored;
            socket_.shutdown(Socket::shutdown_send, ignored);
            handler();
        };
        if (tls_) return tls_->async_shutdown(end);
        end(ErrorCode());
    }

    // What still comes then: nobody reads it, hidden or not.
    template <class Buffers, class Handler>
    void drain(const Buffers& buffers, Handler handler) {
        socket_.async_read_some(buffers, std::move(handler));
    }

    void cancel() {
        ErrorCode ignored;
        socket_.cancel(ignored);
    }
    void close() {
        ErrorCode ignored;
        socket_.close(ignored);
    }

  private:
    Socket socket_;
    std::optional<boost::asio::ssl::stream<Socket&>> tls_;
};

}  // namespace counterfoil::http
