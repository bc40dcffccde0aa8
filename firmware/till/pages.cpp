#include "firmware/till/pages.h"

namespace counterfoil::till {

namespace fs = std::filesystem;

std::optional<fs::path> find_pages(const std::optional<fs::path>& named, const fs::path& program) {
    if (named) return named;
    if (program.empty()) return {};
    const fs::path beside = program.parent_path().parent_path();
    for (const fs::path& folder : {beside / "share/counterfoil/kiosk", beside / "kiosk"}) {
        std::error_code fault;
        if (fs::is_directory(folder, fault)) return folder;
    }
    return {};
}

fs::path this_program() {
    std::error_code fault;
    return fs::read_symlink("/proc/self/exe", fault);
}

}  // namespace counterfoil::till
