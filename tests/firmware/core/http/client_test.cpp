#include "firmware/core/http/client.h"

#include <gmock/gmock.h>

#include "firmware/core/base/file.h"
#include "firmware/core/http/origin.h"
#include "tests/support/broker.h"
#include "tests/support/http_support.h"
#include "tests/support/test_till.h"

namespace counterfoil::http {
namespace {

using base::Code;
using testing::HasSubstr;

// An authority and certificates that it issues, made by the openssl command.
class Issuer {
  public:
    Issuer() {
        run({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
             "-keyout", file("ca.key"), "-out", file("ca.pem"), "-subj", "/CN=authority", "-days",
             "10"});
    }

    std::string file(const std::string& name) const { return (folder_ / name).string(); }

    // For "DNS:name" or "IP:address", or for nothing but a subject. Shared, as servers take it.
    std::shared_ptr<Tls> server(const std::string& names, const std::string& days = "10") {
        std::vector<std::string> request{"req",
                                         "-new",
                                         "-newkey",
                                         "ec",
                                         "-pkeyopt",
                                         "ec_paramgen_curve:P-256",
                                         "-noenc",
                                         "-keyout",
                                         file("server.key"),
                                         "-out",
                                         file("server.request"),
                                         "-subj",
                                         "/CN=localhost"};
        if (!names.empty()) {
            request.push_back("-addext");
            request.push_back("subjectAltName=" + names);
        }
        run(request);
        run({"x509", "-req", "-in", file("server.request"), "-CA", file("ca.pem"), "-CAkey",
             file("ca.key"), "-out", file("server.pem"), "-days", days, "-copy_extensions",
             "copy"});
        return std::make_shared<Tls>(Tls::load(file("server.pem"), file("server.key")).value());
    }

    ClientSettings believer() const {
        ClientSettings settings;
        settings.authorities =
            std::make_shared<Authorities>(Authorities::load(file("ca.pem")).value());
        return settings;
    }

  private:
    static void run(std::vector<std::string> words) {
        words.insert(words.begin(), "openssl");
        const test::Ran ran = test::run_program(words);
        ASSERT_EQ(ran.status, 0) << ran.output;
    }

    test::TemporaryFolder folder_;
};

class TlsServer {
  public:
    // Shared, as servers take it.
    explicit TlsServer(std::shared_ptr<Tls> tls, Router router = simple_router())
        : server_(std::move(router), settings_of(std::move(tls))) {}

    base::Result<Response> ask(const std::string& host, const ClientSettings& settings) {
        return Client(host, server_.port(), settings).get("/hello");
    }
    // Why not; empty where it was answered. What is not believed is told nothing.
    std::string refusal(const std::string& host, const ClientSettings& settings) {
        const auto response = ask(host, settings);
        if (response.ok()) return {};
        EXPECT_EQ(server_.figures().requests, 0U);
        return response.error().line();
    }
    TestServer& server() { return server_; }

  private:
    // Shared, as servers take it.
    static ServerSettings settings_of(std::shared_ptr<Tls> tls) {
        ServerSettings settings;
        settings.tls = std::move(tls);
        return settings;
    }

    TestServer server_;
};

// Takes one connection, says this much and then nothing, or closes.
class HaltingServer {
  public:
    HaltingServer(std::string said, bool closes)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof here;
        auto* address = reinterpret_cast<sockaddr*>(&here);
        CF_CHECK(::bind(socket_.number(), address, size) == 0);
        CF_CHECK(::listen(socket_.number(), 8) == 0);
        CF_CHECK(::getsockname(socket_.number(), address, &size) == 0);
        port_ = ntohs(here.sin_port);
        thread_ = std::thread([this, said = std::move(said), closes] { serve(said, closes); });
    }
    ~HaltingServer() {
        ::shutdown(socket_.number(), SHUT_RDWR);
        thread_.join();
    }
    std::uint16_t port() const { return port_; }

