#include "firmware/core/sqlite/side_file.h"

#include <sqlite3.h>
#include <unistd.h>

#include <vector>

#include "firmware/core/sqlite/sqlite_error.h"

namespace counterfoil::sqlite {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {
constexpr std::size_t kHolderSize = 32;
}  // namespace

struct SideFile::State {
    // SQLite's VFS keeps a pointer to the name, and expects a second NUL behind it.
    std::string name;
    std::vector<std::max_align_t> memory;

    sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(memory.data()); }
    const sqlite3_io_methods& methods() { return *file()->pMethods; }

    Status check(int code) {
        if (code == SQLITE_OK) return {};
        return sqlite_error(code, name.c_str());
    }

    ~State() {
        if (!memory.empty() && file()->pMethods != nullptr) methods().xClose(file());
    }
};

SideFile::SideFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
SideFile::SideFile(SideFile&&) noexcept = default;
SideFile& SideFile::operator=(SideFile&&) noexcept = default;
SideFile::~SideFile() = default;

Result<SideFile> SideFile::open(const std::filesystem::path& path, const char* vfs_name,
                                Missing missing) {
    sqlite3_vfs* vfs = sqlite3_vfs_find(vfs_name);
    CF_CHECK(vfs != nullptr);
    auto state = std::make_unique<State>();
    state->name = path.string();
    state->name.append(2, '\0');
    const auto size = static_cast<std::size_t>(vfs->szOsFile);
    state->memory.resize(size / sizeof(std::max_align_t) + 1);
    // The kind "main database" is the one whose files SQLite's VFS can lock.
    int flags = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READWRITE;
    if (missing == Missing::make) flags |= SQLITE_OPEN_CREATE;
    int exists = 0;
    vfs->xAccess(vfs, state->name.c_str(), SQLITE_ACCESS_EXISTS, &exists);
    if (exists == 0 && missing == Missing::refuse)
        return Error(Code::not_found, path.string() + " is missing");
    int granted = 0;
    const int code = vfs->xOpen(vfs, state->name.c_str(), state->file(), flags, &granted);
    if (code != SQLITE_OK || (granted & SQLITE_OPEN_READONLY) != 0)
        return Error(Code::read_only, path.string() + " cannot be written");
    return SideFile(std::move(state));
}

Result<std::int64_t> SideFile::size() {
    sqlite3_int64 size = 0;
    CF_TRY(state_->check(state_->methods().xFileSize(state_->file(), &size)));
    return size;
}

Result<base::Bytes> SideFile::read(std::int64_t offset, std::size_t size) {
    base::Bytes bytes(size);
    const int code =
        state_->methods().xRead(state_->file(), bytes.data(), static_cast<int>(size), offset);
    if (code != SQLITE_IOERR_SHORT_READ) CF_TRY(state_->check(code));
    return bytes;
}

Status SideFile::write(std::int64_t offset, base::ByteView bytes) {
    return state_->check(state_->methods().xWrite(state_->file(), bytes.data(),
                                                  static_cast<int>(bytes.size()), offset));
}

Status SideFile::sync() {
    return state_->check(state_->methods().xSync(state_->file(), SQLITE_SYNC_FULL));
}

Status SideFile::claim() {
    for (int level : {SQLITE_LOCK_SHARED, SQLITE_LOCK_RESERVED})
        CF_TRY(state_->check(state_->methods().xLock(state_->file(), level)));
    return {};
}

Result<WriterClaim> WriterClaim::take(const std::filesystem::path& database, const char* vfs) {
    std::filesystem::path path = database;
    path += "-claim";
    CF_LET(SideFile file, SideFile::open(path, vfs, SideFile::Missing::make));
    const Status claimed = file.claim();
    if (!claimed.ok() && claimed.error().code() == Code::second_writer) {
        CF_LET(const base::Bytes holder, file.read(0, kHolderSize));
        return Error(Code::second_writer,
                     database.string() + " is being written by another process (" +
                         std::string(base::as_text(holder)).c_str() + "); only one may");
    }
    CF_TRY(claimed);
    std::string holder = "process " + std::to_string(::getpid());
    holder.resize(kHolderSize, '\0');
    CF_TRY(file.write(0, base::as_bytes(holder)));
    return WriterClaim(std::move(file));
}

}  // namespace counterfoil::sqlite
