#include "firmware/core/http/server.h"

#include <gmock/gmock.h>

#include "tests/support/http_support.h"

namespace counterfoil::http {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string ask(const std::string& line, const std::string& more = "") {
    return line + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}

std::size_t times(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

TEST(HttpServer, GivesTheHandlerWhatWasAskedAndTheClientWhatWasAnswered) {
    Router router;
    route(router, Method::put, "/sales/{id}", [](const Request& request, Responder responder) {
        Response response;
        response.status = 201;
        response.headers.add("Location", "/sales/9");
        response.body = std::string(request.parameter("id").value_or("?")) + "|" +
                        std::string(request.query("q").value_or("?")) + "|" +
                        std::string(request.headers.find("x-one").value_or("?")) + "|" +
                        request.remote_address + "|" + request.target.path() + "|" + request.body;
        responder.send(std::move(response));
    });
    TestServer server(std::move(router));
    Headers headers;
    headers.add("X-ONE", "1");
    auto client = server.client();
    for (int i = 0; i < 3; ++i) {
        const auto response = client.request(Method::put, "/sales/a%20b?q=%C3%A9", headers, "body");
        ASSERT_TRUE(response.ok()) << response.error().line();
        EXPECT_EQ(response.value().status, 201);
        EXPECT_EQ(response.value().headers.find("location"), "/sales/9");
        EXPECT_EQ(response.value().body, "a b|\xc3\xa9|1|127.0.0.1|/sales/a b|body");
        EXPECT_THAT(std::string(response.value().headers.find("Date").value_or("")),
                    testing::MatchesRegex("[A-Z][a-z]+, [0-9]+ [A-Z][a-z]+ 20[0-9]+ .* GMT"));
    }
    EXPECT_EQ(server.figures().connections, 1U);
}

TEST(HttpServer, AnswersHeadAndOptionsOfItself) {
    TestServer server(simple_router());
    const std::string head = answer_to(server.port(), ask("HEAD /hello"));
    EXPECT_EQ(status_of(head), 200);
    EXPECT_THAT(head, HasSubstr("Content-Length: 19\r\n"));
    EXPECT_TRUE(head.ends_with("\r\n\r\n"));
    const std::string options = answer_to(server.port(), ask("OPTIONS /hello"));
    EXPECT_EQ(status_of(options), 204);
    EXPECT_THAT(options, HasSubstr("Allow: GET, HEAD, OPTIONS\r\n"));
    EXPECT_THAT(options, Not(HasSubstr("Content-Length")));
    const std::string wrong = answer_to(server.port(), ask("DELETE /hello"));
    EXPECT_EQ(status_of(wrong), 405);
    EXPECT_THAT(wrong, HasSubstr("Allow: GET, HEAD, OPTIONS\r\n"));
    EXPECT_THAT(answer_to(server.port(), ask("GET /none")), HasSubstr("NOT_FOUND"));
    EXPECT_EQ(server.client().request(Method::head, "/hello").value().status, 200);
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
    TestServer server(simple_router());
    std::string all;
    for (int i = 0; i < 100; ++i) {
        const std::string body = "<" + std::to_string(i) + ">";
        all += ask("POST /echo", "Content-Length: " + std::to_string(body.size()) + "\r\n") + body;
        all += ask("GET /none");
    }
    RawConnection connection(server.port());
    connection.send(all);
    connection.end_sending();
    const std::string answers = connection.read_all();
    EXPECT_EQ(times(answers, "HTTP/1.1 "), 200U);
    std::size_t at = 0;
    for (int i = 0; i < 100; ++i) {
        at = answers.find("<" + std::to_string(i) + ">", at);
        ASSERT_NE(at, std::string::npos) << i;
    }
}

TEST(HttpServer, ReadsChunkedBodiesHoweverTheyAreCut) {
    TestServer server(simple_router());
    const std::string text = ask("POST /echo", "Transfer-Encoding: chunked\r\n") +
                             "5\r\nhello\r\n7;name=value\r\n, world\r\n0\r\nTrailer: x\r\n\r\n";
    for (const std::size_t cut : {1U, 2U, 3U, 7U, 60U}) {
        RawConnection connection(server.port());
        for (std::size_t at = 0; at < text.size(); at += cut)
            ASSERT_TRUE(connection.send(text.substr(at, cut)));
        connection.end_sending();
        EXPECT_THAT(connection.read_all(), HasSubstr("\r\n\r\nhello, world")) << cut;
    }
}

TEST(HttpServer, ToldToContinueAClientSendsItsBody) {
    TestServer server(simple_router());
    const std::string head = "Content-Length: 2\r\nExpect: 100-continue\r\n";
    RawConnection connection(server.port());
    connection.send(ask("POST /echo", head));
    EXPECT_EQ(connection.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    connection.send("ok");
    EXPECT_EQ(status_of(connection.read_until("ok")), 200);
    RawConnection wrong(server.port());
    wrong.send(ask("POST /none", head));
    EXPECT_EQ(status_of(wrong.read_all()), 404);
}

TEST(HttpServer, OldAndLeavingClientsAreClosed) {
    TestServer server(simple_router());
    RawConnection old(server.port());
    old.send("GET /hello HTTP/1.0\r\n\r\n");
    EXPECT_THAT(old.read_all(), HasSubstr("hello"));
    EXPECT_FALSE(old.timed_out());
    RawConnection leaving(server.port());
    leaving.send(ask("GET /hello", "Connection: close\r\n"));
    EXPECT_THAT(leaving.read_all(), HasSubstr("Connection: close\r\n"));
    EXPECT_FALSE(leaving.timed_out());
}

TEST(HttpServer, AHeaderCannotBreakOutOfItsLine) {
    Router router;
    route(router, Method::get, "/value", [](const Request& request, Responder responder) {
        Response response;
        response.headers.add("X-Value", request.query("v").value_or(""));
        responder.send(std::move(response));
    });
    route(router, Method::get, "/name", [](const Request&, Responder responder) {
        Response response;
        response.headers.add("X Value:", "1");
        responder.send(std::move(response));
    });
    TestServer server(std::move(router));
    EXPECT_EQ(status_of(answer_to(server.port(), ask("GET /value?v=%C3%A9"))), 200);
    const std::string split = answer_to(server.port(), ask("GET /value?v=a%0d%0aSet-Cookie:b"));
    EXPECT_EQ(status_of(split), 500);
    EXPECT_THAT(split, Not(HasSubstr("Set-Cookie")));
    EXPECT_EQ(status_of(answer_to(server.port(), ask("GET /name"))), 500);
}

TEST(HttpServer, AWorkerAnswersThroughTheLoop) {
    Router router = simple_router();
    std::vector<std::thread> workers;
    Loop* loop = nullptr;
    route(router, Method::get, "/slow", [&](const Request&, Responder responder) {
        workers.emplace_back([&loop, responder = std::move(responder)]() mutable {
            std::this_thread::sleep_for(std::chrono::milliseconds(30));
            loop->post([responder = std::move(responder)]() mutable { responder.send(hello()); });
        });
    });
    route(router, Method::get, "/lost", [&](const Request&, Responder responder) {
        workers.emplace_back([responder = std::move(responder)] {});
    });
    TestServer server(std::move(router));
    loop = &server.loop();
    for (int i = 0; i < 10; ++i) {
        RawConnection gone(server.port());
        gone.send(ask("GET /slow"));
        if (i % 2 == 0) gone.die();
    }
    EXPECT_EQ(server.client().get("/slow").value().status, 200);
    EXPECT_EQ(server.client().get("/lost").value().status, 500);
    EXPECT_EQ(server.client().get("/hello").value().status, 200);
    for (std::thread& worker : workers) worker.join();
}

TEST(HttpServer, StopsAfterWhatIsRunning) {
    Router router = simple_router();
    std::optional<Responder> running;
    std::promise<void> arrived;
    route(router, Method::get, "/slow", [&](const Request&, Responder responder) {
        running.emplace(std::move(responder));
        arrived.set_value();
    });
    TestServer server(std::move(router));
    auto idle = server.client();
    EXPECT_EQ(idle.get("/hello").value().status, 200);
    RawConnection slow(server.port());
    slow.send(ask("GET /slow"));
    arrived.get_future().wait();
    std::promise<void> stopped;
    server.on_loop([&] { server.server().stop(5000, [&] { stopped.set_value(); }); });
    auto waiting = stopped.get_future();
    EXPECT_EQ(waiting.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout);
    EXPECT_FALSE(server.client().get("/hello").ok());
    server.on_loop([&] { running->send(hello()); });
    EXPECT_THAT(slow.read_all(), HasSubstr("hello"));
    EXPECT_FALSE(slow.timed_out());
    EXPECT_EQ(waiting.wait_for(std::chrono::seconds(3)), std::future_status::ready);
}

TEST(HttpServer, StopsAtItsDeadlineWhateverIsRunning) {
    Router router;
    std::vector<Responder> running;
    std::promise<void> arrived;
    route(router, Method::get, "/slow", [&](const Request&, Responder responder) {
        running.push_back(std::move(responder));
        arrived.set_value();
    });
    TestServer server(std::move(router));
    RawConnection slow(server.port());
    slow.send(ask("GET /slow"));
    arrived.get_future().wait();
    std::promise<void> stopped;
    server.on_loop([&] { server.server().stop(200, [&] { stopped.set_value(); }); });
    EXPECT_EQ(stopped.get_future().wait_for(std::chrono::seconds(3)), std::future_status::ready);
    EXPECT_EQ(slow.read_all(), "");
    server.on_loop([&] { running.clear(); });
}

TEST(HttpServer, SaysWhyItCannotListen) {
    TestServer server(simple_router());
    const Router router = simple_router();
    Loop loop;
    const base::SystemClock clock;
    Server second(loop, router, clock, {});
    EXPECT_EQ(second.start("127.0.0.1", server.port()).error().code(), base::Code::io_failed);
    EXPECT_EQ(second.start("localhost", 0).error().code(), base::Code::invalid_argument);
    EXPECT_TRUE(second.start("127.0.0.1", 0).ok());
}

TEST(HttpLoop, CallsWhileThereIsSomethingToRead) {
    Loop loop;
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    const base::Descriptor reading(ends[0]), writing(ends[1]);
    std::string heard;
    std::optional<Watch> watch;
    auto watched = loop.watch(reading.number(), Readiness::read, [&] {
        char one = 0;
        ASSERT_EQ(::read(reading.number(), &one, 1), 1);
        heard += one;
        if (one != '!') return;
        watch.reset();
        loop.stop();
    });
    ASSERT_TRUE(watched.ok());
    watch.emplace(std::move(watched).value());
    const Timer late = loop.after(20, [&] { ASSERT_EQ(::write(writing.number(), "lo!?", 4), 4); });
    const Timer never = loop.after(60'000, [] { FAIL(); });
    ASSERT_EQ(::write(writing.number(), "hel", 3), 3);
    loop.run();
    EXPECT_EQ(heard, "hello!");
    loop.post([&] { loop.stop(); });
    loop.run();
    EXPECT_EQ(heard, "hello!");
    const auto file = base::Descriptor::open("/proc/self/exe", O_RDONLY);
    EXPECT_FALSE(loop.watch(file.number(), Readiness::read, [] {}).ok());
}

TEST(HttpGuards, OnlyNamedHostsAndOriginsAreObeyed) {
    ServerSettings settings;
    settings.guards = {allow_hosts({"localhost:80", "till"}), allow_origins({"http://till"}),
                       security_headers("default-src 'self'")};
    TestServer server(simple_router(), settings);
    const auto status = [&](const std::string& line, const std::string& headers) {
        const std::string answer =
            answer_to(server.port(), line + " HTTP/1.1\r\n" + headers + "\r\n");
        EXPECT_EQ(times(answer, "X-Content-Type-Options: nosniff\r\n"), 1U) << answer;
        EXPECT_THAT(answer, HasSubstr("default-src 'self'; frame-ancestors 'none'\r\n"));
        EXPECT_THAT(answer, HasSubstr("Referrer-Policy: no-referrer\r\n"));
        return status_of(answer);
    };
    const std::string post = "Host: till\r\nContent-Length: 0\r\n";
    EXPECT_EQ(status("GET /hello", "Host: till\r\n"), 200);
    EXPECT_EQ(status("GET /hello", "Host: LOCALHOST:80\r\n"), 200);
    EXPECT_EQ(status("GET /hello", "Host: localhost\r\n"), 421);
    EXPECT_EQ(status("GET /hello", "Host: evil.example\r\n"), 421);
    EXPECT_EQ(status("GET /hello", "Host: till.evil.example\r\n"), 421);
    EXPECT_EQ(status("GET /hello", "Host:\r\n"), 421);
    EXPECT_EQ(status("POST /echo", post), 200);
    EXPECT_EQ(status("POST /echo", post + "Origin: http://till\r\n"), 200);
    EXPECT_EQ(status("POST /echo", post + "Origin: https://till\r\n"), 403);
    EXPECT_EQ(status("POST /echo", post + "Origin: null\r\n"), 403);
    EXPECT_EQ(status("GET /hello", "Host: till\r\nOrigin: http://other\r\n"), 200);
    EXPECT_EQ(status("GET /none", "Host: till\r\n"), 404);
    EXPECT_EQ(status("broken", ""), 400);
}

TEST(HttpGuards, CorsIsForNamedOrigins) {
    CorsSettings allowed;
    allowed.origins = {"https://portal.example"};
    ServerSettings settings;
    settings.guards = {cors(allowed)};
    TestServer server(simple_router(), settings);
    const std::string origin = "Origin: https://portal.example\r\n";
    const std::string simple = answer_to(server.port(), ask("GET /hello", origin));
    EXPECT_THAT(simple, HasSubstr("Access-Control-Allow-Origin: https://portal.example\r\n"));
    EXPECT_THAT(simple, HasSubstr("Vary: Origin\r\n"));
    EXPECT_THAT(simple, Not(HasSubstr("Allow-Methods")));
    const std::string preflight = answer_to(
        server.port(), ask("OPTIONS /echo", origin + "Access-Control-Request-Method: POST\r\n"));
    EXPECT_EQ(status_of(preflight), 204);
    EXPECT_THAT(preflight, HasSubstr("Access-Control-Allow-Methods: GET, POST"));
    EXPECT_THAT(answer_to(server.port(), ask("GET /hello", "Origin: https://evil.example\r\n")),
                Not(HasSubstr("Access-Control")));
}

}  // namespace
}  // namespace counterfoil::http
