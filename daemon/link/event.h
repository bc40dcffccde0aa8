#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "firmware/core/base/bytes.h"

namespace counterfoil::link {

// All subscriptions hold; messages can be published. What the broker retains may have arrived
// before.
struct Connected {};

// There is no connection any more, or an attempt at one failed. Whatever was published and has
// neither been delivered nor rejected may or may not have reached the broker.
struct Disconnected {
    std::string reason;
    std::int64_t retry_ms = 0;  // until the next attempt
};

struct Message {
    std::string topic;
    base::Bytes payload;
    bool retained = false;
};

// The broker has the message, or, at most once, it was written to the network. That is no promise
// that anybody else gets it.
struct Delivered {
    std::uint64_t id = 0;
};

// The broker refuses the message, with MQTT 5's reason. MQTT 3.1.1 cannot say so: there it tells of
// a delivery and throws the message away.
struct Rejected {
    std::uint64_t id = 0;
    int reason = 0;
};

// Here, between two messages, others arrived for which there was no room; they are gone. Whoever
// sent them will send them again, because nobody answers.
struct Dropped {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
};

using Event = std::variant<Connected, Disconnected, Message, Delivered, Rejected, Dropped>;

// Why a message was not taken.
enum class NotPublished {
    not_connected,  // and nothing is kept for when it is
    busy,           // as much is in flight as may be; poll, and try again
    too_large,      // the payload is over its bound
    no_topic,       // empty, too long, with a wildcard or not UTF-8
};

}  // namespace counterfoil::link
