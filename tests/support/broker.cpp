#include "tests/support/broker.h"

#include <signal.h>

#include <cstdio>
#include <thread>

namespace counterfoil::test {

namespace {

void must(const base::Status& status) {
    if (!status.ok()) std::fputs((status.error().line() + "\n").c_str(), stderr);
    CF_CHECK(status.ok());
}

}  // namespace

Ran run_program(const std::vector<std::string>& words) {
    const TemporaryFolder folder;
    Program program(words, folder / "output");
    const int status = program.wait();
    return {status, program.output()};
}

Broker::Broker() {
    must(broker_.init({"T01", "T02"}));
}

void Broker::tool(const std::string& command, const std::vector<std::string>& arguments) {
    must(broker_.tool(command, arguments));
}

void Broker::start() {
    must(broker_.start());
}

void Broker::pause() {
    broker_.signal(SIGSTOP);
}

void Broker::resume() {
    broker_.signal(SIGCONT);
}

void Broker::revoke(const std::string& name) {
    const std::size_t before = log().size();
    tool("revoke", {name});
    while (log().find("Reloading config", before) == std::string::npos) {
        CF_CHECK(!broker_.has_ended());
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    // It says so just before it does so.
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

}  // namespace counterfoil::test
