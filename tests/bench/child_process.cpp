#include "tests/bench/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>

#include "firmware/core/base/check.h"

namespace counterfoil::bench {

ChildProcess::ChildProcess(std::vector<std::string> words) {
    std::array<int, 2> ends{};
    CF_CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0);
    printed_ = base::Descriptor(ends[0]);
    const base::Descriptor its_end(ends[1]);
    posix_spawn_file_actions_t actions;
    CF_CHECK(::posix_spawn_file_actions_init(&actions) == 0);
    CF_CHECK(::posix_spawn_file_actions_adddup2(&actions, its_end.number(), STDOUT_FILENO) == 0);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    CF_CHECK(::posix_spawn(&process_, arguments[0], &actions, nullptr, arguments.data(), environ) ==
             0);
    ::posix_spawn_file_actions_destroy(&actions);
}

ChildProcess::~ChildProcess() {
    ::kill(process_, SIGTERM);
    int status = 0;
    CF_CHECK(::waitpid(process_, &status, 0) == process_ && status == 0);
}

std::string ChildProcess::read_line() const {
    std::string line;
    for (char letter = 0; letter != '\n'; line += letter)
        CF_CHECK(::read(printed_.number(), &letter, 1) == 1);
    return line;
}

std::uint16_t ChildProcess::await_port() const {
    std::string line = read_line();
    while (!line.starts_with("listening: ")) line = read_line();
    std::uint16_t port = 0;
    const char* digits = line.data() + line.rfind(':') + 1;
    CF_CHECK(std::from_chars(digits, line.data() + line.size(), port).ec == std::errc());
    return port;
}

}  // namespace counterfoil::bench
