#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "firmware/core/base/id.h"
#include "firmware/core/crypto/digest.h"
#include "firmware/core/sqlite/side_file.h"

namespace counterfoil::journal {

// How far a journal had come: which one it is, its last event's number and hash.
struct Mark {
    base::Uuid incarnation;
    std::int64_t seq = 0;
    crypto::Digest head{};
};

// Keeps a Mark outside the journal's database, so that a database which was copied back from a
// backup, or lost its end, is noticed. The file had best live where a backup does not reach.
//
// The mark may lag behind the journal, never lead: it is written after each commit and synced now
// and then, because a sync a sale would double what a customer waits for, and what the mark could
// miss by a power cut the centre knows. Two slots are written in turn, so that a torn write leaves
// the other.
class MarkFile {
  public:
    // A new file with the mark, synced; or the one that is there, if nothing was recorded under it.
    static base::Result<MarkFile> create(const std::filesystem::path& path, const char* vfs,
                                         const base::Uuid& incarnation);
    static base::Result<MarkFile> open(const std::filesystem::path& path, const char* vfs);

    const Mark& mark() const { return mark_; }

    // The journal has come this far, durably.
    base::Status advance(std::int64_t seq, const crypto::Digest& head);
    base::Status sync();

  private:
    MarkFile(sqlite::SideFile file, const Mark& mark, int slot)
        : file_(std::move(file)), mark_(mark), next_slot_(slot) {}

    sqlite::SideFile file_;
    Mark mark_;
    int next_slot_;
    std::int64_t unsynced_ = 0;
};

}  // namespace counterfoil::journal
