#include "tools/load/child.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <utility>

#include "firmware/core/base/descriptor.h"
#include "firmware/core/base/file.h"

namespace counterfoil::load {

using base::Result;

namespace {

constexpr std::size_t kMaxOutput = 16UL << 20;

// "pid (name) state ..." with the times of user and system, in ticks, as fields 14 and 15.
double processor_seconds(const std::string& folder) {
    std::ifstream in(folder + "/stat");
    std::string line;
    std::getline(in, line);
    const auto name_end = line.rfind(')');
    if (name_end == std::string::npos) return 0;
    std::istringstream rest(line.substr(name_end + 1));
    std::string passed;
    constexpr int kFieldsBetween = 11;
    for (int i = 0; i < kFieldsBetween; ++i) rest >> passed;
    double user = 0;
    double system = 0;
    rest >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double resident_megabytes(const std::string& folder) {
    std::ifstream in(folder + "/statm");
    double total = 0;
    double resident = 0;
    in >> total >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

Usage usage_in(const std::string& folder) {
    return {processor_seconds(folder), resident_megabytes(folder)};
}

}  // namespace

// Between fork and exec only what a signal handler may do is done: others' threads may hold locks.
Result<Child> Child::start(const std::vector<std::string>& words, std::filesystem::path output) {
    CF_CHECK(!words.empty());
    std::vector<std::string> copies = words;
    std::vector<char*> arguments;
    for (std::string& word : copies) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const auto out = base::Descriptor::open(output, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (!out.ok()) return base::system_error(errno, output);
    const auto in = base::Descriptor::open("/dev/null", O_RDONLY);
    if (!in.ok()) return base::system_error(errno, "/dev/null");
    const pid_t process = ::fork();
    if (process < 0) return base::system_error(errno, words.front());
    if (process > 0) return Child(std::move(output), process);
    // What the parent waits for itself would not end the child otherwise.
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(in.number(), STDIN_FILENO);
    ::dup2(out.number(), STDOUT_FILENO);
    ::dup2(out.number(), STDERR_FILENO);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

Child::Child(Child&& other) noexcept
    : output_(std::move(other.output_)),
      process_(std::exchange(other.process_, -1)),
      status_(other.status_) {}

bool Child::has_ended() {
    if (process_ > 0 && ::waitpid(process_, &status_, WNOHANG) == process_) process_ = -1;
    return process_ < 0;
}

int Child::wait() {
    while (process_ > 0) {
        if (::waitpid(process_, &status_, 0) == process_) process_ = -1;
        // A signal to us is no end of it.
        else
            CF_CHECK(errno == EINTR);
    }
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1;
}

void Child::kill() {
    if (process_ > 0) signal(SIGKILL);
    wait();
}

void Child::signal(int number) const {
    CF_CHECK(process_ > 0 && ::kill(process_, number) == 0);
}

std::string Child::output() const {
    auto text = base::read_file(output_, kMaxOutput);
    return text.ok() ? std::move(text).value() : "";
}

Usage Child::usage() const {
    return process_ > 0 ? usage_in("/proc/" + std::to_string(process_)) : Usage{};
}

Usage own_usage() {
    return usage_in("/proc/self");
}

}  // namespace counterfoil::load
