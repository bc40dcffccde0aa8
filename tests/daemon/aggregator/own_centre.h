#pragma once

#include <atomic>
#include <sstream>
#include <thread>

#include "daemon/aggregator/program.h"
#include "firmware/core/http/client.h"
#include "tests/daemon/aggregator/store/store_support.h"
#include "tests/support/http_support.h"

namespace counterfoil::aggregator {

// Moves when told, from any thread.
class HandClock final : public base::Clock {
  public:
    explicit HandClock(base::WallTime start) : unix_ms_(start.unix_ms) {}

    base::WallTime now() const override { return {unix_ms_}; }
    std::int64_t steady_ms() const override { return steady_ms_; }
    void advance(std::int64_t ms) {
        unix_ms_ += ms;
        steady_ms_ += ms;
    }

  private:
    std::atomic<std::int64_t> unix_ms_;
    std::atomic<std::int64_t> steady_ms_ = 0;
};

// The whole centre within the test's own process, without a broker, by a clock that the test sets;
// it is asked over HTTP.
class OwnCentre {
  public:
    explicit OwnCentre(store::Dialect dialect, FrontOptions front = freely())
        : clock_(base::SystemClock().now()), log_(said_, clock_) {
        options_.data = folder_ / "centre";
        options_.front = std::move(front);
        if (dialect == store::Dialect::postgres) {
            postgres_ = test::PostgresServer::shared().make_database();
            options_.postgres = postgres_;
        }
        start();
        first_admin_ = *program_->first_admin();
        admin_ = sign_in(first_admin_.loyalty_id, first_admin_.pin);
    }
    ~OwnCentre() {
        stop();
        program_.reset();
        if (!postgres_.empty()) test::PostgresServer::shared().drop_database(postgres_);
    }

    static FrontOptions freely() {
        FrontOptions front;
        constexpr std::int64_t kAny = 100'000'000;
        front.limits.sign_ins_per_minute = kAny;
        front.limits.requests_per_minute = kAny;
        return front;
    }

    // Another program on the same store.
    void restart() {
        stop();
        program_.reset();
        start();
    }

    // While the program is not at work, its store is somebody else's.
    void beside(const std::function<void(store::Database&)>& act) {
        stop();
        program_.reset();
        act(postgres_.empty() ? *store::SqliteDatabase::open(options_.data / "centre.db").value()
                              : *test::connect(postgres_));
        start();
    }

    // Its log, after its end.
    std::string said() {
        stop();
        return said_.str();
    }

    HandClock& clock() { return clock_; }
    std::uint16_t port() const { return program_->port(); }
    const std::string& admin() const { return admin_; }
    const Front::FirstAdmin& first_admin() const { return first_admin_; }
    const auto& routes() const { return program_->routes(); }

    struct Answer {
        int status = 0;
        http::Headers headers;
        std::string body;

        std::string text(const std::string& name) const {
            const auto document = json::Document::parse(body, {1 << 20, 16});
            const auto value = document.ok() ? document.value().root().find(name) : std::nullopt;
            return std::string(value && value->text() ? *value->text() : "");
        }
    };
    Answer ask(http::Method method, const std::string& path, const std::string& token,
               const std::string& body = {}, const std::string& type = "application/json") {
        http::Headers headers;
        if (!token.empty()) headers.add("Authorization", "Bearer " + token);
        if (!body.empty()) headers.add("Content-Type", type);
        const auto response = client().request(method, path, headers, body);
        if (!response.ok()) return {0, {}, response.error().line()};
        return {response.value().status, response.value().headers, response.value().body};
    }
    Answer get(const std::string& path, const std::string& token) {
        return ask(http::Method::get, path, token);
    }
    Answer post(const std::string& path, const std::string& token, const std::string& body = {}) {
        return ask(http::Method::post, path, token, body);
    }

    // What it says to a head alone, whose body is promised and does not come.
    std::string answer_to_head(const std::string& path, const std::string& token,
                               std::size_t promised, const std::string& more = {}) {
        http::RawConnection connection(port());
        const std::string sign = token.empty() ? "" : "Authorization: Bearer " + token + "\r\n";
        connection.send("POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\n" +
                        sign + more + "Content-Length: " + std::to_string(promised) + "\r\n\r\n");
        return connection.read_all();
    }

    std::string sign_in(const std::string& card, const std::string& pin) {
        const Answer answer =
            post("/api/auth/login", "",
                 R"({"loyalty_id":")" + card + R"(","pin_code":")" + pin + R"("})");
        if (answer.status != 200) std::fprintf(stderr, "%s\n", answer.body.c_str());
        CF_CHECK(answer.status == 200);
        return answer.text("access_token");
    }
    struct Person {
        std::string id;
        std::string token;
    };
    Person person(const std::string& card, bool is_admin = false) {
        const Answer made =
            post("/api/customers", admin_,
                 R"({"loyalty_id":")" + card + R"(","name":"Anna","email":"anna@example.com",)" +
                     R"("is_admin":)" + (is_admin ? "true}" : "false}"));
        CF_CHECK(made.status == 201);
        return {made.text("id"), sign_in(card, made.text("pin_code"))};
    }

  private:
    void start() {
        program_ = Program::start(options_, clock_, log_).value();
        thread_ = std::thread([this] { program_->run(); });
    }
    void stop() {
        if (!thread_.joinable()) return;
        program_->stop();
        thread_.join();
    }
    // A thread's own, which keeps its connection.
    http::Client client() const { return http::Client("127.0.0.1", program_->port()); }

    test::TemporaryFolder folder_;
    ProgramOptions options_;
    std::string postgres_;
    HandClock clock_;
    std::ostringstream said_;
    base::Log log_;
    std::unique_ptr<Program> program_;
    std::thread thread_;
    Front::FirstAdmin first_admin_;
    std::string admin_;
};

}  // namespace counterfoil::aggregator
