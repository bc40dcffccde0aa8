#include "tests/bench/http_load.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <charconv>
#include <ctime>
#include <iostream>
#include <memory>

#include "firmware/core/http/message.h"
#include "tests/bench/figure.h"
#include "tests/support/http_support.h"

namespace counterfoil::bench {
namespace {

using Moment = std::chrono::steady_clock::time_point;

double own_processor_us() {
    timespec used{};
    CF_CHECK(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) == 0);
    return static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) / 1e3;
}

// How many bytes the answer will have; 0 while its head is not there yet.
std::size_t whole_size(const std::string& answer) {
    constexpr std::string_view kLength = "content-length:";
    const std::size_t end = answer.find("\r\n\r\n");
    if (end == std::string::npos) return 0;
    for (std::size_t at = answer.find("\r\n"); at < end; at = answer.find("\r\n", at + 2)) {
        const std::string_view line = std::string_view(answer).substr(at + 2, end - at - 2);
        if (!http::same_name(line.substr(0, kLength.size()), kLength)) continue;
        const char* digits = line.data() + line.find_first_of("0123456789");
        std::size_t length = 0;
        CF_CHECK(std::from_chars(digits, line.data() + line.size(), length).ec == std::errc());
        return end + 4 + length;
    }
    CF_CHECK(false);
    return 0;
}

class Running {
  public:
    explicit Running(const Load& load) : load_(load), waits_(::epoll_create1(EPOLL_CLOEXEC)) {
        for (int i = 0; i < load.connections; ++i) {
            connections_.push_back(std::make_unique<Connection>(load.port));
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.ptr = connections_.back().get();
            CF_CHECK(::epoll_ctl(waits_.number(), EPOLL_CTL_ADD, connections_.back()->raw.number(),
                                 &event) == 0);
            ask(*connections_.back());
        }
    }

    // Until then; what was answered before is forgotten.
    void run_until(Moment end) {
        times_us_.clear();
        std::array<epoll_event, 64> events{};
        while (std::chrono::steady_clock::now() < end) {
            const int count = ::epoll_wait(waits_.number(), events.data(), events.size(), 100);
            for (int i = 0; i < count; ++i)
                take(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
        }
    }
    const std::vector<double>& times_us() const { return times_us_; }

  private:
    struct Connection {
        explicit Connection(std::uint16_t port) : raw(port) {}
        http::RawConnection raw;
        std::string answer;
        Moment asked;
    };

    void ask(Connection& connection) {
        connection.answer.clear();
        connection.asked = std::chrono::steady_clock::now();
        CF_CHECK(connection.raw.send(load_.requests[next_++ % load_.requests.size()]));
    }

    void take(Connection& connection) {
        const ssize_t got =
            ::recv(connection.raw.number(), piece_.data(), piece_.size(), MSG_DONTWAIT);
        CF_CHECK(got > 0);
        connection.answer.append(piece_.data(), static_cast<std::size_t>(got));
        const std::size_t size = whole_size(connection.answer);
        if (size == 0 || connection.answer.size() < size) return;
        if (http::status_of(connection.answer) / 100 != 2) std::cerr << connection.answer << '\n';
        CF_CHECK(http::status_of(connection.answer) / 100 == 2);
        const std::chrono::duration<double, std::micro> took =
            std::chrono::steady_clock::now() - connection.asked;
        times_us_.push_back(took.count());
        ask(connection);
    }

    const Load& load_;
    base::Descriptor waits_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::vector<double> times_us_;
    std::array<char, 64 << 10> piece_{};
    std::size_t next_ = 0;
};

}  // namespace

std::string request_text(const std::string& method, const std::string& target,
                         const std::string& token, const std::string& body) {
    std::string text = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n" +
                       "Authorization: Bearer " + token + "\r\n";
    if (!body.empty())
        text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n";
    return text + "\r\n" + body;
}

LoadResult run_load(const Load& load) {
    Running running(load);
    running.run_until(std::chrono::steady_clock::now() +
                      std::chrono::milliseconds(load.warm_up_ms));
    const double used_us = own_processor_us();
    const double took_us = microseconds([&] {
        running.run_until(std::chrono::steady_clock::now() +
                          std::chrono::milliseconds(load.run_ms));
    });
    const auto count = static_cast<double>(running.times_us().size());
    CF_CHECK(count > 0);
    return {count * 1e6 / took_us, percentile(running.times_us(), 0.99) / 1e3,
            (own_processor_us() - used_us) / count};
}

}  // namespace counterfoil::bench
