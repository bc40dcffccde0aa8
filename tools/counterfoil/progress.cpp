#include "tools/counterfoil/progress.h"

#include <unistd.h>

#include <iostream>

namespace counterfoil::tool {

void show_progress(const char* doing, std::int64_t events) {
    if (::isatty(STDERR_FILENO) == 0) return;
    std::cerr << '\r' << doing << ' ' << events << " events" << std::flush;
}

void end_progress() {
    if (::isatty(STDERR_FILENO) == 0) return;
    std::cerr << "\r\033[K" << std::flush;
}

}  // namespace counterfoil::tool
