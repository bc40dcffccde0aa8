#include <gtest/gtest.h>

#include "tests/support/http_support.h"

namespace counterfoil::http {
namespace {

using std::string_literals::operator""s;

struct Bytes {
    int status;  // 0: closed without a word, as after half a request
    std::string text;
};

const std::string kHost = "Host: a\r\n";
const std::string kGet = "GET /hello HTTP/1.1\r\n" + kHost;
const std::string kPost = "POST /echo HTTP/1.1\r\n" + kHost;
const std::string kChunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";

std::vector<Bytes> broken_heads() {
    return {
        {400, "\r\n\r\n"s},
        {400, "\0\0\0\0\r\n\r\n"s},
        {400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"s},  // TLS
        {400, "garbage\r\n\r\n"},
        {400, "GET\r\n\r\n"},
        {400, "GET \r\n\r\n"},
        {400, "GET /hello\r\n\r\n"},
        {400, " GET /hello HTTP/1.1\r\n" + kHost + "\r\n"},
        {400, "GET  /hello HTTP/1.1\r\n" + kHost + "\r\n"},
        {505, "GET /hello  HTTP/1.1\r\n" + kHost + "\r\n"},
        {400, "GET\t/hello\tHTTP/1.1\r\n" + kHost + "\r\n"},
        {505, "GET /hel lo HTTP/1.1\r\n" + kHost + "\r\n"},
        {505, "GET /hello HTTP/1.1\n" + kHost + "\n"},
        {400, "G\0T /hello HTTP/1.1\r\n"s + kHost + "\r\n"},
        {400, "GET /he\0lo HTTP/1.1\r\n"s + kHost + "\r\n"},
        {400, "GET /he\x80lo HTTP/1.1\r\n" + kHost + "\r\n"},
        {400, "G(T /hello HTTP/1.1\r\n" + kHost + "\r\n"},
        {501, "get /hello HTTP/1.1\r\n" + kHost + "\r\n"},
        {501, "BREW /hello HTTP/1.1\r\n" + kHost + "\r\n"},
        {501, "CONNECT a:80 HTTP/1.1\r\n" + kHost + "\r\n"},
        {501, "TRACE /hello HTTP/1.1\r\n" + kHost + "\r\n"},
        {505, "GET /hello HTTP/2.0\r\n" + kHost + "\r\n"},
        {505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
        {505, "GET /hello HTTP/1.2\r\n" + kHost + "\r\n"},
        {505, "GET /hello HTTP/0.9\r\n" + kHost + "\r\n"},
        {505, "GET /hello HTTP/1.x\r\n" + kHost + "\r\n"},
        {505, "GET /hello http/1.1\r\n" + kHost + "\r\n"},
        {505, "GET /hello HTTP/11.1\r\n" + kHost + "\r\n"},
        {505, "GET /hello FTP/1.1\r\n" + kHost + "\r\n"},
        {400, "GET http://a/hello HTTP/1.1\r\n" + kHost + "\r\n"},
        {400, "GET * HTTP/1.1\r\n" + kHost + "\r\n"},
        {400, "GET hello HTTP/1.1\r\n" + kHost + "\r\n"},
        {400, "GET /../hello HTTP/1.1\r\n" + kHost + "\r\n"},
        {400, "GET /%2e%2e/hello HTTP/1.1\r\n" + kHost + "\r\n"},
        {400, "GET /%00 HTTP/1.1\r\n" + kHost + "\r\n"},
        {400, "GET /%zz HTTP/1.1\r\n" + kHost + "\r\n"},
        {400, "GET /hello#x HTTP/1.1\r\n" + kHost + "\r\n"},
        {400, "GET /hello HTTP/1.1\r\n\r\n"},
        {400, kGet + "Host: b\r\n\r\n"},
        {400, kGet + "no colon\r\n\r\n"},
        {400, kGet + ": no name\r\n\r\n"},
        {400, kGet + "A : space before the colon\r\n\r\n"},
        {400, kGet + "A\tB: c\r\n\r\n"},
        {400, kGet + "A: b\0c\r\n\r\n"s},
        {400, kGet + "A\0: b\r\n\r\n"s},
        {400, kGet + "A: b\rc\r\n\r\n"},
        {400, kGet + "A: b\nC: d\r\n\r\n"},
        {400, kGet + "\xc3\xa9: b\r\n\r\n"},
        {417, kGet + "Expect: wonders\r\n\r\n"},
        {0, ""},
        {0, "G"},
        {0, "GET /hello HTTP/1.1"},
        {0, kGet},
        {0, kGet + "A: b"},
    };
}

std::vector<Bytes> broken_bodies() {
    return {
        {400, kPost + "Content-Length: x\r\n\r\nabc"},
        {400, kPost + "Content-Length: -1\r\n\r\nabc"},
        {400, kPost + "Content-Length: +3\r\n\r\nabc"},
        {400, kPost + "Content-Length: 0x3\r\n\r\nabc"},
        {400, kPost + "Content-Length: 3 3\r\n\r\nabc"},
        {400, kPost + "Content-Length: \r\n\r\nabc"},
        {400, kPost + "Content-Length: 3, 4\r\n\r\nabc"},
        {400, kPost + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc"},
        {400, kPost + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"},
        {400, kPost + "Content-Length: 99999999999999999999999\r\n\r\nabc"},
        {413, kPost + "Content-Length: 18446744073709551615\r\n\r\nabc"},
        {400, kPost + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {400, kPost + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"},
        {501, kPost + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
        {501, kPost + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"},
        {501, kPost + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
        {400, "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {400, kChunked + "x\r\nabc\r\n0\r\n\r\n"},
        {400, kChunked + "-1\r\nabc\r\n0\r\n\r\n"},
        {400, kChunked + "0x3\r\nabc\r\n0\r\n\r\n"},
        {400, kChunked + " 3\r\nabc\r\n0\r\n\r\n"},
        {0, kChunked + "3\nabc\n0\n\n"},
        {400, kChunked + "3\r\nabcd\r\n0\r\n\r\n"},
        {400, kChunked + "2\r\nabc\r\n0\r\n\r\n"},
        {400, kChunked + "fffffffffffffffff\r\nabc\r\n0\r\n\r\n"},
        {400, kChunked + "3\r\nabc\r\n0\r\nno trailer\r\n\r\n"},
        {0, kChunked + "3\r\nabc\r\n"},
        {0, kChunked + "3\r\nab"},
        {0, kChunked},
        {0, kPost + "Content-Length: 4\r\n\r\nabc"},
    };
}

void expect_each(TestServer& server, const std::vector<Bytes>& all) {
    for (const auto& [status, text] : all) {
        const std::string answer = answer_to(server.port(), text);
        EXPECT_EQ(status_of(answer), status) << testing::PrintToString(text) << "\n" << answer;
    }
    EXPECT_EQ(server.client().get("/hello").value().status, 200);
}

TEST(HttpMalformed, BrokenHeadsAreRefused) {
    TestServer server(simple_router());
    expect_each(server, broken_heads());
}

TEST(HttpMalformed, BrokenBodiesAreRefused) {
    TestServer server(simple_router());
    expect_each(server, broken_bodies());
}

// What hides behind a refused request must never be taken for a request of its own.
TEST(HttpMalformed, NothingIsReadAfterARefusal) {
    TestServer server(simple_router());
    for (const std::vector<Bytes>& all : {broken_heads(), broken_bodies()}) {
        for (const auto& [status, text] : all) {
            if (status == 0) continue;
            const std::string answer = answer_to(server.port(), text + kGet + "\r\n");
            EXPECT_EQ(status_of(answer), status) << testing::PrintToString(text);
            EXPECT_EQ(answer.find("hello"), std::string::npos) << testing::PrintToString(text);
        }
    }
}

TEST(HttpMalformed, ABodyThatNobodyReadsIsNoRequest) {
    TestServer server(simple_router());
    const std::string hidden = kGet + "\r\n";
    for (const char* start : {"POST /none", "DELETE /hello"}) {
        const std::string answer =
            answer_to(server.port(), std::string(start) + " HTTP/1.1\r\n" + kHost +
                                         "Content-Length: " + std::to_string(hidden.size()) +
                                         "\r\n\r\n" + hidden);
        EXPECT_GE(status_of(answer), 404);
        EXPECT_EQ(answer.find("\"hello\""), std::string::npos) << answer;
    }
}

TEST(HttpMalformed, AnyCutAndAnyChangedByteEndsInAnAnswerOrTheEnd) {
    ServerSettings settings;
    settings.limits.connections = 1000;
    settings.limits.connections_per_address = 1000;
    TestServer server(simple_router(), settings);
    const std::string good = kChunked + "3;a=b\r\nabc\r\n0\r\nT: u\r\n\r\n";
    EXPECT_EQ(status_of(answer_to(server.port(), good)), 200);
    for (std::size_t i = 0; i < good.size(); ++i) {
        answer_to(server.port(), good.substr(0, i));
        for (const char c : {'\0', '\r', '\n', ' ', '\xff', ':'}) {
            std::string changed = good;
            changed[i] = c;
            answer_to(server.port(), changed);
        }
    }
    EXPECT_EQ(server.client().get("/hello").value().status, 200);
}

}  // namespace
}  // namespace counterfoil::http
