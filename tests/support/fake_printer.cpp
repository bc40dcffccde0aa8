#include "tests/support/fake_printer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <sys/socket.h>
#include <termios.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "firmware/core/base/check.h"
#include "tools/paper/commands.h"

namespace counterfoil::test {

using tool::Verb;

namespace {

constexpr std::size_t kBuffer = 4096;
constexpr std::uint8_t kDle = 0x10;
constexpr std::uint8_t kEot = 0x04;
constexpr std::uint8_t kGarbage = 0xff;

}  // namespace

FakePrinter::FakePrinter() {
    listen();
    thread_ = std::thread([this] { run(); });
}

FakePrinter::FakePrinter(std::filesystem::path link) : link_(std::move(link)) {
    plug_in();
    thread_ = std::thread([this] { run(); });
}

FakePrinter::~FakePrinter() {
    {
        const std::lock_guard lock(mutex_);
        ends_ = true;
    }
    thread_.join();
}

void FakePrinter::behave(const Manner& manner) {
    const std::lock_guard lock(mutex_);
    manner_ = manner;
}

FakePrinter::Manner FakePrinter::manner() const {
    const std::lock_guard lock(mutex_);
    return manner_;
}

std::vector<std::string> FakePrinter::papers() const {
    const std::lock_guard lock(mutex_);
    return papers_;
}

std::string FakePrinter::uncut() const {
    const std::lock_guard lock(mutex_);
    return paper_;
}

int FakePrinter::connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
}

int FakePrinter::pulses() const {
    const std::lock_guard lock(mutex_);
    return pulses_;
}

int FakePrinter::questions_in_jobs() const {
    const std::lock_guard lock(mutex_);
    return questions_in_jobs_;
}

