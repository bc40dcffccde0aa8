#include "tools/counterfoil/pin.h"

#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "firmware/core/base/file.h"

namespace counterfoil::tool {
namespace {

// What is typed is not shown until this ends.
class Unseen {
  public:
    Unseen() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        termios unseen = before_;
        unseen.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        is_terminal_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen) == 0;
        if (is_terminal_) std::cerr << "PIN: " << std::flush;
    }
    ~Unseen() {
        if (!is_terminal_) return;
        std::cerr << '\n';
        [[maybe_unused]] const int set = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    Unseen(const Unseen&) = delete;
    Unseen& operator=(const Unseen&) = delete;

  private:
    termios before_{};
    bool is_terminal_ = false;
};

}  // namespace

base::Result<std::string> read_pin(const std::string& file) {
    constexpr std::size_t kMaxPinFile = 256;
    std::string pin;
    if (file.empty()) {
        const Unseen unseen;
        std::getline(std::cin, pin);
    } else {
        CF_LET(pin, base::read_file(file, kMaxPinFile));
    }
    pin.resize(std::min(pin.find_first_of("\r\n"), pin.size()));
    return pin;
}

}  // namespace counterfoil::tool
