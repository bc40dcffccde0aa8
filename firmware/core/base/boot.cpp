#include "firmware/core/base/boot.h"

#include "firmware/core/base/file.h"

namespace counterfoil::base {

Result<Uuid> read_boot_id() {
    CF_LET(const std::string text, read_file("/proc/sys/kernel/random/boot_id", 64));
    return Uuid::parse(std::string_view(text).substr(0, text.find('\n')));
}

}  // namespace counterfoil::base
