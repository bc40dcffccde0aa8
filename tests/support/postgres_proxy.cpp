#include "tests/support/postgres_proxy.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <utility>

namespace counterfoil::test {
namespace {

using base::Descriptor;

// As libpq calls it where nobody says otherwise.
constexpr std::string_view kSocketName = ".s.PGSQL.5432";
constexpr std::string_view kHost = "host=";
constexpr int kPatienceMs = 20;

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    CF_CHECK(path.size() < sizeof(address.sun_path));
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

const sockaddr* general(const sockaddr_un& address) {
    return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

bool send_all(int to, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

// What is there; empty at the end.
std::string receive(int from) {
    char buffer[65'536];
    const ssize_t got = ::recv(from, buffer, sizeof(buffer), 0);
    return {buffer, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
}

bool is_readable(int descriptor, int patience_ms) {
    pollfd one{descriptor, POLLIN, 0};
    return ::poll(&one, 1, patience_ms) > 0;
}

// How many bytes a message has, as they count themselves at `at`; 0: that is not known yet.
std::size_t counted(std::string_view bytes, std::size_t at) {
    if (bytes.size() < at + 4) return 0;
    std::size_t count = 0;
    for (std::size_t i = at; i < at + 4; ++i)
        count = count << 8 | static_cast<unsigned char>(bytes[i]);
    return at + count;
}

}  // namespace

PostgresProxy::PostgresProxy(const std::string& dsn)
    : server_socket_(dsn.substr(kHost.size(), dsn.find(' ') - kHost.size()) + "/" +
                     std::string(kSocketName)),
      listening_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const auto address = address_of(folder_ / std::string(kSocketName));
    CF_CHECK(listening_.ok() &&
             ::bind(listening_.number(), general(address), sizeof(address)) == 0 &&
             ::listen(listening_.number(), 10) == 0);
    thread_ = std::thread([this] { work(); });
}

PostgresProxy::~PostgresProxy() {
    ending_ = true;
    thread_.join();
}

std::string PostgresProxy::through(const std::string& dsn) const {
    return std::string(kHost) + folder_.path().string() + dsn.substr(dsn.find(' '));
}

void PostgresProxy::set(Cut cut) {
    const std::lock_guard<std::mutex> lock(mutex_);
    cut_ = std::move(cut);
    was_cut_ = false;
    is_ending_ = false;
}

bool PostgresProxy::was_cut() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return was_cut_;
}

void PostgresProxy::work() {
    while (!ending_) {
        if (!is_readable(listening_.number(), kPatienceMs)) continue;
        const Descriptor client(::accept4(listening_.number(), nullptr, nullptr, SOCK_CLOEXEC));
        const Descriptor server(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const auto address = address_of(server_socket_);
        // Where there is no server, whoever has called finds nobody.
        if (client.ok() && ::connect(server.number(), general(address), sizeof(address)) == 0)
            serve(client, server);
    }
}

void PostgresProxy::serve(const Descriptor& client, const Descriptor& server) {
    std::string heard;
    bool is_begun = false;
    while (!ending_) {
        pollfd both[] = {{client.number(), POLLIN, 0}, {server.number(), POLLIN, 0}};
        if (::poll(both, 2, kPatienceMs) <= 0) continue;
        if (both[1].revents != 0) {
            const std::string answer = receive(server.number());
            if (answer.empty() || !send_all(client.number(), answer)) return;
        }
        if (both[0].revents != 0) {
            const std::string more = receive(client.number());
            heard += more;
            if (more.empty() || !pass_on(heard, is_begun, server.number())) return;
        }
    }
}

// The first message of a connection has no letter in front.
bool PostgresProxy::pass_on(std::string& heard, bool& is_begun, int server) {
    for (;;) {
        const std::size_t bytes = counted(heard, is_begun ? 1 : 0);
        if (bytes == 0 || heard.size() < bytes) return true;
        const std::string message = heard.substr(0, bytes);
        heard.erase(0, bytes);
        if (is_begun && (message.front() == 'Q' || message.front() == 'S')) ++trips_;
        if (std::exchange(is_begun, true) && is_chosen(message)) {
            cut(message, server);
            return false;
        }
        if (!send_all(server, message)) return false;
    }
}

bool PostgresProxy::is_chosen(std::string_view message) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (cut_.message == 0 || was_cut_) return false;
    return is_counted(message) && --cut_.message == 0;
}

// Among others it is parsed, bound and executed, and done with the sync behind it.
bool PostgresProxy::is_counted(std::string_view message) {
    if (!cut_.commits_only) return true;
    const bool is_sync = message.front() == 'S';
    if (is_sync && std::exchange(is_ending_, false)) return true;
    if (message.find("COMMIT") == std::string_view::npos) return false;
    is_ending_ = cut_.moment == CutMoment::after && message.front() == 'P';
    return !is_ending_;
}

void PostgresProxy::cut(std::string_view message, int server) {
    constexpr int kLongMs = 10'000;
    constexpr std::string_view kReady("Z\0\0\0\5", 5);
    const std::string_view told = cut_.moment == CutMoment::before ? ""
                                  : cut_.moment == CutMoment::halfway
                                      ? message.substr(0, message.size() / 2)
                                      : message;
    const bool is_told = send_all(server, told);
    // The server answers these when it is done, and says last that it is ready for more.
    const bool is_answered = cut_.moment == CutMoment::after && is_told && !cut_.also &&
                             (message.front() == 'Q' || message.front() == 'S');
    std::string answer;
    while (is_answered && is_readable(server, kLongMs)) {
        const std::string more = receive(server);
        answer += more;
        if (more.empty() ||
            (answer.size() > kReady.size() &&
             answer.substr(answer.size() - kReady.size() - 1, kReady.size()) == kReady))
            break;
    }
    if (cut_.also) cut_.also();
    const std::lock_guard<std::mutex> lock(mutex_);
    was_cut_ = true;
}

}  // namespace counterfoil::test
