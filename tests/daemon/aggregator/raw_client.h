#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <string>
#include <thread>

#include "tests/support/broker.h"

namespace counterfoil::aggregator {

// The bytes of MQTT 3.1.1, as somebody may write them who keeps to nothing else.
namespace mqtt {

inline std::string text(std::string_view bytes) {
    CF_CHECK(bytes.size() <= 0xffff);
    std::string out{static_cast<char>(bytes.size() >> 8), static_cast<char>(bytes.size())};
    return out.append(bytes);
}
inline std::string packet(unsigned head, std::string_view content) {
    std::string out(1, static_cast<char>(head));
    std::size_t rest = content.size();
    do {
        const std::size_t low = rest & 0x7f;
        rest >>= 7;
        out += static_cast<char>(rest > 0 ? low | 0x80 : low);
    } while (rest > 0);
    return out.append(content);
}
inline std::string connect(std::string_view client) {
    using namespace std::string_literals;
    return packet(0x10, "\x00\x04MQTT\x04\x02\x00\x00"s + text(client));
}
inline std::string publish(std::string_view topic, std::string_view payload, int qos,
                           bool retained = false) {
    std::string content = text(topic);
    if (qos > 0) content += std::string{'\x00', '\x07'};
    return packet(0x30U | static_cast<unsigned>(qos) << 1 | (retained ? 1U : 0U),
                  content.append(payload));
}
inline std::string subscribe(std::string_view filter, int qos = 1) {
    return packet(0x82, std::string{'\x00', '\x09'} + text(filter) + static_cast<char>(qos));
}

}  // namespace mqtt

// A client of the broker's with a certificate of its own that writes what it is told, once or over
// and over, as fast as the broker takes it, and only reads away what comes back. Where it is thrown
// out it comes back at once.
class RawClient {
  public:
    RawClient(const test::Broker& broker, const std::string& name, const std::string& once,
              const std::string& again = {})
        : fifo_(folder_ / "in"), once_(mqtt::connect(name) + once), again_(again) {
        CF_CHECK(::mkfifo(fifo_.c_str(), 0600) == 0);
        // The shell is replaced by what it starts.
        command_ = "exec openssl s_client -quiet -nocommands -connect 127.0.0.1:" +
                   std::to_string(broker.port()) + " -CAfile " + broker.authority().string() +
                   " -cert " + broker.certificate(name).string() + " -key " +
                   broker.key(name).string() + " <" + fifo_.string();
        writer_ = std::thread([this] {
            for (; !ending_; ++ends_) connect();
        });
    }
    ~RawClient() {
        ending_ = true;
        writer_.join();
    }

    // How often the broker has had enough of it.
    int ends() const { return ends_; }
    std::uint64_t written_bytes() const { return written_; }
    std::string output() const {
        std::ifstream in(folder_ / "out", std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

  private:
    void connect() {
        test::Program program({"sh", "-c", command_}, folder_ / "out");
        int out = -1;
        while (out < 0 && !ending_ && !program.has_ended()) {
            out = ::open(fifo_.c_str(), O_WRONLY | O_NONBLOCK);
            if (out < 0) ::usleep(1000);
        }
        if (out < 0) return;
        bool goes_on = write(program, out, once_);
        while (goes_on && !again_.empty()) goes_on = write(program, out, again_);
        // The end of what it reads would be the connection's.
        while (goes_on && !ending_ && !program.has_ended()) ::usleep(1000);
        ::close(out);
    }
    // False where it has come to an end.
    bool write(test::Program& program, int out, std::string_view bytes) {
        while (!bytes.empty()) {
            if (ending_ || program.has_ended()) return false;
            const ssize_t wrote = ::write(out, bytes.data(), bytes.size());
            if (wrote < 0 && errno != EAGAIN) return false;
            pollfd room{out, POLLOUT, 0};
            if (wrote < 0) ::poll(&room, 1, 20);
            const auto done = static_cast<std::size_t>(std::max<ssize_t>(wrote, 0));
            bytes.remove_prefix(done);
            written_ += done;
        }
        return true;
    }

    test::TemporaryFolder folder_;
    std::filesystem::path fifo_;
    std::string once_;
    std::string again_;
    std::string command_;
    std::atomic<bool> ending_ = false;
    std::atomic<int> ends_ = 0;
    std::atomic<std::uint64_t> written_ = 0;
    std::thread writer_;
};

}  // namespace counterfoil::aggregator
