#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "firmware/core/base/bytes.h"

namespace counterfoil::test {

// What happens at the chosen operation.
enum class DiskFault {
    crash,        // the machine stops: this and every later operation has no effect
    torn_crash,   // the same, but a write is cut off somewhere in the middle
    io_error,     // the operation fails once
    lost_sync,    // the first sync from here on fails and forgets what it should have kept, as
                  // Linux does: reads still show it, the disk never gets it
    short_write,  // the first half is written, then the operation fails
    full,         // no room: this and every later write that makes a file longer fails
};

// What becomes of writes that were not synced when the power went.
enum class Survival {
    all,       // kill -9: the operating system lives on and has them all
    none,      //
    prefix,    // up to some moment
    scattered  // any of them, in any order, each cut into sectors of which any survive
};

// A disk in memory, as an SQLite VFS, that can be told to break at an exact operation. One
// connection a file; names are durable as soon as they are made. It counts and breaks what changes
// a file: writes, truncations and syncs.
class SimulatedDisk {
  public:
    // Registered under a name of its own for as long as it lives.
    SimulatedDisk();
    ~SimulatedDisk();
    SimulatedDisk(const SimulatedDisk&) = delete;
    SimulatedDisk& operator=(const SimulatedDisk&) = delete;

    const char* vfs() const { return name_.c_str(); }

    // Operations so far, and how many of them were syncs.
    std::int64_t operations() const { return operations_; }
    std::int64_t syncs() const { return syncs_; }
    // Breaks the n-th operation from now on; 1 is the next.
    void break_at(std::int64_t operation, DiskFault fault);
    // Whether the chosen operation was reached.
    bool broke() const { return broke_; }
    void mend();
    // The process or the machine stops here, between two operations.
    void stop() { dead_ = true; }
    // After a crash, until the restart: nothing reaches the files any more.
    bool is_dead() const { return dead_; }

    // The machine starts again: nobody holds a lock, unsynced writes have become what `survival`
    // says, and faults are gone. Every connection must be closed.
    void restart(Survival survival, std::mt19937_64& random);

    // What is done to files from here on is noted, in order; null: no more. A step that broke is
    // not done, whatever came of it.
    struct Step {
        enum class Kind { write, truncate, sync };
        Kind kind = Kind::write;
        std::string path;
        bool is_done = false;
    };
    void note_steps(std::vector<Step>* steps) { steps_ = steps; }

    // A file's bytes as a reader sees them; for planting damage.
    base::Bytes& contents(const std::string& path);

    // For the VFS's own functions.
    struct Change {
        std::int64_t offset = 0;
        base::Bytes bytes;
        bool truncates = false;  // to `offset`
    };
    struct File {
        std::string path;
        base::Bytes visible;
        base::Bytes durable;
        std::vector<Change> unsynced;
        const void* reserved_by = nullptr;
        std::vector<std::unique_ptr<base::Bytes>> shared_memory;
    };
    int write(File& file, std::int64_t offset, base::ByteView bytes);
    int truncate(File& file, std::int64_t size);
    int sync(File& file);
    // The operation's code, noted as a step.
    int noted(Step::Kind kind, const File& file, int code);
    std::map<std::string, File>& files() { return files_; }

  private:
    // The fault to act out now, if the count has come to it.
    bool breaks_now(bool is_sync);
    void apply(File& file, const Change& change);

    std::string name_;
    std::unique_ptr<struct VfsHolder> holder_;
    std::map<std::string, File> files_;
    std::vector<Step>* steps_ = nullptr;
    std::int64_t operations_ = 0;
    std::int64_t syncs_ = 0;
    std::int64_t break_at_ = 0;
    DiskFault fault_ = DiskFault::crash;
    bool broke_ = false;
    bool dead_ = false;
    bool full_ = false;
};

}  // namespace counterfoil::test
