#include "tests/support/simulated_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>

#include "firmware/core/base/check.h"

namespace counterfoil::test {

struct VfsHolder {
    sqlite3_vfs vfs{};
};

namespace {

constexpr std::size_t kSector = 512;

using Kind = SimulatedDisk::Step::Kind;

struct OpenFile {
    sqlite3_file base;
    SimulatedDisk* disk;
    SimulatedDisk::File* file;
};

OpenFile& opened(sqlite3_file* file) {
    return *reinterpret_cast<OpenFile*>(file);
}
SimulatedDisk& disk_of(sqlite3_vfs* vfs) {
    return *static_cast<SimulatedDisk*>(vfs->pAppData);
}
std::size_t size_of(std::int64_t size) {
    return static_cast<std::size_t>(size);
}
std::ptrdiff_t diff(std::int64_t offset) {
    return static_cast<std::ptrdiff_t>(offset);
}

void change_bytes(base::Bytes& bytes, const SimulatedDisk::Change& change) {
    if (change.truncates) {
        bytes.resize(size_of(change.offset));
        return;
    }
    const std::size_t end = size_of(change.offset) + change.bytes.size();
    if (bytes.size() < end) bytes.resize(end);
    std::ranges::copy(change.bytes, bytes.begin() + diff(change.offset));
}

int x_close(sqlite3_file* file) {
    OpenFile& open = opened(file);
    if (open.file->reserved_by == file) open.file->reserved_by = nullptr;
    return SQLITE_OK;
}

int x_read(sqlite3_file* file, void* out, int amount, sqlite3_int64 offset) {
    const base::Bytes& bytes = opened(file).file->visible;
    const auto wanted = static_cast<std::size_t>(amount);
    const std::size_t from = std::min(size_of(offset), bytes.size());
    const std::size_t got = std::min(wanted, bytes.size() - from);
    std::memset(out, 0, wanted);
    if (got > 0) std::memcpy(out, bytes.data() + from, got);
    return got == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int x_write(sqlite3_file* file, const void* data, int amount, sqlite3_int64 offset) {
    OpenFile& open = opened(file);
    const base::ByteView bytes(static_cast<const std::uint8_t*>(data), size_of(amount));
    return open.disk->noted(Kind::write, *open.file, open.disk->write(*open.file, offset, bytes));
}

int x_truncate(sqlite3_file* file, sqlite3_int64 size) {
    OpenFile& open = opened(file);
    return open.disk->noted(Kind::truncate, *open.file, open.disk->truncate(*open.file, size));
}

int x_sync(sqlite3_file* file, int) {
    OpenFile& open = opened(file);
    return open.disk->noted(Kind::sync, *open.file, open.disk->sync(*open.file));
}

int x_file_size(sqlite3_file* file, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(opened(file).file->visible.size());
    return SQLITE_OK;
}

int x_lock(sqlite3_file* file, int level) {
    const void*& holder = opened(file).file->reserved_by;
    if (level < SQLITE_LOCK_RESERVED) return SQLITE_OK;
    if (holder != nullptr && holder != file) return SQLITE_BUSY;
    holder = file;
    return SQLITE_OK;
}

int x_unlock(sqlite3_file* file, int) {
    const void*& holder = opened(file).file->reserved_by;
    if (holder == file) holder = nullptr;
    return SQLITE_OK;
}

int x_check_reserved_lock(sqlite3_file* file, int* reserved) {
    *reserved = opened(file).file->reserved_by != nullptr ? 1 : 0;
    return SQLITE_OK;
}

int x_file_control(sqlite3_file*, int, void*) {
    return SQLITE_NOTFOUND;
}
int x_sector_size(sqlite3_file*) {
    return 4096;
}
int x_device_characteristics(sqlite3_file*) {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int x_shm_map(sqlite3_file* file, int page, int page_size, int, void volatile** memory) {
    auto& pages = opened(file).file->shared_memory;
    while (pages.size() <= size_of(page))
        pages.push_back(std::make_unique<base::Bytes>(size_of(page_size)));
    *memory = pages[size_of(page)]->data();
    return SQLITE_OK;
}

int x_shm_lock(sqlite3_file*, int, int, int) {
    return SQLITE_OK;
}
void x_shm_barrier(sqlite3_file*) {}

int x_shm_unmap(sqlite3_file* file, int delete_it) {
    if (delete_it != 0) opened(file).file->shared_memory.clear();
    return SQLITE_OK;
}

constexpr sqlite3_io_methods kMethods{2,
                                      x_close,
                                      x_read,
                                      x_write,
                                      x_truncate,
                                      x_sync,
                                      x_file_size,
                                      x_lock,
                                      x_unlock,
                                      x_check_reserved_lock,
                                      x_file_control,
                                      x_sector_size,
                                      x_device_characteristics,
                                      x_shm_map,
                                      x_shm_lock,
                                      x_shm_barrier,
                                      x_shm_unmap,
                                      nullptr,
                                      nullptr};

int x_open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    SimulatedDisk& disk = disk_of(vfs);
    file->pMethods = nullptr;
    // A file of no name is one that nobody asks for again, and begins empty.
    const std::string path =
        name == nullptr ? "unnamed-" + std::to_string(reinterpret_cast<std::uintptr_t>(file))
                        : name;
    if (name == nullptr) disk.files().erase(path);
    const bool exists = disk.files().contains(path);
    if (!exists && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    OpenFile& open = opened(file);
    open.disk = &disk;
    open.file = &disk.files()[path];
    open.file->path = path;
    open.base.pMethods = &kMethods;
    if (out_flags != nullptr) *out_flags = flags;
    return SQLITE_OK;
}

int x_delete(sqlite3_vfs* vfs, const char* name, int) {
    if (!disk_of(vfs).is_dead()) disk_of(vfs).files().erase(name);
    return SQLITE_OK;
}

int x_access(sqlite3_vfs* vfs, const char* name, int, int* result) {
    *result = disk_of(vfs).files().contains(name) ? 1 : 0;
    return SQLITE_OK;
}

int x_full_pathname(sqlite3_vfs*, const char* name, int size, char* out) {
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
}

}  // namespace

SimulatedDisk::SimulatedDisk() : holder_(std::make_unique<VfsHolder>()) {
    sqlite3_vfs& vfs = holder_->vfs;
    // Randomness, sleep and time are the system's own.
    vfs = *sqlite3_vfs_find(nullptr);
    name_ = "simulated-" + std::to_string(reinterpret_cast<std::uintptr_t>(this));
    vfs.iVersion = 1;
    vfs.szOsFile = sizeof(OpenFile);
    vfs.pNext = nullptr;
    vfs.zName = name_.c_str();
    vfs.pAppData = this;
    vfs.xOpen = x_open;
    vfs.xDelete = x_delete;
    vfs.xAccess = x_access;
    vfs.xFullPathname = x_full_pathname;
    CF_CHECK(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
}

SimulatedDisk::~SimulatedDisk() {
    sqlite3_vfs_unregister(&holder_->vfs);
}

void SimulatedDisk::break_at(std::int64_t operation, DiskFault fault) {
    break_at_ = operations_ + operation;
    fault_ = fault;
    broke_ = false;
}

void SimulatedDisk::mend() {
    break_at_ = 0;
    dead_ = false;
    full_ = false;
}

int SimulatedDisk::noted(Step::Kind kind, const File& file, int code) {
    if (steps_ != nullptr) steps_->push_back({kind, file.path, code == SQLITE_OK});
    return code;
}

bool SimulatedDisk::breaks_now(bool is_sync) {
    if (dead_) return false;
    ++operations_;
    if (is_sync) ++syncs_;
    if (fault_ == DiskFault::lost_sync && break_at_ == operations_ && !is_sync) ++break_at_;
    if (operations_ != break_at_) return false;
    broke_ = true;
    dead_ = fault_ == DiskFault::crash || fault_ == DiskFault::torn_crash;
    full_ = fault_ == DiskFault::full;
    return true;
}

void SimulatedDisk::apply(File& file, const Change& change) {
    change_bytes(file.visible, change);
    file.unsynced.push_back(change);
}

int SimulatedDisk::write(File& file, std::int64_t offset, base::ByteView bytes) {
    const bool breaks = breaks_now(false);
    const bool half = fault_ == DiskFault::torn_crash || fault_ == DiskFault::short_write;
    if (breaks && half) {
        const auto part = bytes.first(bytes.size() / 2);
        apply(file, {offset, base::Bytes(part.begin(), part.end()), false});
    }
    const bool grows = size_of(offset) + bytes.size() > file.visible.size();
    if (full_ && (breaks || grows)) return SQLITE_FULL;
    if (dead_ || breaks) return SQLITE_IOERR_WRITE;
    apply(file, {offset, base::Bytes(bytes.begin(), bytes.end()), false});
    return SQLITE_OK;
}

int SimulatedDisk::truncate(File& file, std::int64_t size) {
    const bool breaks = breaks_now(false);
    if (dead_ || (breaks && fault_ != DiskFault::full)) return SQLITE_IOERR_TRUNCATE;
    apply(file, {size, {}, true});
    return SQLITE_OK;
}

int SimulatedDisk::sync(File& file) {
    const bool breaks = breaks_now(true);
    if (dead_) return SQLITE_IOERR_FSYNC;
    if (breaks && fault_ != DiskFault::full) {
        if (fault_ == DiskFault::lost_sync) file.unsynced.clear();
        return SQLITE_IOERR_FSYNC;
    }
    for (const Change& change : file.unsynced) change_bytes(file.durable, change);
    file.unsynced.clear();
    return SQLITE_OK;
}

namespace {

// A write as a power cut may leave it: some of its sectors.
void scatter(base::Bytes& bytes, const SimulatedDisk::Change& change, std::mt19937_64& random) {
    if (change.truncates) return change_bytes(bytes, change);
    for (std::size_t at = 0; at < change.bytes.size(); at += kSector) {
        if (random() % 4 == 0) continue;
        const std::size_t end = std::min(at + kSector, change.bytes.size());
        change_bytes(bytes,
                     {change.offset + static_cast<std::int64_t>(at),
                      base::Bytes(change.bytes.begin() + diff(static_cast<std::int64_t>(at)),
                                  change.bytes.begin() + diff(static_cast<std::int64_t>(end))),
                      false});
    }
}

void settle(SimulatedDisk::File& file, Survival survival, std::mt19937_64& random) {
    auto& changes = file.unsynced;
    if (survival == Survival::none) changes.clear();
    if (survival == Survival::prefix) changes.resize(random() % (changes.size() + 1));
    if (survival == Survival::scattered) {
        std::ranges::shuffle(changes, random);
        changes.resize(random() % (changes.size() + 1));
        for (const auto& change : changes) scatter(file.durable, change, random);
        changes.clear();
    }
    for (const auto& change : changes) change_bytes(file.durable, change);
    changes.clear();
}

}  // namespace

void SimulatedDisk::restart(Survival survival, std::mt19937_64& random) {
    for (auto& [name, file] : files_) {
        CF_CHECK(file.reserved_by == nullptr);
        file.shared_memory.clear();
        if (survival == Survival::all) continue;
        settle(file, survival, random);
        file.visible = file.durable;
    }
    mend();
}

base::Bytes& SimulatedDisk::contents(const std::string& path) {
    return files_[path].visible;
}

}  // namespace counterfoil::test
