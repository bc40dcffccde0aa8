#include <boost/asio/io_context.hpp>
#include <restinio/all.hpp>

#include "tests/bench/figure.h"
#include "tests/support/http_support.h"

namespace counterfoil::bench {
namespace {

constexpr int kConnections = 32;
constexpr int kRounds = 3000;
constexpr std::uint16_t kPeerPort = 18'099;
const std::string kAsk = "GET /hello HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n";

// All connections ask, and then all take their answers, again and again.
double requests_per_second(std::uint16_t port) {
    std::vector<std::unique_ptr<http::RawConnection>> connections;
    std::size_t answer_bytes = 0;
    for (int i = 0; i < kConnections; ++i) {
        connections.push_back(std::make_unique<http::RawConnection>(port));
        CF_CHECK(connections.back()->send(kAsk));
        answer_bytes = connections.back()->read_until("}").size();
    }
    const double took_us = microseconds([&] {
        for (int round = 0; round < kRounds; ++round) {
            for (const auto& connection : connections) CF_CHECK(connection->send(kAsk));
            for (const auto& connection : connections) CF_CHECK(connection->skip(answer_bytes));
        }
    });
    return 1e6 * kConnections * kRounds / took_us;
}

using PeerRouter = restinio::router::express_router_t<>;
struct PeerTraits : restinio::single_thread_traits_t<restinio::asio_timer_manager_t,
                                                     restinio::null_logger_t, PeerRouter> {};

// RESTinio with the same route, on one thread as well.
class Peer {
  public:
    Peer()
        : server_(restinio::external_io_context(context_), [](auto& settings) {
              auto router = std::make_unique<PeerRouter>();
              router->http_get("/hello", [](auto request, auto) {
                  return request->create_response()
                      .append_header_date_field()
                      .append_header("Content-Type", "application/json")
                      .set_body("{\"message\":\"hello\"}")
                      .done();
              });
              settings.address("127.0.0.1").port(kPeerPort).request_handler(std::move(router));
          }) {
        std::promise<void> open;
        server_.open_async([&] { open.set_value(); }, [](auto) { CF_CHECK(false); });
        thread_ = std::thread([this] { context_.run(); });
        open.get_future().wait();
    }
    ~Peer() {
        context_.stop();
        thread_.join();
    }

  private:
    boost::asio::io_context context_{1};
    restinio::http_server_t<PeerTraits> server_;
    std::thread thread_;
};

void http_hello(benchmark::State& state) {
    http::TestServer server(http::simple_router());
    Peer peer;
    for (auto _ : state) {
        const double ours = requests_per_second(server.port());
        report(state, ours, requests_per_second(kPeerPort),
               "requests/s | RESTinio, one thread, 32 connections | over 1");
    }
}
BENCHMARK(http_hello)->Iterations(1)->UseRealTime();

}  // namespace
}  // namespace counterfoil::bench
