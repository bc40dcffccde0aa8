#pragma once

#include <cstddef>
#include <cstdint>

namespace counterfoil::http {

// What a server takes from strangers. One request of a connection is worked on at a time; what
// follows it waits in the client's own buffers, but for one reading.
struct Limits {
    std::size_t target_bytes = 8 << 10;        // 414
    std::size_t header_bytes = 16 << 10;       // 431; the request line counts
    std::size_t body_bytes = 1 << 20;          // 413; a route can have its own
    std::size_t connections = 256;             // 503
    std::size_t connections_per_address = 64;  // 503; of IPv6, a network of 64 bits
    std::size_t event_streams = 200;           // 503
    std::size_t event_backlog_bytes = 256 << 10;
    // Each time is for the whole of its part, however often a byte comes; it ends up to a tenth of
    // a second late.
    std::int64_t header_timeout_ms = 5'000;    // 408; from the connection or the first byte
    std::int64_t body_timeout_ms = 10'000;     // 408
    std::int64_t idle_timeout_ms = 60'000;     // between requests
    std::int64_t write_timeout_ms = 30'000;    // until a response is taken; in a stream, a part
    std::int64_t handler_timeout_ms = 60'000;  // 503
    std::int64_t event_keep_alive_ms = 15'000;
};

}  // namespace counterfoil::http
