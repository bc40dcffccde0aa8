#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "firmware/core/base/bytes.h"
#include "firmware/core/base/descriptor.h"

namespace counterfoil::test {

// A receipt printer that behaves as badly as it is told. It runs in a thread of its own, takes
// ESC/POS from a TCP port or a pty, keeps what it has printed, and answers as printers do: DLE EOT
// at once, GS r and GS ( H when it has come to them. It has 4 KiB for what it has not yet printed,
// and reads no more while they are full, but for the rest of a picture. With no paper or an open
// cover it prints nothing.
class FakePrinter {
  public:
    // Listens on 127.0.0.1.
    FakePrinter();
    // Is at the other end of a serial line, whose name is a link there.
    explicit FakePrinter(std::filesystem::path link);
    ~FakePrinter();
    FakePrinter(const FakePrinter&) = delete;
    FakePrinter& operator=(const FakePrinter&) = delete;

    std::uint16_t port() const { return port_; }

    struct Manner {
        bool is_off = false;  // refuses connections; a serial line is unplugged
        bool has_paper = true;
        bool is_cover_open = false;
        bool answers = true;               // DLE EOT
        bool proves = true;                // GS r and GS ( H
        bool proves_another = false;       // names another process in its answer to GS ( H
        bool tells = true;                 // by itself, when asked to with GS a
        bool answers_garbage = false;      // to DLE EOT
        bool reads = true;                 // takes bytes at all
        int bytes_each_ms = 1 << 20;       // that it prints
        std::int64_t hang_up_after = -1;   // so many more bytes, it ends the connection, once
        std::int64_t no_paper_after = -1;  // so many more bytes printed, the paper ends, once
    };
    void behave(const Manner& manner);
    Manner manner() const;

    // The texts of the papers that were cut off, and the one that was not, if it has any text.
    std::vector<std::string> papers() const;
    std::string uncut() const;
    int connections() const;
    int pulses() const;
    // Questions that came between a job's beginning and its cut: a printer might print them.
    int questions_in_jobs() const;

  private:
    void run();
    void listen();
    void plug_in();
    void switch_off();
    void take_connection();
    void hang_up();
    void receive();
    void take(std::uint8_t byte);
    void print();
    bool print_one();
    void answer_at_once(std::uint8_t question);
    void say(base::ByteView bytes);
    void tell_change();
    bool can_print() const { return manner_.has_paper && !manner_.is_cover_open; }

    const std::filesystem::path link_;  // empty: over TCP
    std::uint16_t port_ = 0;

    mutable std::mutex mutex_;  // of all below
    Manner manner_;
    bool ends_ = false;
    base::Descriptor listener_;
    base::Descriptor line_;
    std::vector<std::uint8_t> begun_;  // of a command that is done at once
    std::vector<std::uint8_t> waiting_;
    bool needs_rest_ = false;  // of what waits only the beginning of one command is there
    std::string paper_;
    std::vector<std::string> papers_;
    bool tells_now_ = false;
    bool told_can_print_ = true;
    int connections_ = 0;
    int pulses_ = 0;
    std::string last_;  // the four bytes that came last
    bool is_in_job_ = false;
    int questions_in_jobs_ = 0;

    std::thread thread_;
};

}  // namespace counterfoil::test
