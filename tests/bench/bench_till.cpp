#include "tests/bench/bench_till.h"

#include <fstream>
#include <iostream>

namespace counterfoil::bench {
namespace {

constexpr const char* kAddress = "127.0.0.1";
constexpr const char* kBoard = R"({
  "name": "bench",
  "listen": {"address": "127.0.0.1", "port": 8080},
  "scanners": [{"kind": "pty", "link": "scanner"}],
  "cameras": [],
  "printer": {"kind": "file", "path": "paper.escpos",
              "model": {"columns": 42, "dots": 576, "qr_command": true, "cut": "partial",
                        "drawer_pin": 2, "proof": "handed_over", "asks": false}},
  "display": null
})";

}  // namespace

TillPlace::TillPlace(const std::function<void(test::TestShop&)>& prepare) {
    if (prepare) prepare(shop_);
    shop_.stop();
    CF_CHECK(shop_.till.key.save(folder().key()).ok());
    CF_CHECK(crypto::save_chain(folder().certificate(), shop_.till.certificates).ok());
    CF_CHECK(till::write_card(folder(), {3, receipt::Language::hungarian, 42}).ok());
    std::ofstream(board_ / "board.json") << kBoard;
}

RunningTill::RunningTill(const TillPlace& place) {
    auto started = till::Program::start(place.options(), place.clock());
    if (!started.ok()) std::cerr << started.error().line() << '\n';
    CF_CHECK(started.ok());
    program_ = std::move(started).value();
    thread_ = std::thread([this] { program_->run(); });
}

RunningTill::~RunningTill() {
    program_->stop();
    thread_.join();
}

TillProcess::TillProcess(const TillPlace& place)
    : process_({COUNTERFOIL_TILL, "--data", place.options().data.string(), "--board",
                place.options().board.string(), "--port", "0"}),
      port_(process_.await_port()) {}

double TillProcess::resident_mb() const {
    constexpr double kKbInMb = 1024;
    std::ifstream status("/proc/" + std::to_string(process_.id()) + "/status");
    std::string word;
    while (status >> word && word != "VmRSS:") continue;
    double kb = 0;
    CF_CHECK(status >> kb);
    return kb / kKbInMb;
}

Screen::Screen(std::uint16_t port) : port_(port), client_(kAddress, port) {
    const auto known = client_.get("/api/till");
    CF_CHECK(known.ok());
    take_cookie(known.value());
}

void Screen::post(const std::string& target, const std::string& body) {
    http::Headers headers;
    headers.add("Cookie", cookie_);
    headers.add("Content-Type", "application/json");
    headers.add("Idempotency-Key", "bench-" + std::to_string(++key_));
    const auto answer = client_.request(http::Method::post, target, std::move(headers), body);
    CF_CHECK(answer.ok() && answer.value().status == 200);
    take_cookie(answer.value());
}

void Screen::take_cookie(const http::Response& response) {
    const auto cookie = response.headers.find("Set-Cookie");
    if (!cookie) return;
    if (!cookie_.empty()) cookie_ += "; ";
    cookie_ += cookie->substr(0, cookie->find(';'));
}

void Screen::begin_day() {
    post("/api/session", std::string(R"({"staff":"anna","pin":")") + test::kPin + "\"}");
    post("/api/shift", R"({"float_minor":20000})");
}

void Screen::ring_up() {
    post("/api/basket/lines", R"({"code":"101"})");
}

void Screen::pay() {
    post("/api/sales", R"({"payments":[{"kind":"cash","amount_minor":1890}]})");
}

std::unique_ptr<http::Client> Screen::events() {
    auto stream = std::make_unique<http::Client>(kAddress, port_);
    http::Headers headers;
    headers.add("Cookie", cookie_);
    headers.add("Accept", "text/event-stream");
    const auto opened = stream->request(http::Method::get, "/api/events", std::move(headers));
    CF_CHECK(opened.ok() && opened.value().status == 200);
    const auto first = stream->next_event();
    CF_CHECK(first.ok() && first.value().name == "state");
    return stream;
}

}  // namespace counterfoil::bench
