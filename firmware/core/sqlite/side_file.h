#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "firmware/core/base/bytes.h"
#include "firmware/core/base/result.h"

namespace counterfoil::sqlite {

// A small file beside a database, reached through the same VFS: what breaks the database's disk in
// a test breaks this one too.
class SideFile {
  public:
    enum class Missing { make, refuse };
    // not_found where there is no such file and none is to be made.
    static base::Result<SideFile> open(const std::filesystem::path& path, const char* vfs,
                                       Missing missing);
    SideFile(SideFile&&) noexcept;
    SideFile& operator=(SideFile&&) noexcept;
    ~SideFile();

    base::Result<std::int64_t> size();
    // Exactly that many bytes; zeros where the file ends before.
    base::Result<base::Bytes> read(std::int64_t offset, std::size_t size);
    base::Status write(std::int64_t offset, base::ByteView bytes);
    // What was written survives a power cut. A new file's name does from the first commit of a
    // database in the same folder on.
    base::Status sync();

    // The right to be the only one, held until the file is closed or the process ends;
    // second_writer where somebody else holds it.
    base::Status claim();

  private:
    struct State;
    explicit SideFile(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

// The right to be the one process that writes a database, in the whole system: SQLite before 3.51.3
// can corrupt a write-ahead log that two connections write or checkpoint. The claim is a lock on
// "PATH-claim", which names its holder.
class WriterClaim {
  public:
    static base::Result<WriterClaim> take(const std::filesystem::path& database, const char* vfs);

  private:
    explicit WriterClaim(SideFile file) : file_(std::move(file)) {}

    SideFile file_;
};

}  // namespace counterfoil::sqlite