void FakePrinter::run() {
    while (true) {
        {
            const std::lock_guard lock(mutex_);
            if (ends_) return;
            if (manner_.is_off) {
                switch_off();
            } else {
                if (link_.empty() && !listener_.ok()) listen();
                if (!link_.empty() && !line_.ok()) plug_in();
                take_connection();
                receive();
                tell_change();
                print();
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

// On the port that it had before, if it had one.
void FakePrinter::listen() {
    listener_ = base::Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(listener_.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    // Its connections inherit it: little waits in the kernel's memory instead of the printer's.
    const int small = 2048;
    ::setsockopt(listener_.number(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    CF_CHECK(::bind(listener_.number(), any, size) == 0);
    CF_CHECK(::listen(listener_.number(), 4) == 0);
    CF_CHECK(::getsockname(listener_.number(), any, &size) == 0);
    port_ = ntohs(address.sin_port);
}

void FakePrinter::plug_in() {
    int master = -1;
    int slave = -1;
    std::array<char, 128> name{};
    CF_CHECK(::openpty(&master, &slave, name.data(), nullptr, nullptr) == 0);
    termios raw{};
    ::tcgetattr(slave, &raw);
    ::cfmakeraw(&raw);
    ::tcsetattr(slave, TCSANOW, &raw);
    ::close(slave);
    line_ = base::Descriptor(master);
    ::fcntl(master, F_SETFL, O_NONBLOCK);
    std::filesystem::remove(link_);
    std::filesystem::create_symlink(name.data(), link_);
    ++connections_;
}

void FakePrinter::switch_off() {
    listener_.reset();
    hang_up();
    if (!link_.empty()) std::filesystem::remove(link_);
}

void FakePrinter::hang_up() {
    line_.reset();
    begun_.clear();
    waiting_.clear();
    tells_now_ = false;
    is_in_job_ = false;
}

void FakePrinter::take_connection() {
    if (line_.ok() || !listener_.ok()) return;
    line_ = base::Descriptor(
        ::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!line_.ok()) return;
    ++connections_;
}

void FakePrinter::receive() {
    const std::size_t held = needs_rest_ ? 0 : waiting_.size();
    if (!line_.ok() || !manner_.reads || held >= kBuffer) return;
    std::array<std::uint8_t, kBuffer> room{};
    std::size_t most = kBuffer - held;
    if (manner_.hang_up_after >= 0)
        most = std::min(most, static_cast<std::size_t>(manner_.hang_up_after));
    if (most > 0) {
        const ssize_t got = ::read(line_.number(), room.data(), most);
        if (got == 0) return hang_up();
        if (got < 0 && errno != EAGAIN && link_.empty()) return hang_up();
        for (ssize_t i = 0; i < got; ++i) take(room[static_cast<std::size_t>(i)]);
        if (manner_.hang_up_after > 0 && got > 0) manner_.hang_up_after -= got;
    }
    if (manner_.hang_up_after != 0) return;
    manner_.hang_up_after = -1;
    hang_up();
}

void FakePrinter::take(std::uint8_t byte) {
    last_.push_back(static_cast<char>(byte));
    if (last_.size() > 4) last_.erase(0, 1);
    if (last_.ends_with("\x1b@")) is_in_job_ = true;
    if (last_ == std::string_view("\x1dV\x42\x00", 4)) is_in_job_ = false;
    begun_.push_back(byte);
    if (begun_.size() == 1 && byte == kDle) return;
    if (begun_.size() == 2 && byte == kEot) return;
    if (begun_.size() == 3) {
        questions_in_jobs_ += is_in_job_ ? 1 : 0;
        answer_at_once(byte);
    } else {
        waiting_.insert(waiting_.end(), begun_.begin(), begun_.end());
    }
    begun_.clear();
}

void FakePrinter::answer_at_once(std::uint8_t question) {
    if (!manner_.answers) return;
    std::uint8_t answer = 0x12;
    if (question == 1 && !can_print()) answer |= 0x08;
    if (question == 2 && manner_.is_cover_open) answer |= 0x04;
    if (question == 2 && !manner_.has_paper) answer |= 0x20;
    if (question == 4 && !manner_.has_paper) answer |= 0x60;
    if (manner_.answers_garbage) answer = kGarbage;
    say({&answer, 1});
}

void FakePrinter::say(base::ByteView bytes) {
    if (!line_.ok()) return;
    if (link_.empty())
        static_cast<void>(::send(line_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
    else
        static_cast<void>(::write(line_.number(), bytes.data(), bytes.size()));
}

void FakePrinter::tell_change() {
    if (can_print() == told_can_print_) return;
    told_can_print_ = can_print();
    if (!tells_now_ || !manner_.tells) return;
    std::array<std::uint8_t, 4> bytes{0x10, 0, 0, 0};
    if (!can_print()) bytes[0] |= 0x08;
    if (manner_.is_cover_open) bytes[0] |= 0x20;
    if (!manner_.has_paper) bytes[2] |= 0x0c;
    say(bytes);
}

void FakePrinter::print() {
    needs_rest_ = false;
    for (int left = manner_.bytes_each_ms; left > 0 && can_print() && !waiting_.empty();) {
        const std::size_t before = waiting_.size();
        if (!print_one()) return;
        const auto printed = static_cast<int>(before - waiting_.size());
        left -= printed;
        if (manner_.no_paper_after < 0) continue;
        manner_.no_paper_after -= std::min<std::int64_t>(printed, manner_.no_paper_after);
        if (manner_.no_paper_after > 0) continue;
        manner_.no_paper_after = -1;
        manner_.has_paper = false;
        tell_change();
    }
}

// False while the next command is not whole.
bool FakePrinter::print_one() {
    const auto cutting = tool::first_command(waiting_);
    CF_CHECK(cutting.ok());
    const auto [command, size] = cutting.value();
    needs_rest_ = size == 0;
    if (needs_rest_) return false;
    const base::Bytes parameters(command.parameters.begin(), command.parameters.end());
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(size));
    if (command.verb == Verb::initialise) tells_now_ = false;
    if (command.verb == Verb::report_status) tells_now_ = parameters[0] != 0;
    if (command.verb == Verb::text) paper_ += base::as_text(parameters);
    if (command.verb == Verb::line_feed) paper_ += '\n';
    if (command.verb == Verb::pulse) ++pulses_;
    if (command.verb == Verb::cut) papers_.push_back(std::exchange(paper_, {}));
    if (command.verb == Verb::send_status && manner_.proves) say(std::array<std::uint8_t, 1>{});
    if (command.verb == Verb::process_id && manner_.proves) {
        base::Bytes answer{0x37, 0x22};
        answer.insert(answer.end(), parameters.end() - 4, parameters.end());
        if (manner_.proves_another) answer.back() ^= 1;
        answer.push_back(0);
        say(answer);
    }
    return true;
}

}  // namespace counterfoil::test
