#pragma once

#include <optional>

#include "tools/load/child.h"

namespace counterfoil::load {

// A mosquitto on loopback, as tools/broker makes and runs it, in a folder. It ends with its owner.
class OwnBroker {
  public:
    // init() makes the folder.
    explicit OwnBroker(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // With certificates for a centre named "centre", and these terminals.
    base::Status init(std::vector<std::string> terminals = {});
    // tools/broker COMMAND folder ARGUMENTS... to its end; refused with what it said.
    base::Status tool(const std::string& command, const std::vector<std::string>& arguments = {});

    // As it comes from mosquitto; before it is started.
    void have_no_limits() { limits_ = "none"; }
    // What else tools/broker run is told, from the next start on.
    void be_told(std::vector<std::string> words) { told_ = std::move(words); }

    // Waits until it listens; on the port that it had before, if it had one.
    base::Status start();
    // As a power cut does: -9.
    void kill();
    // It must have been started.
    void signal(int number) const;
    bool has_ended() { return !program_ || program_->has_ended(); }
    Usage usage() const { return program_ ? program_->usage() : Usage{}; }

    std::uint16_t port() const { return port_; }
    std::filesystem::path path(const std::string& name) const { return folder_ / name; }
    std::filesystem::path authority() const { return path("ca.pem"); }
    std::filesystem::path certificate(const std::string& name) const {
        return path("clients/" + name + ".pem");
    }
    std::filesystem::path key(const std::string& name) const {
        return path("clients/" + name + ".key");
    }
    // What it has said so far, all its runs.
    std::string log() const;

  private:
    // Whether it listens before it ends.
    bool becomes_ready();
    std::filesystem::path beside(const std::string& end) const;

    std::filesystem::path folder_;
    std::optional<Child> program_;
    std::uint16_t port_ = 0;
    std::string limits_ = COUNTERFOIL_BROKER_LIMITS;
    std::vector<std::string> told_;
};

}  // namespace counterfoil::load
