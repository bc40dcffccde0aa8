#include "tests/support/broker.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <thread>

#include "firmware/core/base/descriptor.h"
#include "firmware/core/base/file.h"

namespace counterfoil::test {

namespace {

constexpr std::size_t kMaxOutput = 16UL << 20;

// Between fork and exec only what a signal handler may do is done: others' threads may hold locks.
pid_t start_program(const std::vector<std::string>& words, const std::filesystem::path& output) {
    std::vector<std::string> copies = words;
    std::vector<char*> arguments;
    for (std::string& word : copies) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const auto out = base::Descriptor::open(output, O_WRONLY | O_CREAT | O_APPEND, 0600);
    const auto in = base::Descriptor::open("/dev/null", O_RDONLY);
    CF_CHECK(out.ok() && in.ok());
    const pid_t process = ::fork();
    CF_CHECK(process >= 0);
    if (process > 0) return process;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(in.number(), STDIN_FILENO);
    ::dup2(out.number(), STDOUT_FILENO);
    ::dup2(out.number(), STDERR_FILENO);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

std::string text_in(const std::filesystem::path& path) {
    auto text = base::read_file(path, kMaxOutput);
    return text.ok() ? std::move(text).value() : "";
}

bool has_ended(pid_t process) {
    return ::waitpid(process, nullptr, WNOHANG) == process;
}

std::string tool_path() {
    return std::string(COUNTERFOIL_SOURCE_DIR) + "/tools/broker";
}

}  // namespace

Ran run_program(const std::vector<std::string>& words) {
    const TemporaryFolder folder;
    const pid_t process = start_program(words, folder / "output");
    int status = 0;
    CF_CHECK(::waitpid(process, &status, 0) == process);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_in(folder / "output")};
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
    CF_CHECK(process_ < 0);
    // A port that was free when it was chosen can be taken when it is wanted.
    for (int attempt = 0; attempt < 5; ++attempt) {
        process_ =
            start_program({tool_path(), "run", path("").string(), "--port", std::to_string(port_)},
                          folder_ / "log");
        while (!has_ended(process_)) {
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
    if (process_ < 0) return;
    CF_CHECK(::kill(process_, SIGKILL) == 0);
    CF_CHECK(::waitpid(process_, nullptr, 0) == process_);
    process_ = -1;
    std::error_code ignored;
    std::filesystem::remove(path("port"), ignored);
}

void Broker::pause() {
    CF_CHECK(process_ > 0 && ::kill(process_, SIGSTOP) == 0);
}

void Broker::resume() {
    CF_CHECK(process_ > 0 && ::kill(process_, SIGCONT) == 0);
}

void Broker::revoke(const std::string& name) {
    const std::size_t before = log().size();
    tool("revoke", {name});
    while (log().find("Reloading config", before) == std::string::npos) {
        CF_CHECK(process_ > 0 && !has_ended(process_));
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    // It says so just before it does so.
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

std::string Broker::log() const {
    return text_in(folder_ / "log");
}

}  // namespace counterfoil::test
