#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/support/test_till.h"

namespace counterfoil::test {

// A program that runs meanwhile, without input; what it says, on standard output and error
// together, goes into a file. It is killed at the end, also if the test's process is.
class Program {
  public:
    Program(const std::vector<std::string>& words, std::filesystem::path output);
    ~Program() { kill(); }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    bool has_ended();
    // Waits for its end: its exit status, or -1 where a signal ended it.
    int wait();
    void kill();
    void signal(int number) const;
    std::string output() const;

  private:
    std::filesystem::path output_;
    pid_t process_ = -1;
    int status_ = 0;
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
    ~Broker() { kill(); }
    Broker(const Broker&) = delete;
    Broker& operator=(const Broker&) = delete;

    // Waits until it listens; on the port that it had before, if it had one.
    void start();
    // As a power cut does: -9.
    void kill();
    // It keeps its connections and answers nothing.
    void pause();
    void resume();

    std::uint16_t port() const { return port_; }
    const TemporaryFolder& folder() const { return folder_; }
    std::filesystem::path authority() const { return path("ca.pem"); }
    std::filesystem::path certificate(const std::string& name) const {
        return path("clients/" + name + ".pem");
    }
    std::filesystem::path key(const std::string& name) const {
        return path("clients/" + name + ".key");
    }
    std::filesystem::path path(const std::string& name) const { return folder_ / ("b/" + name); }

    // tools/broker COMMAND folder ARGUMENTS...
    void tool(const std::string& command, std::vector<std::string> arguments = {});
    // While it runs; until it goes by that.
    void revoke(const std::string& name);
    // What it has said so far.
    std::string log() const;

  private:
    TemporaryFolder folder_;
    std::optional<Program> program_;
    std::uint16_t port_ = 0;
};

}  // namespace counterfoil::test
