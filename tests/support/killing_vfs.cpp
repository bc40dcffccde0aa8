#include "tests/support/killing_vfs.h"

#include <sqlite3.h>
#include <unistd.h>

#include <csignal>
#include <new>

#include "firmware/core/base/check.h"

namespace counterfoil::test {
namespace {

struct Plan {
    std::int64_t operations = 0;
    std::int64_t kill_at = 0;
    KillMoment moment = KillMoment::before;
};
Plan plan;

struct Wrapped {
    sqlite3_file base;
    sqlite3_file* real;  // right behind this struct, in the memory that SQLite gave
};

sqlite3_vfs& system_vfs() {
    return *sqlite3_vfs_find("unix");
}
sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<Wrapped*>(file)->real;
}
const sqlite3_io_methods& methods(sqlite3_file* file) {
    return *real(file)->pMethods;
}

void die() {
    ::kill(::getpid(), SIGKILL);
    for (;;) ::pause();
}

// Runs the operation with the process killed before or after it, when its turn has come.
template <class Operation>
int counted(Operation operation) {
    const bool chosen = ++plan.operations == plan.kill_at;
    if (chosen && plan.moment != KillMoment::after) die();
    const int code = operation();
    if (chosen) die();
    return code;
}

int x_close(sqlite3_file* file) {
    return methods(file).xClose(real(file));
}
int x_read(sqlite3_file* file, void* out, int amount, sqlite3_int64 offset) {
    return methods(file).xRead(real(file), out, amount, offset);
}
int x_write(sqlite3_file* file, const void* data, int amount, sqlite3_int64 offset) {
    const bool halfway = plan.moment == KillMoment::halfway;
    if (halfway && plan.operations + 1 == plan.kill_at)
        methods(file).xWrite(real(file), data, amount / 2, offset);
    return counted([&] { return methods(file).xWrite(real(file), data, amount, offset); });
}
int x_truncate(sqlite3_file* file, sqlite3_int64 size) {
    return counted([&] { return methods(file).xTruncate(real(file), size); });
}
int x_sync(sqlite3_file* file, int flags) {
    return counted([&] { return methods(file).xSync(real(file), flags); });
}
int x_file_size(sqlite3_file* file, sqlite3_int64* size) {
    return methods(file).xFileSize(real(file), size);
}
int x_lock(sqlite3_file* file, int level) {
    return methods(file).xLock(real(file), level);
}
int x_unlock(sqlite3_file* file, int level) {
    return methods(file).xUnlock(real(file), level);
}
int x_check_reserved_lock(sqlite3_file* file, int* result) {
    return methods(file).xCheckReservedLock(real(file), result);
}
int x_file_control(sqlite3_file* file, int operation, void* argument) {
    return methods(file).xFileControl(real(file), operation, argument);
}
int x_sector_size(sqlite3_file* file) {
    return methods(file).xSectorSize(real(file));
}
int x_device_characteristics(sqlite3_file* file) {
    return methods(file).xDeviceCharacteristics(real(file));
}
int x_shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
    return methods(file).xShmMap(real(file), page, size, extend, memory);
}
int x_shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    return methods(file).xShmLock(real(file), offset, count, flags);
}
void x_shm_barrier(sqlite3_file* file) {
    methods(file).xShmBarrier(real(file));
}
int x_shm_unmap(sqlite3_file* file, int remove) {
    return methods(file).xShmUnmap(real(file), remove);
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

int x_open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    auto* wrapped = new (file) Wrapped{};
    wrapped->real = reinterpret_cast<sqlite3_file*>(wrapped + 1);
    const int code = system_vfs().xOpen(&system_vfs(), name, wrapped->real, flags, out_flags);
    if (code == SQLITE_OK) wrapped->base.pMethods = &kMethods;
    return code;
}

sqlite3_vfs make_vfs() {
    sqlite3_vfs vfs = system_vfs();
    vfs.zName = kKillingVfs;
    vfs.pNext = nullptr;
    vfs.szOsFile += static_cast<int>(sizeof(Wrapped));
    vfs.xOpen = x_open;
    return vfs;
}

}  // namespace

void kill_at(std::int64_t operation, KillMoment moment) {
    static sqlite3_vfs vfs = make_vfs();
    if (sqlite3_vfs_find(kKillingVfs) == nullptr)
        CF_CHECK(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
    plan = Plan{0, operation, moment};
}

std::int64_t killing_vfs_operations() {
    return plan.operations;
}

}  // namespace counterfoil::test
