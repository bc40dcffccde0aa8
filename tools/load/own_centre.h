#pragma once

#include <map>
#include <optional>

#include "daemon/link/settings.h"
#include "firmware/core/crypto/signature.h"
#include "tools/load/own_broker.h"

namespace counterfoil::load {

// A counterfoil-aggregator of one's own, the one beside this program, in a folder. It ends with its
// owner.
class OwnCentre {
  public:
    // Its store is a file in the folder or, where one is named, a PostgreSQL database.
    OwnCentre(std::filesystem::path folder, std::string postgres)
        : folder_(std::move(folder)), postgres_(std::move(postgres)) {}

    // Makes the folder, and the terminals with these certificates known.
    base::Status provision(const std::vector<std::filesystem::path>& certificates);
    // What it signs its answers with.
    base::Result<crypto::PublicKey> key() const;

    // Returns when it is connected to the broker, which has to have a certificate for it.
    base::Status start(const OwnBroker& broker, link::Protocol protocol);
    bool has_ended() { return !program_ || program_->has_ended(); }
    // As a power cut does: -9.
    void kill() { program_->kill(); }
    // As an operator does, and waits for its end.
    base::Status stop();
    Usage usage() const { return program_ ? program_->usage() : Usage{}; }
    // What it has said so far.
    std::string log() const { return program_ ? program_->output() : ""; }

    // Its figures by their names, without the "counterfoil_" before them.
    using Metrics = std::map<std::string, std::int64_t>;
    base::Result<Metrics> metrics() const;

  private:
    base::Status await_start();

    std::filesystem::path folder_;
    std::string postgres_;
    std::optional<Child> program_;
    std::uint16_t port_ = 0;
};

}  // namespace counterfoil::load
