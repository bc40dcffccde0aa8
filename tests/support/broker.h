#pragma once

#include <string>
#include <vector>

#include "tests/support/test_till.h"

namespace counterfoil::test {

// Runs a program to its end and gives what it wrote, on standard output and error together. Its
// standard input is empty.
struct Ran {
    int status = -1;  // -1 where it did not end by itself
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
    pid_t process_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace counterfoil::test
