#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <random>
#include <string>
#include <thread>

#include "firmware/core/base/descriptor.h"

namespace counterfoil::test {

// A bad network on loopback: stands between clients and a server at a port, and delays, slows, cuts
// and swallows what goes through it, as a seed and the test say. One thread of its own, which ends
// with it.
class NetworkProxy {
  public:
    enum class Mode {
        open,
        refusing,  // no connection comes about
        stalling,  // connections come about, and nothing goes through any
        deaf,      // what the server says is swallowed: half open
        mute,      // what the clients say is swallowed
    };

    // To that port of this machine.
    explicit NetworkProxy(std::uint16_t server_port, std::uint64_t seed = 1);
    ~NetworkProxy();
    NetworkProxy(const NetworkProxy&) = delete;
    NetworkProxy& operator=(const NetworkProxy&) = delete;

    // Where clients connect to.
    std::uint16_t port() const { return port_; }

    // From now on, also for the connections that are there.
    void set(Mode mode) { mode_ = mode; }
    void set_server(std::uint16_t port) { server_port_ = port; }
    // Each piece waits so long, in each direction.
    void delay(std::int64_t ms) { delay_ms_ = ms; }
    // In each direction of each connection; 0: as fast as it goes.
    void throttle(std::int64_t bytes_per_second) { rate_ = bytes_per_second; }
    // Every connection that is there ends now.
    void cut();
    // Each ends in the midst of something once that many bytes, about, went through it; 0: none
    // does.
    void cut_after(std::int64_t bytes) { cut_after_ = bytes; }

    std::uint64_t connections() const { return connections_; }
    std::uint64_t cuts() const { return cuts_; }
    // Pieces that went nowhere.
    std::uint64_t swallowed() const { return swallowed_; }

  private:
    struct Piece {
        std::string bytes;
        std::int64_t due_ms = 0;
    };
    struct Direction {
        std::list<Piece> waiting;
        std::size_t waiting_bytes = 0;
        std::int64_t free_ms = 0;  // when the next byte may go
    };
    struct Pair {
        base::Descriptor client;
        base::Descriptor server;
        Direction up;
        Direction down;
        std::int64_t left = 0;  // bytes until it is cut; 0: it is not
    };

    void work();
    void accept_one();
    bool serve(Pair& pair);
    bool read_into(Direction& direction, int from, Pair& pair, bool swallow);
    bool write_from(Direction& direction, int to) const;

    base::Descriptor listening_;
    std::uint16_t port_ = 0;
    std::mt19937_64 random_;
    std::atomic<std::uint16_t> server_port_;
    std::atomic<Mode> mode_ = Mode::open;
    std::atomic<std::int64_t> delay_ms_ = 0;
    std::atomic<std::int64_t> rate_ = 0;
    std::atomic<std::int64_t> cut_after_ = 0;
    std::atomic<bool> cutting_ = false;
    std::atomic<bool> ending_ = false;
    std::atomic<std::uint64_t> connections_ = 0;
    std::atomic<std::uint64_t> cuts_ = 0;
    std::atomic<std::uint64_t> swallowed_ = 0;
    std::list<Pair> pairs_;  // the thread's
    std::thread thread_;
};

}  // namespace counterfoil::test
