#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "firmware/core/base/check.h"

// What a till learns codes from, behind one interface: cameras, keyboard wedges, serial scanners,
// and files or FIFOs where there is none of them. All of it runs on the till's one loop thread.
namespace counterfoil::devices {

// No scanner gives a longer text: the most a QR code holds as bytes.
inline constexpr std::size_t kMaxScanBytes = 2953;

// When a scanner that has scans for a full queue looks for room again.
inline constexpr std::int64_t kFullMs = 10;

// One code that was held to a scanner, whole.
struct Scan {
    std::string text;
    std::string format;   // "QRCode", "EAN-13", ...; empty where the scanner does not say
    std::string scanner;  // the name that the board gives it
    std::int64_t steady_ms = 0;
};

// Scans wait here in order while another is being handled. A scanner reads no more of its device
// while there is no room, so that nothing is lost: the device's own buffer waits.
class ScanQueue {
  public:
    static constexpr std::size_t kRoom = 256;

    bool has_room() const { return scans_.size() < kRoom; }
    bool empty() const { return scans_.empty(); }
    void push(Scan scan) {
        CF_CHECK(has_room());
        scans_.push_back(std::move(scan));
    }
    std::optional<Scan> pop() {
        if (scans_.empty()) return {};
        std::optional<Scan> first(std::move(scans_.front()));
        scans_.pop_front();
        return first;
    }

  private:
    std::deque<Scan> scans_;
};

enum class ScannerState { ready, away };

class Scanner {
  public:
    virtual ~Scanner() = default;

    // Where to wait until there is something to read; -1 where waiting is of no use: the device is
    // away or is a regular file, or what came waits for room. It can change with every work().
    virtual int descriptor() const = 0;

    // When work() wants to be called although nothing can be read: to look for a device that is
    // away, or to end a scan whose keys have stopped. Clock::steady_ms; none: never.
    virtual std::optional<std::int64_t> due_ms() const = 0;

    // Takes what is there without waiting, and puts whole scans into the queue. What is no scan
    // (garbage, too long, broken off) is dropped and counted in dropped().
    virtual void work(ScanQueue& queue) = 0;

    virtual ScannerState state() const = 0;
    // Why it is away, in a sentence; empty while it is ready or was not looked for yet.
    virtual const std::string& trouble() const = 0;
    virtual std::int64_t dropped() const = 0;
};

}  // namespace counterfoil::devices
