#include "tools/counterfoil/progress.h"

#include <unistd.h>

#include <iostream>

namespace counterfoil::tool {

void show_progress(const char* doing, std::int64_t count, const char* of_what) {
    if (::isatty(STDERR_FILENO) == 0) return;
    std::cerr << '\r' << doing << ' ' << count << ' ' << of_what << "\033[K" << std::flush;
}

void end_progress() {
    if (::isatty(STDERR_FILENO) == 0) return;
    std::cerr << "\r\033[K" << std::flush;
}

}  // namespace counterfoil::tool
