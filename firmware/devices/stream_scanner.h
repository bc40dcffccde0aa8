#pragma once

#include <string>
#include <vector>

#include "firmware/core/base/bytes.h"
#include "firmware/devices/stream.h"

namespace counterfoil::devices {

// What all scanners have in common that are read as a stream of bytes: it reads, keeps what it has
// no room for in the queue, and notices when the device goes away. How bytes become scans is the
// derived class's part. The clock must outlive it.
class StreamScanner : public Scanner {
  public:
    int descriptor() const override;
    std::optional<std::int64_t> due_ms() const override;
    void work(ScanQueue& queue) override;
    ScannerState state() const override { return stream_.state(); }
    const std::string& trouble() const override { return stream_.trouble(); }

  protected:
    // idle_ms: so long after its last byte a scan without a terminator ends; 0: never.
    StreamScanner(std::string name, Stream stream, const base::Clock& clock,
                  std::int64_t idle_ms = 0);

    // Takes bytes from the front up to the end of the first scan. Where there is none, takes all
    // but the start of something that needs more bytes.
    virtual std::optional<std::string> take(base::ByteView& bytes) = 0;
    // The rest of what was taken will never come.
    virtual void break_off() = 0;
    // Whether part of a scan was taken, and its end on request; for idle_ms only.
    virtual bool has_part() const { return false; }
    virtual std::optional<std::string> finish() { return {}; }

  private:
    bool has_space() const;
    bool fill(std::int64_t now_ms);
    void hand_out(ScanQueue& queue);
    void push(ScanQueue& queue, std::string text);

    std::string name_;
    Stream stream_;
    const base::Clock& clock_;
    std::int64_t idle_ms_;
    std::vector<std::uint8_t> buffer_;
    std::size_t begin_ = 0;  // what was read and not taken is [begin_, end_)
    std::size_t end_ = 0;
    bool is_broken_off_ = false;  // after those bytes
    std::optional<std::int64_t> again_ms_;
    std::int64_t last_byte_ms_ = 0;
};

}  // namespace counterfoil::devices
