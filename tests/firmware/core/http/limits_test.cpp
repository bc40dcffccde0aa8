#include <gmock/gmock.h>

#include "firmware/core/json/json.h"
#include "tests/support/http_support.h"

namespace counterfoil::http {
namespace {

using testing::HasSubstr;

Limits quick() {
    Limits limits;
    limits.header_timeout_ms = 300;
    limits.body_timeout_ms = 300;
    limits.idle_timeout_ms = 300;
    limits.write_timeout_ms = 500;
    limits.handler_timeout_ms = 300;
    return limits;
}

// The answer is a refusal in our form, and the server goes on for others.
void expect_refused(TestServer& server, const std::string& answer, int status,
                    const std::string& error_code) {
    EXPECT_EQ(status_of(answer), status) << answer.substr(0, 400);
    const auto body = json::Document::parse(answer.substr(answer.find("\r\n\r\n") + 4));
    ASSERT_TRUE(body.ok()) << answer.substr(0, 400);
    EXPECT_EQ(body.value().root().text("error_code").value(), error_code);
    EXPECT_TRUE(body.value().root().text("detail").ok());
    EXPECT_TRUE(base::from_rfc3339(body.value().root().text("timestamp").value()).ok());
    EXPECT_EQ(server.client().get("/hello").value().status, 200);
}

std::string hello_request(const std::string& more = "") {
    return "GET /hello HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}

// The answer to a client that sends a piece every 20 ms and never comes to an end.
std::string drip(TestServer& server, const std::string& start, const std::string& piece) {
    RawConnection connection(server.port());
    connection.send(start);
    std::thread dripping([&] {
        for (int i = 0; i < 100 && connection.send(piece); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
    });
    const auto before = std::chrono::steady_clock::now();
    std::string answer = connection.read_all();
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(1900));
    dripping.join();
    return answer;
}

TEST(HttpLimits, HeadersThatDripAreEnded) {
    TestServer server(simple_router(), {quick(), {}});
    const std::string answer = drip(server, "GET /hello HTTP/1.1\r\nHost: a\r\n", "X: y\r\n");
    expect_refused(server, answer, 408, "TOO_SLOW");
}

TEST(HttpLimits, ABodyThatDripsIsEnded) {
    TestServer server(simple_router(), {quick(), {}});
    const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\n";
    expect_refused(server, drip(server, head + "Content-Length: 1000\r\n\r\n", "x"), 408,
                   "TOO_SLOW");
    expect_refused(server, drip(server, head + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
                   408, "TOO_SLOW");
}

TEST(HttpLimits, AHalfHeadIsToldSo) {
    TestServer server(simple_router(), {quick(), {}});
    for (const char* start :
         {"G", "GET /hello HTTP/1.1\r\n", "GET /hello HTTP/1.1\r\nHost: a\r\n"}) {
        RawConnection connection(server.port());
        connection.send(start);
        expect_refused(server, connection.read_all(), 408, "TOO_SLOW");
    }
}

TEST(HttpLimits, ASilentConnectionIsClosedWithoutAWord) {
    TestServer server(simple_router(), {quick(), {}});
    RawConnection silent(server.port());
    EXPECT_EQ(silent.read_all(), "");
    EXPECT_FALSE(silent.timed_out());
    RawConnection idle(server.port());
    idle.send(hello_request());
    EXPECT_EQ(status_of(idle.read_until("hello")), 200);
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_FALSE(idle.timed_out());
}

TEST(HttpLimits, LargeHeadersAreRefused) {
    TestServer server(simple_router());
    const auto with = [&](std::size_t size) {
        RawConnection connection(server.port());
        connection.send(hello_request("X: " + std::string(size, 'x') + "\r\n"));
        return connection.read_until("}");
    };
    EXPECT_EQ(status_of(with(16'000)), 200);
    expect_refused(server, with(17'000), 431, "HEADERS_TOO_LARGE");
    expect_refused(server, with(5'000'000), 431, "HEADERS_TOO_LARGE");
    std::string many;
    for (int i = 0; i < 5000; ++i) many += "A: b\r\n";
    RawConnection connection(server.port());
    connection.send(hello_request(many));
    expect_refused(server, connection.read_until("}"), 431, "HEADERS_TOO_LARGE");
}

TEST(HttpLimits, LongTargetsAreRefused) {
    TestServer server(simple_router());
    for (const std::size_t size : {9'000U, 100'000U}) {
        RawConnection connection(server.port());
        connection.send("GET /" + std::string(size, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n");
        expect_refused(server, connection.read_all(), 414, "TARGET_TOO_LONG");
    }
}

TEST(HttpLimits, LargeBodiesAreRefusedByTheRoutesOwnBound) {
    TestServer server(simple_router());
    const auto post = [&](const std::string& path, const std::string& body) {
        RawConnection connection(server.port());
        connection.send("POST " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + body);
        return connection.read_all();
    };
    const auto plain = [](std::size_t size) {
        return "Content-Length: " + std::to_string(size) + "\r\n\r\n" + std::string(size, 'x');
    };
    EXPECT_EQ(status_of(post("/echo", plain(1 << 20))), 200);
    expect_refused(server, post("/echo", plain((1 << 20) + 1)), 413, "BODY_TOO_LARGE");
    expect_refused(server, post("/echo", plain(20 << 20)), 413, "BODY_TOO_LARGE");
    EXPECT_EQ(status_of(post("/small", plain(10))), 200);
    expect_refused(server, post("/small", plain(11)), 413, "BODY_TOO_LARGE");
    const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(status_of(post("/small", chunked + "a\r\n0123456789\r\n0\r\n\r\n")), 200);
    expect_refused(server, post("/small", chunked + "6\r\n012345\r\n5\r\n01234\r\n0\r\n\r\n"), 413,
                   "BODY_TOO_LARGE");
    expect_refused(server, post("/small", chunked + "ffffffffff\r\n0"), 413, "BODY_TOO_LARGE");
    expect_refused(server,
                   post("/echo", chunked + "1;" + std::string(200'000, 'x') + "\r\nx\r\n0\r\n\r\n"),
                   400, "MALFORMED");
}

TEST(HttpLimits, WhoIsRefusedWhileSendingCanSendToTheEndAndThenRead) {
    TestServer server(simple_router());
    RawConnection connection(server.port());
    connection.send("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n");
    for (int i = 0; i < 40; ++i) {
        ASSERT_TRUE(connection.send(std::string(100'000, 'x'))) << i;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    expect_refused(server, connection.read_all(), 413, "BODY_TOO_LARGE");
}

TEST(HttpLimits, TooManyConnectionsAreToldSo) {
    ServerSettings settings;
    settings.limits.connections = 4;
    TestServer server(simple_router(), settings);
    {
        std::vector<std::unique_ptr<RawConnection>> held;
        for (int i = 0; i < 4; ++i) {
            held.push_back(std::make_unique<RawConnection>(server.port()));
            held.back()->send(hello_request());
            EXPECT_EQ(status_of(held.back()->read_until("hello")), 200);
        }
        for (int i = 0; i < 300; ++i) {
            RawConnection other(server.port());
            other.send(hello_request());
            const std::string answer = other.read_some();
            EXPECT_TRUE(answer.empty() || status_of(answer) == 503) << answer;
            if (i == 0) {
                EXPECT_THAT(answer, HasSubstr("TOO_MANY_CONNECTIONS"));
            }
        }
        held.front()->send(hello_request());
        EXPECT_EQ(status_of(held.front()->read_until("hello")), 200);
        EXPECT_GE(server.figures().refused_connections, 300U);
    }
    int status = 0;
    for (int i = 0; i < 50 && status != 200; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        const auto response = server.client().get("/hello");
        status = response.ok() ? response.value().status : 0;
    }
    EXPECT_EQ(status, 200);
}

TEST(HttpLimits, OneAddressDoesNotTakeAllConnections) {
    ServerSettings settings;
    settings.limits.connections_per_address = 2;
    TestServer server(simple_router(), settings);
    RawConnection first(server.port()), second(server.port());
    for (RawConnection* held : {&first, &second}) {
        held->send(hello_request());
        EXPECT_EQ(status_of(held->read_until("hello")), 200);
    }
    RawConnection third(server.port());
    third.send(hello_request());
    EXPECT_EQ(status_of(third.read_all()), 503);
}

TEST(HttpLimits, TheConnectionsOfATrustedProxyAreNotCountedByItsAddress) {
    ServerSettings settings;
    settings.limits.connections_per_address = 2;
    settings.trusted_proxy = "127.0.0.1";
    TestServer server(simple_router(), settings);
    RawConnection first(server.port()), second(server.port()), third(server.port());
    for (RawConnection* held : {&first, &second, &third}) {
        held->send(hello_request());
        EXPECT_EQ(status_of(held->read_until("hello")), 200);
    }
}

TEST(HttpLimits, AHandlerThatForgetsOrDropsItsRequestIsAnsweredFor) {
    Router router = simple_router();
    std::vector<Responder> kept;
    route(router, Method::get, "/forgets",
          [&](const Request&, Responder responder) { kept.push_back(std::move(responder)); });
    route(router, Method::get, "/drops", [](const Request&, Responder) {});
    TestServer server(std::move(router), {quick(), {}});
    expect_refused(server, answer_to(server.port(), "GET /forgets HTTP/1.1\r\nHost: a\r\n\r\n"),
                   503, "NO_ANSWER");
    server.on_loop([&] {
        EXPECT_FALSE(kept.front().is_wanted());
        kept.front().send(hello());
        kept.clear();
    });
    RawConnection drops(server.port());
    drops.send("GET /drops HTTP/1.1\r\nHost: a\r\n\r\n");
    expect_refused(server, drops.read_all(), 500, "NO_ANSWER");
}

TEST(HttpLimits, AClientThatDoesNotReadItsResponseIsDropped) {
    Router router = simple_router();
    route(router, Method::get, "/large", [](const Request&, Responder responder) {
        responder.send(json_response(200, std::string(40 << 20, 'x')));
    });
    TestServer server(std::move(router), {quick(), {}});
    RawConnection slow(server.port(), 4096);
    slow.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(900));
    EXPECT_EQ(server.figures().connections, 0U);
    EXPECT_EQ(server.client().get("/hello").value().status, 200);
}

}  // namespace
}  // namespace counterfoil::http
