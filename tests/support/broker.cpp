#include "tests/support/broker.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iterator>
#include <thread>

#include "firmware/core/base/descriptor.h"
#include "firmware/core/base/file.h"

namespace counterfoil::test {

namespace {

constexpr std::size_t kMaxOutput = 16UL << 20;

std::string text_in(const std::filesystem::path& path) {
    auto text = base::read_file(path, kMaxOutput);
    return text.ok() ? std::move(text).value() : "";
}

std::string tool_path() {
    return std::string(COUNTERFOIL_SOURCE_DIR) + "/tools/broker";
}

}  // namespace

// Between fork and exec only what a signal handler may do is done: others' threads may hold locks.
Program::Program(const std::vector<std::string>& words, std::filesystem::path output)
    : output_(std::move(output)) {
    std::vector<std::string> copies = words;
    std::vector<char*> arguments;
    for (std::string& word : copies) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const auto out = base::Descriptor::open(output_, O_WRONLY | O_CREAT | O_APPEND, 0600);
    const auto in = base::Descriptor::open("/dev/null", O_RDONLY);
    CF_CHECK(out.ok() && in.ok());
    process_ = ::fork();
    CF_CHECK(process_ >= 0);
    if (process_ > 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(in.number(), STDIN_FILENO);
    ::dup2(out.number(), STDOUT_FILENO);
    ::dup2(out.number(), STDERR_FILENO);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

bool Program::has_ended() {
    if (process_ > 0 && ::waitpid(process_, &status_, WNOHANG) == process_) process_ = -1;
    return process_ < 0;
}

int Program::wait() {
    if (process_ > 0) CF_CHECK(::waitpid(process_, &status_, 0) == process_);
    process_ = -1;
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1;
}

void Program::kill() {
    if (process_ > 0) signal(SIGKILL);
    wait();
}

void Program::signal(int number) const {
    CF_CHECK(process_ > 0 && ::kill(process_, number) == 0);
}

std::string Program::output() const {
    return text_in(output_);
}

Ran run_program(const std::vector<std::string>& words) {
    const TemporaryFolder folder;
    Program program(words, folder / "output");
    const int status = program.wait();
    return {status, program.output()};
}

Broker::Broker() {
    tool("init", {"--centre", "centre", "--terminal", "T01", "T02"});
}

void Broker::tool(const std::string& command, std::vector<std::string> arguments) {
    std::vector<std::string> words = {tool_path(), command, path("").string()};
    std::move(arguments.begin(), arguments.end(), std::back_inserter(words));
    const Ran ran = run_program(words);
    if (ran.status != 0) std::fputs(ran.output.c_str(), stderr);
    CF_CHECK(ran.status == 0);
}

void Broker::start() {
    CF_CHECK(!program_);
    // A port that was free when it was chosen can be taken when it is wanted.
    for (int attempt = 0; attempt < 5; ++attempt) {
        program_.emplace(std::vector<std::string>{tool_path(), "run", path("").string(), "--port",
                                                  std::to_string(port_)},
                         folder_ / "log");
        while (!program_->has_ended()) {
            const std::string port = text_in(path("port"));
            if (!port.empty()) {
                std::from_chars(port.data(), port.data() + port.size(), port_);
                return;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    std::fputs(log().c_str(), stderr);
    CF_CHECK(false);
}

void Broker::kill() {
    program_.reset();
    std::error_code ignored;
    std::filesystem::remove(path("port"), ignored);
}

void Broker::pause() {
    CF_CHECK(program_);
    program_->signal(SIGSTOP);
}

void Broker::resume() {
    CF_CHECK(program_);
    program_->signal(SIGCONT);
}

void Broker::revoke(const std::string& name) {
    const std::size_t before = log().size();
    tool("revoke", {name});
    while (log().find("Reloading config", before) == std::string::npos) {
        CF_CHECK(program_ && !program_->has_ended());
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    // It says so just before it does so.
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

std::string Broker::log() const {
    return text_in(folder_ / "log");
}

}  // namespace counterfoil::test
