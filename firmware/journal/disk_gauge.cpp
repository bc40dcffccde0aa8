#include "firmware/journal/disk_gauge.h"

#include <sys/statvfs.h>

#include <cerrno>

#include "firmware/core/base/file.h"

namespace counterfoil::journal {

base::Result<int> FileSystemGauge::used_permille() const {
    struct statvfs about {};
    if (::statvfs(folder_.c_str(), &about) != 0) return base::system_error(errno, folder_);
    if (about.f_blocks == 0) return 0;
    // Blocks kept back for the superuser count as used: the till cannot have them.
    return static_cast<int>((about.f_blocks - about.f_bavail) * 1000 / about.f_blocks);
}

base::Result<std::int64_t> FileSystemGauge::free_bytes() const {
    struct statvfs about {};
    if (::statvfs(folder_.c_str(), &about) != 0) return base::system_error(errno, folder_);
    return static_cast<std::int64_t>(about.f_bavail * about.f_frsize);
}

DiskLevel disk_level(int used_permille) {
    if (used_permille >= 950) return DiskLevel::stop;
    if (used_permille >= 850) return DiskLevel::nearly_full;
    if (used_permille >= 700) return DiskLevel::filling;
    return DiskLevel::plenty;
}

}  // namespace counterfoil::journal
