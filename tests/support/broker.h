#pragma once

#include <string>
#include <vector>

#include "tests/support/test_till.h"
#include "tools/load/own_broker.h"

namespace counterfoil::test {

// A child of the test's, which must start.
class Program : public load::Child {
  public:
    Program(const std::vector<std::string>& words, std::filesystem::path output)
        : Child(Child::start(words, std::move(output)).value()) {}
};

// Runs a program to its end.
struct Ran {
    int status = -1;
    std::string output;
};
Ran run_program(const std::vector<std::string>& words);

// A mosquitto on loopback, as tools/broker makes and runs it, in a folder of its own. It ends with
// the test, and with the test's process.
class Broker {
  public:
    // Has certificates for a centre named "centre" and terminals named "T01" and "T02".
    Broker();

    // As it comes from mosquitto; before it is started.
    void have_no_limits() { broker_.have_no_limits(); }

    // Waits until it listens; on the port that it had before, if it had one.
    void start();
    // As a power cut does: -9.
    void kill() { broker_.kill(); }
    // It keeps its connections and answers nothing.
    void pause();
    void resume();

    std::uint16_t port() const { return broker_.port(); }
    std::filesystem::path authority() const { return broker_.authority(); }
    std::filesystem::path certificate(const std::string& name) const {
        return broker_.certificate(name);
    }
    std::filesystem::path key(const std::string& name) const { return broker_.key(name); }
    std::filesystem::path path(const std::string& name) const { return broker_.path(name); }

    // tools/broker COMMAND folder ARGUMENTS...
    void tool(const std::string& command, const std::vector<std::string>& arguments = {});
    // While it runs; until it goes by that.
    void revoke(const std::string& name);
    // What it has said so far.
    std::string log() const { return broker_.log(); }

  private:
    TemporaryFolder folder_;
    load::OwnBroker broker_{folder_ / "b"};
};

}  // namespace counterfoil::test
