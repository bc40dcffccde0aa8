#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "firmware/core/base/clock.h"
#include "firmware/core/base/descriptor.h"
#include "firmware/devices/scanner.h"

namespace counterfoil::devices {

// How long a device that went away is left alone before it is looked for again.
inline constexpr std::int64_t kRetryMs = 1000;

// The bytes of a device file, a FIFO or a regular file that may vanish and come back. It is opened
// by the first read, and again each second while it is away.
// A FIFO stays ready while writers come and go. Of a regular file, what is appended is read too,
// once a second; a file that was replaced or shortened is read from its start.
class Stream {
  public:
    enum class Kind { bytes, nothing, broken_off };
    struct Piece {
        Kind kind = Kind::nothing;
        std::size_t size = 0;  // of bytes; else 0
    };
    // Prepares what was just opened, or refuses it.
    using Setup = std::function<base::Status(int descriptor, const std::filesystem::path& path)>;

    // The clock must outlive the stream.
    Stream(std::filesystem::path path, Setup setup, const base::Clock& clock)
        : path_(std::move(path)), setup_(std::move(setup)), clock_(clock) {}

    // Reads without waiting into `room`, which is not empty. `broken_off`: what comes next, if
    // anything, does not continue what came before; the device vanished or the writer left.
    Piece read(std::span<std::uint8_t> room);

    // Where to wait for bytes; -1 while away, and for a regular file, which cannot be waited for.
    int descriptor() const { return kind_ == FileKind::regular ? -1 : file_.number(); }
    // When to read although nothing is reported; none: never. A FIFO or file is due at once after
    // it gave something.
    std::optional<std::int64_t> due_ms() const;
    ScannerState state() const { return file_.ok() ? ScannerState::ready : ScannerState::away; }
    // Why it is away, in a sentence; empty while it is ready or was not looked for yet.
    const std::string& trouble() const { return trouble_; }

  private:
    enum class FileKind { device, fifo, regular };

    base::Status open();
    Piece at_end();
    Piece leave(const std::string& trouble);
    bool is_replaced() const;

    std::filesystem::path path_;
    Setup setup_;
    const base::Clock& clock_;
    base::Descriptor file_;
    FileKind kind_ = FileKind::device;
    std::int64_t read_bytes_ = 0;  // since it was opened
    std::int64_t due_ms_ = 0;
    std::string trouble_;
};

// The setup of a stream that is a FIFO or a regular file: refuses every device.
base::Status refuse_device(int descriptor, const std::filesystem::path& path);

}  // namespace counterfoil::devices
