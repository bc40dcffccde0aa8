#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/core/base/descriptor.h"

namespace counterfoil::bench {

// A program in a process of its own: asked to end, and waited for, when this goes. One that ends
// otherwise than well ends the benchmark.
class ChildProcess {
  public:
    explicit ChildProcess(std::vector<std::string> words);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    // What it prints next.
    std::string read_line() const;
    // The port in its "listening: http://127.0.0.1:8080/", behind whatever else it prints.
    std::uint16_t await_port() const;
    pid_t id() const { return process_; }

  private:
    pid_t process_ = -1;
    base::Descriptor printed_;
};

}  // namespace counterfoil::bench