  private:
    void serve(const std::string& said, bool closes) {
        std::vector<base::Descriptor> held;
        for (;;) {
            base::Descriptor one(::accept(socket_.number(), nullptr, nullptr));
            if (!one.ok()) return;
            std::array<char, 4096> asked;
            if (::recv(one.number(), asked.data(), asked.size(), 0) <= 0) continue;
            if (::send(one.number(), said.data(), said.size(), MSG_NOSIGNAL) < 0) continue;
            if (!closes) held.push_back(std::move(one));
        }
    }

    base::Descriptor socket_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

TEST(HttpClient, SpeaksTlsWithWhomItsAuthorityVouchesFor) {
    Issuer issuer;
    TlsServer server(issuer.server("DNS:localhost,IP:127.0.0.1"));
    for (const char* host : {"localhost", "127.0.0.1"}) {
        Client client(host, server.server().port(), issuer.believer());
        for (int i = 0; i < 3; ++i) {
            const auto response = client.get("/hello");
            ASSERT_TRUE(response.ok()) << host << ": " << response.error().line();
            EXPECT_EQ(response.value().body, "{\"message\":\"hello\"}");
        }
        const std::string large(300'000, 'x');
        EXPECT_EQ(client.post("/echo", large).value().body, large);
    }
    EXPECT_EQ(server.server().figures().refused_connections, 0U);
}

TEST(HttpClient, TellsNothingToAServerOfAnotherName) {
    Issuer issuer;
    TlsServer other(issuer.server("DNS:other.example,IP:127.0.0.2"));
    EXPECT_THAT(other.refusal("localhost", issuer.believer()),
                HasSubstr("the server is not localhost, or cannot prove it: "
                          "hostname mismatch"));
    EXPECT_THAT(other.refusal("127.0.0.1", issuer.believer()), HasSubstr("IP address mismatch"));
    // Only the subject says so, as it did long ago.
    TlsServer old(issuer.server(""));
    EXPECT_THAT(old.refusal("localhost", issuer.believer()), HasSubstr("hostname mismatch"));
}

TEST(HttpClient, TellsNothingToAServerThatNobodyVouchesForAnyMore) {
    Issuer issuer;
    TlsServer expired(issuer.server("DNS:localhost", "-1"));
    EXPECT_THAT(expired.refusal("localhost", issuer.believer()),
                HasSubstr("the server is not localhost, or cannot prove it: "
                          "certificate has expired"));
}

TEST(HttpClient, TellsNothingToAServerOfAnotherAuthority) {
    Issuer issuer;
    const Issuer another;
    TlsServer server(issuer.server("DNS:localhost"));
    EXPECT_THAT(server.refusal("localhost", another.believer()), HasSubstr("bad_certificate: "));
    ClientSettings system;
    system.authorities = std::make_shared<Authorities>(Authorities::of_system().value());
    EXPECT_THAT(server.refusal("localhost", system), HasSubstr("bad_certificate: "));
    EXPECT_TRUE(server.ask("localhost", issuer.believer()).ok());
}

TEST(HttpClient, PlainAndHiddenDoNotMeet) {
    Issuer issuer;
    TestServer plain(simple_router());
    const auto hidden = Client("localhost", plain.port(), issuer.believer()).get("/hello");
    ASSERT_FALSE(hidden.ok());
    EXPECT_EQ(hidden.error().code(), Code::io_failed) << hidden.error().line();
    EXPECT_THAT(hidden.error().message(), HasSubstr("TLS: "));
    TlsServer server(issuer.server("DNS:localhost"));
    EXPECT_THAT(server.refusal("localhost", {}), HasSubstr("say https://"));
}

TEST(HttpClient, DoesNotWaitForeverForTheRestOfAnAnswer) {
    ClientSettings hasty;
    hasty.timeout_ms = 200;
    const std::string half = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
    for (const std::string& said : {std::string(), half.substr(0, 20), half}) {
        for (const bool closes : {false, true}) {
            HaltingServer server(said, closes);
            const auto response = Client("127.0.0.1", server.port(), hasty).get("/hello");
            ASSERT_FALSE(response.ok()) << said;
            EXPECT_EQ(response.error().code(), Code::io_failed) << response.error().line();
        }
    }
    // One that never ends what it began with TLS.
    Issuer issuer;
    hasty.authorities = issuer.believer().authorities;
    HaltingServer silent("", false);
    EXPECT_EQ(Client("localhost", silent.port(), hasty).get("/").error().code(), Code::io_failed);
}

TEST(HttpClient, DoesNotWaitForeverForAnAnswerUnderTls) {
    Issuer issuer;
    std::vector<Responder> kept;
    Router router;
    route(router, Method::get, "/hello",
          [&](const Request&, Responder responder) { kept.push_back(std::move(responder)); });
    TlsServer server(issuer.server("DNS:localhost"), std::move(router));
    ClientSettings hasty = issuer.believer();
    hasty.timeout_ms = 300;
    const auto response = server.ask("localhost", hasty);
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().code(), Code::io_failed) << response.error().line();
    server.server().on_loop([&] { kept.clear(); });
}

TEST(HttpClient, SaysThatThereIsNoSuchHost) {
    const auto response = Client("nobody.invalid", 80).get("/");
    ASSERT_FALSE(response.ok());
    EXPECT_THAT(response.error().line(), HasSubstr("io_failed: nobody.invalid:80: no address"));
}

TEST(HttpClient, BelievesNoFileThatHoldsNoCertificate) {
    const test::TemporaryFolder folder;
    EXPECT_EQ(Authorities::load(folder / "none").error().code(), Code::not_found);
    for (const char* text : {"", "certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"}) {
        const auto file = folder / "authority.pem";
        ASSERT_TRUE(base::replace_file(file, text, base::Readers::everyone).ok());
        EXPECT_EQ(Authorities::load(file).error().code(), Code::bad_certificate) << text;
    }
}

TEST(HttpOrigin, SaysWhereAServerIs) {
    const auto is = [](const char* text, const Origin& origin) {
        const auto parsed = parse_origin(text);
        return parsed.ok() && parsed.value() == origin;
    };
    EXPECT_TRUE(is("https://centre.example", {true, "centre.example", 443}));
    EXPECT_TRUE(is("http://centre.example:8081/", {false, "centre.example", 8081}));
    EXPECT_TRUE(is("https://[::1]:8443", {true, "::1", 8443}));
    EXPECT_TRUE(is("https://10.0.0.2/", {true, "10.0.0.2", 443}));
    EXPECT_EQ(parse_origin("https://[fe80::1]").value().text(), "https://[fe80::1]:443");
    for (const char* text :
         {"", "centre.example", "ftp://a", "https://", "https://:80", "https://a:", "https://a:0",
          "https://a:65536", "https://a:8x", "https://user@a", "https://a/path", "https://a?q",
          "https://a b", "https://[::1", "https://[]", "https://a\r\nX: y", "https://[::1]x"})
        EXPECT_EQ(parse_origin(text).error().code(), Code::invalid_argument) << text;
    EXPECT_TRUE(parse_origin("http://127.0.0.1:1").value().is_loopback());
    EXPECT_FALSE(parse_origin("http://10.0.0.2:1").value().is_loopback());
}

TEST(HttpOrigin, MakesTheClientThatItNeeds) {
    Issuer issuer;
    TlsServer server(issuer.server("DNS:localhost"));
    const Origin origin{true, "localhost", server.server().port()};
    EXPECT_EQ(client_for(origin, issuer.file("ca.pem")).value().get("/hello").value().status, 200);
    EXPECT_EQ(client_for(origin, "").value().get("/hello").error().code(), Code::bad_certificate);
    EXPECT_EQ(client_for(origin, issuer.file("ca.key")).error().code(), Code::bad_certificate);
    const TestServer plain(simple_router());
    EXPECT_EQ(
        client_for({false, "localhost", plain.port()}, "").value().get("/hello").value().status,
        200);
}

}  // namespace
}  // namespace counterfoil::http
