#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

namespace counterfoil::base {

// A file descriptor with one owner, closed with it.
class Descriptor {
  public:
    Descriptor() = default;
    // Takes what open() and its like returned: a descriptor, or below 0 for none.
    explicit Descriptor(int number) : number_(number < 0 ? -1 : number) {}
    ~Descriptor() { reset(); }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this != &other) {
            reset();
            number_ = std::exchange(other.number_, -1);
        }
        return *this;
    }

    // Closed when another program is started; not ok() where errno says why.
    static Descriptor open(const std::filesystem::path& path, int flags, mode_t mode = 0) {
        return Descriptor(::open(path.c_str(), flags | O_CLOEXEC, mode));
    }

    bool ok() const { return number_ >= 0; }
    int number() const { return number_; }
    void reset() {
        if (number_ >= 0) ::close(std::exchange(number_, -1));
    }

  private:
    int number_ = -1;
};

}  // namespace counterfoil::base
