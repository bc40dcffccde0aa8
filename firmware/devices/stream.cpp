#include "firmware/devices/stream.h"

#include <sys/stat.h>

#include <cerrno>

#include "firmware/core/base/file.h"

namespace counterfoil::devices {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Status;

Stream::Piece Stream::read(std::span<std::uint8_t> room) {
    CF_CHECK(!room.empty());
    const std::int64_t now_ms = clock_.steady_ms();
    if (!file_.ok()) {
        if (now_ms < due_ms_) return {};
        if (const Status opened = open(); !opened.ok()) {
            leave(opened.error().line());
            return {};
        }
    }
    ssize_t got = 0;
    do {
        got = ::read(file_.number(), room.data(), room.size());
    } while (got < 0 && errno == EINTR);
    const int error_number = errno;
    // A file that has given something may have more, and cannot be waited for.
    due_ms_ = got > 0 ? now_ms : now_ms + kRetryMs;
    if (got == 0) return at_end();
    if (got < 0 && error_number == EAGAIN) return {};
    if (got < 0) return leave(base::system_error(error_number, path_).line());
    read_bytes_ += got;
    return {Kind::bytes, static_cast<std::size_t>(got)};
}

Status Stream::open() {
    // A device that is a terminal must not become ours, and a FIFO without a writer must not hold
    // us up.
    Descriptor file = Descriptor::open(path_, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    struct stat about {};
    if (!file.ok() || ::fstat(file.number(), &about) != 0) return base::system_error(errno, path_);
    if (S_ISCHR(about.st_mode)) {
        kind_ = FileKind::device;
    } else if (S_ISFIFO(about.st_mode)) {
        kind_ = FileKind::fifo;
    } else if (S_ISREG(about.st_mode)) {
        kind_ = FileKind::regular;
    } else {
        return Error(Code::invalid_argument, path_.string() + " is no device, FIFO or file");
    }
    CF_TRY(setup_(file.number(), path_));
    file_ = std::move(file);
    read_bytes_ = 0;
    trouble_.clear();
    return {};
}

Stream::Piece Stream::at_end() {
    if (kind_ == FileKind::device) return leave(path_.string() + " was unplugged");
    if (kind_ == FileKind::regular && !is_replaced()) return {};
    // The last writer of a FIFO is gone. A descriptor that has seen that is reported as hung up
    // until the next writer comes, which a new one is not; what waits in the FIFO stays, because
    // the old one is closed only after the new one is open.
    if (const Status opened = open(); !opened.ok()) return leave(opened.error().line());
    return {Kind::broken_off, 0};
}

Stream::Piece Stream::leave(const std::string& trouble) {
    file_.reset();
    trouble_ = trouble;
    due_ms_ = clock_.steady_ms() + kRetryMs;
    return {Kind::broken_off, 0};
}

bool Stream::is_replaced() const {
    struct stat ours {};
    struct stat named {};
    if (::fstat(file_.number(), &ours) != 0 || ::stat(path_.c_str(), &named) != 0) return true;
    return ours.st_dev != named.st_dev || ours.st_ino != named.st_ino ||
           named.st_size < read_bytes_;
}

Status refuse_device(int descriptor, const std::filesystem::path& path) {
    struct stat about {};
    if (::fstat(descriptor, &about) != 0) return base::system_error(errno, path);
    if (!S_ISCHR(about.st_mode)) return {};
    return Error(Code::invalid_argument, path.string() + " is a device, no FIFO or file");
}

std::optional<std::int64_t> Stream::due_ms() const {
    if (file_.ok() && kind_ == FileKind::device) return {};
    return due_ms_;
}

}  // namespace counterfoil::devices
