#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "daemon/link/backoff.h"
#include "firmware/core/base/bytes.h"

namespace counterfoil::link {

// The older one is for brokers that speak nothing else; what matters travels in payloads, so that
// both carry it.
enum class Protocol { mqtt5, mqtt311 };

// "Exactly once" is not offered: it ends at the broker, and the protocol above counts for itself.
enum class Qos { at_most_once = 0, at_least_once = 1 };

enum class Retain { no, yes };

struct Subscription {
    std::string filter;
    Qos qos = Qos::at_least_once;
};

// What the broker says for us when we are gone without a word.
struct Will {
    std::string topic;
    base::Bytes payload;
    Qos qos = Qos::at_least_once;
};

struct Settings {
    // A host's name or its IPv4 address, which the broker's certificate must be for.
    std::string broker = "localhost";
    std::uint16_t port = 8883;
    // The name in our certificate.
    std::string client_id;
    // PEM. They are read anew for each connection, so that a renewed certificate is taken up.
    std::filesystem::path authority;    // who vouches for the broker; nobody else can
    std::filesystem::path certificate;  // ours, with its chain
    std::filesystem::path key;          // ours; its owner's only
    Protocol protocol = Protocol::mqtt5;

    // A silent broker is noticed after twice this and some two seconds.
    int keep_alive_s = 30;
    // From the first packet until all subscriptions hold; then the attempt has failed.
    std::int64_t connect_timeout_ms = 20'000;
    BackoffSettings backoff;
    // A connection that held so long was a success: the next attempts start with short waits again.
    std::int64_t settled_ms = 60'000;

    // Made again with each connection.
    std::vector<Subscription> subscriptions;
    std::optional<Will> will;

    // Published, and neither polled as Delivered or Rejected nor lost with the connection.
    std::size_t max_in_flight = 32;
    std::size_t max_payload_bytes = 256UL << 10;
    // Arrived, and not polled yet.
    std::size_t max_waiting_messages = 1000;
    std::size_t max_waiting_bytes = 16UL << 20;
};

// invalid_argument for what cannot be meant, not_found for a file that is not there, key_exposed
// for a key that others can read.
base::Status check(const Settings& settings);

}  // namespace counterfoil::link
