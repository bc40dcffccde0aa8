#pragma once

#include <filesystem>

namespace counterfoil::sync {

// Whether this machine has a network at all: an interface besides its own loopback that is up.
class Network {
  public:
    // As the kernel tells it.
    static constexpr const char* kOfKernel = "/sys/class/net";

    explicit Network(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // Where nothing can be told, nothing is wrong.
    bool is_up() const;

  private:
    std::filesystem::path folder_;
};

// "localhost", 127.0.0.1 and their like, which need no network.
bool is_loopback(const std::string& host);

}  // namespace counterfoil::sync
