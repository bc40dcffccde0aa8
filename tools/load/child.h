#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "firmware/core/base/result.h"

namespace counterfoil::load {

// What a process has used until now.
struct Usage {
    double processor_s = 0;
    double resident_mb = 0;
};

// A program that runs meanwhile, without input; what it says, on standard output and error
// together, goes into a file. It is killed with its owner, and when the thread that started it
// ends, also if that was killed itself.
class Child {
  public:
    // Words that name no program are told by an end with 127.
    static base::Result<Child> start(const std::vector<std::string>& words,
                                     std::filesystem::path output);
    ~Child() { kill(); }
    Child(Child&& other) noexcept;
    Child& operator=(Child&&) = delete;

    bool has_ended();
    // Waits for its end: its exit status, or -1 where a signal ended it.
    int wait();
    void kill();
    // It must not have been waited for.
    void signal(int number) const;
    // While it runs.
    pid_t process() const { return process_; }
    // The first 16 MB of what it has said.
    std::string output() const;
    // Zeros where it has ended.
    Usage usage() const;

  private:
    Child(std::filesystem::path output, pid_t process)
        : output_(std::move(output)), process_(process) {}

    std::filesystem::path output_;
    pid_t process_ = -1;
    int status_ = 0;
};

// Of the process that asks.
Usage own_usage();

}  // namespace counterfoil::load
