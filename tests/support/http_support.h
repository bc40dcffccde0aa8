#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <future>
#include <string>
#include <thread>

#include "firmware/core/base/descriptor.h"
#include "firmware/core/http/client.h"
#include "firmware/core/http/server.h"

namespace counterfoil::http {

// A server on loopback, whose loop has a thread of its own.
class TestServer {
  public:
    explicit TestServer(Router router, ServerSettings settings = {})
        : router_(std::move(router)),
          server_(std::in_place, loop_, router_, clock_, std::move(settings)) {
        CF_CHECK(server_->start("127.0.0.1", 0).ok());
        port_ = server_->port();
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~TestServer() {
        on_loop([this] { server_.reset(); });
        loop_.stop();
        thread_.join();
    }

    std::uint16_t port() const { return port_; }
    Loop& loop() { return loop_; }
    Client client(ClientSettings settings = {}) { return Client("127.0.0.1", port_, settings); }

    // Runs the call on the loop's thread and waits for its end.
    template <class Call>
    void on_loop(Call call) {
        std::promise<void> done;
        loop_.post([&] {
            call();
            done.set_value();
        });
        done.get_future().wait();
    }
    Server::Figures figures() {
        Server::Figures figures;
        on_loop([&] { figures = server_->figures(); });
        return figures;
    }
    Server& server() { return *server_; }

  private:
    base::SystemClock clock_;
    Loop loop_;
    Router router_;
    std::optional<Server> server_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

// A client that says exactly what it is told to.
class RawConnection {
  public:
    explicit RawConnection(std::uint16_t port, int receive_buffer_bytes = 0)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        CF_CHECK(socket_.ok());
        const timeval patience{8, 0};
        set(SOL_SOCKET, SO_RCVTIMEO, patience);
        set(IPPROTO_TCP, TCP_NODELAY, 1);
        if (receive_buffer_bytes > 0) set(SOL_SOCKET, SO_RCVBUF, receive_buffer_bytes);
        sockaddr_in server{};
        server.sin_family = AF_INET;
        server.sin_port = htons(port);
        server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        CF_CHECK(::connect(socket_.number(), reinterpret_cast<const sockaddr*>(&server),
                           sizeof server) == 0);
    }

    // False when the server has closed.
    bool send(std::string_view text) {
        while (!text.empty()) {
            const ssize_t sent = ::send(socket_.number(), text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    void end_sending() { ::shutdown(socket_.number(), SHUT_WR); }
    // Ends with a reset, as a machine does that lost its power and came back.
    void die() {
        set(SOL_SOCKET, SO_LINGER, linger{1, 0});
        socket_.reset();
    }

    // What comes next; empty at the end.
    std::string read_some() {
        std::string piece(64 << 10, '\0');
        const ssize_t got = ::recv(socket_.number(), piece.data(), piece.size(), 0);
        timed_out_ = got < 0 && errno == EAGAIN;
        piece.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return piece;
    }
    // So many bytes, which are dropped; false at the end.
    bool skip(std::size_t count) {
        std::array<char, 4096> piece;
        while (count > 0) {
            const ssize_t got =
                ::recv(socket_.number(), piece.data(), std::min(count, piece.size()), 0);
            if (got <= 0) return false;
            count -= static_cast<std::size_t>(got);
        }
        return true;
    }
    // Until the server closes.
    std::string read_all() {
        std::string text;
        for (std::string piece = read_some(); !piece.empty(); piece = read_some()) text += piece;
        return text;
    }
    // Until the text has come, or the end.
    std::string read_until(std::string_view end) {
        std::string text;
        while (text.find(end) == std::string::npos) {
            const std::string piece = read_some();
            if (piece.empty()) break;
            text += piece;
        }
        return text;
    }
    bool timed_out() const { return timed_out_; }
    int number() const { return socket_.number(); }

  private:
    template <class Value>
    void set(int level, int option, const Value& value) {
        CF_CHECK(::setsockopt(socket_.number(), level, option, &value, sizeof value) == 0);
    }

    base::Descriptor socket_;
    bool timed_out_ = false;
};

// All that the server says to these bytes until it closes; the client sends no more.
inline std::string answer_to(std::uint16_t port, std::string_view bytes) {
    RawConnection connection(port);
    connection.send(bytes);
    connection.end_sending();
    return connection.read_all();
}

// "HTTP/1.1 404 Not Found\r\n..." -> 404; 0 for what is no response.
inline int status_of(std::string_view answer) {
    if (!answer.starts_with("HTTP/1.1 ") || answer.size() < 12) return 0;
    return (answer[9] - '0') * 100 + (answer[10] - '0') * 10 + (answer[11] - '0');
}

inline Response hello() {
    return json_response(200, "{\"message\":\"hello\"}");
}

inline void route(Router& router, Method method, const std::string& pattern, Handler handler) {
    Route route;
    route.method = method;
    route.pattern = pattern;
    route.handler = std::move(handler);
    CF_CHECK(router.add(std::move(route)).ok());
}

// GET /hello; POST /echo gives the body back; POST /small takes ten bytes.
inline Router simple_router() {
    Router router;
    route(router, Method::get, "/hello", [](const Request&, Responder r) { r.send(hello()); });
    const Handler echo = [](const Request& request, Responder responder) {
        responder.send(json_response(200, request.body));
    };
    route(router, Method::post, "/echo", echo);
    Route small;
    small.method = Method::post;
    small.pattern = "/small";
    small.handler = echo;
    small.max_body_bytes = 10;
    CF_CHECK(router.add(std::move(small)).ok());
    return router;
}

}  // namespace counterfoil::http
