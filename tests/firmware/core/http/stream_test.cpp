#include <gmock/gmock.h>

#include "tests/support/http_support.h"

namespace counterfoil::http {
namespace {

using testing::HasSubstr;

const std::string kAskEvents = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n";

// A server whose GET /events opens streams, which the test sends to.
class Streaming {
  public:
    explicit Streaming(const Limits& limits = {}) {
        Router router = simple_router();
        route(router, Method::get, "/events", [this](const Request& request, Responder responder) {
            auto stream = responder.stream();
            last_id = request.headers.find("Last-Event-ID").value_or("");
            if (!stream) return;
            stream->when_closed([this] { ++closed; });
            streams.push_back(std::move(*stream));
        });
        ServerSettings settings;
        settings.limits = limits;
        server.emplace(std::move(router), settings);
    }
    ~Streaming() {
        server->on_loop([this] { streams.clear(); });
    }

    int send(const std::string& name, const std::string& data, const std::string& id = "") {
        int sent = 0;
        server->on_loop([&] {
            for (EventStream& stream : streams) sent += stream.send(name, data, id) ? 1 : 0;
        });
        return sent;
    }
    // Waits until the server counts so many streams.
    bool has(std::size_t count) {
        for (int i = 0; i < 200; ++i) {
            if (server->figures().event_streams == count) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return false;
    }

    std::vector<EventStream> streams;
    std::string last_id;
    int closed = 0;
    std::optional<TestServer> server;
};

TEST(HttpEvents, ArriveWholeAndInOrder) {
    Streaming streaming;
    auto client = streaming.server->client();
    const auto opened = client.open_events("/events", "41");
    ASSERT_TRUE(opened.ok()) << opened.error().line();
    EXPECT_EQ(opened.value().headers.find("Content-Type"), "text/event-stream");
    EXPECT_EQ(streaming.send("sale", "{\"total\":5}", "42"), 1);
    // The head can come before the handler has ended; what was sent on its thread came after it.
    EXPECT_EQ(streaming.last_id, "41");
    EXPECT_EQ(streaming.send("", "one\ntwo\r\nthree\rfour\n"), 1);
    const std::string large(100'000, 'x');
    EXPECT_EQ(streaming.send("large", large), 1);
    const Event first = client.next_event().value();
    EXPECT_EQ(first.name + "|" + first.data + "|" + first.id, "sale|{\"total\":5}|42");
    EXPECT_EQ(client.next_event().value().data, "one\ntwo\nthree\nfour\n");
    EXPECT_EQ(client.next_event().value().data, large);
    EXPECT_EQ(streaming.send("", "last"), 1);
    streaming.server->on_loop([&] { streaming.streams.clear(); });
    EXPECT_EQ(client.next_event().value().data, "last");
    EXPECT_FALSE(client.next_event().ok());
    EXPECT_EQ(streaming.closed, 0);
    EXPECT_TRUE(streaming.has(0));
}

TEST(HttpEvents, ACommentKeepsAQuietStreamAlive) {
    Limits limits;
    limits.event_keep_alive_ms = 150;
    limits.idle_timeout_ms = limits.write_timeout_ms = limits.handler_timeout_ms = 100;
    Streaming streaming(limits);
    RawConnection client(streaming.server->port());
    client.send(kAskEvents);
    EXPECT_THAT(client.read_until(":\n\n"), HasSubstr("text/event-stream"));
    EXPECT_EQ(client.read_until(":\n\n"), ":\n\n");
    EXPECT_EQ(streaming.send("", "still here"), 1);
    EXPECT_THAT(client.read_until("here\n\n"), HasSubstr("still here"));
}

TEST(HttpEvents, AClientThatDiesIsForgotten) {
    Streaming streaming;
    for (const bool dies : {true, false}) {
        {
            RawConnection client(streaming.server->port());
            client.send(kAskEvents);
            client.read_until("\r\n\r\n");
            EXPECT_TRUE(streaming.has(1));
            if (dies) client.die();
        }
        EXPECT_TRUE(streaming.has(0));
        EXPECT_EQ(streaming.send("", "gone"), 0);
    }
    EXPECT_EQ(streaming.closed, 2);
}

TEST(HttpEvents, AClientThatDoesNotReadIsDropped) {
    Streaming streaming;
    RawConnection deaf(streaming.server->port(), 4096);
    auto client = streaming.server->client();
    deaf.send(kAskEvents);
    ASSERT_TRUE(client.open_events("/events").ok());
    EXPECT_TRUE(streaming.has(2));
    const std::string data(60'000, 'x');
    int rounds = 0;
    while (streaming.send("", data) == 2 && ++rounds < 1000)
        ASSERT_EQ(client.next_event().value().data.size(), data.size());
    EXPECT_GT(rounds, 3);
    EXPECT_LT(rounds, 1000);
    EXPECT_TRUE(streaming.has(1));
    EXPECT_EQ(streaming.closed, 1);
    EXPECT_EQ(streaming.server->figures().dropped_streams, 1U);
    EXPECT_TRUE(client.next_event().ok());
}

TEST(HttpEvents, AStreamThatStandsStillIsDropped) {
    Limits limits;
    limits.write_timeout_ms = 300;
    limits.event_backlog_bytes = 64 << 20;
    Streaming streaming(limits);
    RawConnection deaf(streaming.server->port(), 4096);
    deaf.send(kAskEvents);
    EXPECT_TRUE(streaming.has(1));
    EXPECT_EQ(streaming.send("", std::string(40 << 20, 'x')), 1);
    EXPECT_TRUE(streaming.has(0));
    EXPECT_EQ(streaming.server->figures().dropped_streams, 1U);
}

TEST(HttpEvents, StreamsAreCounted) {
    Limits limits;
    limits.event_streams = 2;
    Streaming streaming(limits);
    RawConnection first(streaming.server->port()), second(streaming.server->port());
    first.send(kAskEvents);
    second.send(kAskEvents);
    EXPECT_TRUE(streaming.has(2));
    auto third = streaming.server->client();
    const auto refused = third.open_events("/events");
    ASSERT_TRUE(refused.ok());
    EXPECT_EQ(refused.value().status, 503);
    EXPECT_THAT(refused.value().body, HasSubstr("TOO_MANY_STREAMS"));
    first.die();
    EXPECT_TRUE(streaming.has(1));
    EXPECT_EQ(third.open_events("/events").value().status, 200);
}

TEST(HttpEvents, HeadOpensNoStream) {
    Streaming streaming;
    EXPECT_EQ(streaming.server->client().request(Method::head, "/events").value().status, 200);
    EXPECT_EQ(streaming.server->figures().event_streams, 0U);
}

TEST(HttpEvents, TwoHundredStreamsAndRequestsGoTogether) {
    Limits limits;
    limits.connections_per_address = 250;
    Streaming streaming(limits);
    std::vector<std::unique_ptr<RawConnection>> clients;
    for (int i = 0; i < 200; ++i) {
        clients.push_back(std::make_unique<RawConnection>(streaming.server->port()));
        clients.back()->send(kAskEvents);
    }
    EXPECT_TRUE(streaming.has(200));
    auto client = streaming.server->client();
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(streaming.send("tick", std::to_string(i)), 200);
        EXPECT_EQ(client.get("/hello").value().status, 200);
    }
    for (const auto& each : clients)
        EXPECT_THAT(each->read_until("data: 19\n\n"), HasSubstr("data: 0\n\n"));
}

TEST(HttpEvents, StoppingEndsStreamsAfterWhatWasSent) {
    Streaming streaming;
    auto client = streaming.server->client();
    ASSERT_TRUE(client.open_events("/events").ok());
    streaming.send("", "last");
    std::promise<void> stopped;
    streaming.server->on_loop(
        [&] { streaming.server->server().stop(5000, [&] { stopped.set_value(); }); });
    EXPECT_EQ(client.next_event().value().data, "last");
    EXPECT_FALSE(client.next_event().ok());
    EXPECT_EQ(stopped.get_future().wait_for(std::chrono::seconds(3)), std::future_status::ready);
}

}  // namespace
}  // namespace counterfoil::http
