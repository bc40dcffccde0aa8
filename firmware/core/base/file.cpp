#include "firmware/core/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "firmware/core/base/descriptor.h"

namespace counterfoil::base {
namespace {

bool write_all(int descriptor, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

Status write_and_sync(const std::filesystem::path& path, std::string_view content, mode_t mode) {
    const Descriptor file = Descriptor::open(path, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (!file.ok()) return system_error(errno, path);
    // Whatever the umask says: the readers were chosen by the caller.
    if (::fchmod(file.number(), mode) != 0) return system_error(errno, path);
    if (!write_all(file.number(), content) || ::fsync(file.number()) != 0)
        return system_error(errno, path);
    return {};
}

Status sync_folder(const std::filesystem::path& path) {
    const Descriptor folder = Descriptor::open(path, O_RDONLY | O_DIRECTORY);
    if (!folder.ok() || ::fsync(folder.number()) != 0) return system_error(errno, path);
    return {};
}

Code code_of(int error_number) {
    switch (error_number) {
        case EACCES:
        case EPERM:
            return Code::permission_denied;
        case EROFS:
            return Code::read_only;
        case ENOSPC:
        case EDQUOT:
            return Code::disk_full;
        case ENOENT:
        case ENOTDIR:
            return Code::not_found;
        case EEXIST:
            return Code::already_exists;
        case EISDIR:
            return Code::invalid_argument;
        default:
            return Code::io_failed;
    }
}

}  // namespace

Error system_error(int error_number, const std::filesystem::path& path) {
    return Error(code_of(error_number),
                 path.string() + ": " + std::generic_category().message(error_number));
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
    // A pipe without a writer must not hold us up before we see that it is no regular file.
    const Descriptor file = Descriptor::open(path, O_RDONLY | O_NONBLOCK);
    struct stat about {};
    if (!file.ok() || ::fstat(file.number(), &about) != 0) return system_error(errno, path);
    if (!S_ISREG(about.st_mode))
        return Error(Code::invalid_argument, path.string() + " is not a regular file");
    std::string content;
    std::string piece(64 << 10, '\0');
    for (;;) {
        const ssize_t got = ::read(file.number(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error(errno, path);
        if (got == 0) return content;
        content.append(piece, 0, static_cast<std::size_t>(got));
        if (content.size() > max_bytes)
            return Error(Code::too_large, path.string() + " is over " + std::to_string(max_bytes) +
                                              " bytes, too large to be what it should be");
    }
}

namespace {

// Writes the file beside its place, and lets `put` bring it there.
template <class Put>
Status write_beside(const std::filesystem::path& path, std::string_view content, Readers readers,
                    Put put) {
    std::filesystem::path beside = path;
    beside += ".new";
    // What an earlier, interrupted call left behind was never in place and is worth nothing.
    ::unlink(beside.c_str());
    Status done = write_and_sync(beside, content, readers == Readers::owner_only ? 0600 : 0644);
    if (done.ok() && put(beside.c_str(), path.c_str()) != 0) done = system_error(errno, path);
    ::unlink(beside.c_str());
    CF_TRY(done);
    return sync_folder(path.has_parent_path() ? path.parent_path() : ".");
}

}  // namespace

Status create_file(const std::filesystem::path& path, std::string_view content, Readers readers) {
    // link() instead of rename(): it refuses to replace what is there.
    return write_beside(path, content, readers, ::link);
}

Status replace_file(const std::filesystem::path& path, std::string_view content, Readers readers) {
    return write_beside(path, content, readers, ::rename);
}

Status name_file(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (::link(from.c_str(), to.c_str()) != 0) return system_error(errno, to);
    ::unlink(from.c_str());
    return sync_folder(to.has_parent_path() ? to.parent_path() : ".");
}

Status check_owner_only(const std::filesystem::path& path) {
    struct stat about {};
    if (::stat(path.c_str(), &about) != 0) return system_error(errno, path);
    if ((about.st_mode & (S_IRWXG | S_IRWXO)) == 0) return {};
    return Error(Code::key_exposed, path.string() +
                                        " can be used by others on this machine; run chmod 600 on "
                                        "it, and replace the key if anyone may have read it");
}

}  // namespace counterfoil::base
