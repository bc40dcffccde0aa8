#include "firmware/devices/video_device.h"

#include <sys/ioctl.h>
#include <sys/mman.h>

#include <cerrno>

#include "firmware/core/base/file.h"

namespace counterfoil::devices {

base::Status LinuxVideoDevice::open(const std::filesystem::path& path) {
    close();
    path_ = path;
    file_ = base::Descriptor::open(path, O_RDWR | O_NONBLOCK);
    if (!file_.ok()) return base::system_error(errno, path_);
    return {};
}

void LinuxVideoDevice::close() {
    unmap();
    file_.reset();
}

int LinuxVideoDevice::control(unsigned long request, void* argument) {
    int done = 0;
    do {
        done = ::ioctl(file_.number(), request, argument);
    } while (done != 0 && errno == EINTR);
    return done == 0 ? 0 : errno;
}

base::Result<base::ByteView> LinuxVideoDevice::map(std::size_t size, std::int64_t offset) {
    // The driver refuses a mapping of another kind than it offers, also one that cannot be written.
    void* address =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file_.number(), offset);
    if (address == MAP_FAILED) return base::system_error(errno, path_);
    mappings_.push_back({address, size});
    return base::ByteView(static_cast<const std::uint8_t*>(address), size);
}

void LinuxVideoDevice::unmap() {
    for (const Mapping& mapping : mappings_) ::munmap(mapping.address, mapping.size);
    mappings_.clear();
}

}  // namespace counterfoil::devices
