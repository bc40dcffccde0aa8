#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/base/result.h"

// Where messages go. A tenant is a merchant with all its terminals; a shard is a part of them, so
// that several workers of the centre can share the load.
//
//     v1/{tenant}/up/{shard}/{terminal}   hello, batch, heartbeat, pull
//     v1/{tenant}/dn/{terminal}           welcome, receipt, nak, delta
//     v1/{tenant}/st/{terminal}           whether it is connected
//     v1/{tenant}/man/{class}             manifests
namespace counterfoil::wire {

inline constexpr std::uint16_t kShards = 1024;
inline constexpr std::size_t kMaxNameBytes = 32;
inline constexpr std::size_t kMaxTopicBytes = 128;

// A tenant, or a group of workers: 1 to 32 of a-z, 0-9 and hyphens.
bool is_tenant_name(std::string_view name);
// A class of central data, such as "members": 1 to 32 of a-z, 0-9 and underscores. Which there are
// is the centre's to say; a terminal passes over those that it has not heard of.
bool is_class_name(std::string_view name);

enum class Channel { up, down, state, manifest };

struct Topic {
    Channel channel = Channel::up;
    std::uint16_t shard = 0;  // of up only
    std::string name;         // the terminal's or, of a manifest, the class's

    bool operator==(const Topic&) const = default;
};

// The topics of one tenant. Names and shards are the caller's to have checked: no other gets into a
// topic. What read() gives is checked.
class Topics {
  public:
    // invalid_argument where it is no name of a tenant.
    static base::Result<Topics> create(std::string_view tenant);

    std::string up(std::uint16_t shard, std::string_view terminal) const;
    std::string down(std::string_view terminal) const;
    std::string state(std::string_view terminal) const;
    std::string manifest(std::string_view data_class) const;

    // malformed for anything that none of the four above writes.
    base::Result<Topic> read(std::string_view topic) const;

    // What a terminal subscribes to: what is meant for it, and all manifests.
    std::vector<std::string> for_terminal(std::string_view terminal) const;
    // What the centre does: all shards or one, and who is connected.
    std::string all_shards() const;
    std::string one_shard(std::uint16_t shard) const;
    std::string all_states() const;

  private:
    explicit Topics(std::string prefix) : prefix_(std::move(prefix)) {}

    std::string prefix_;  // "v1/{tenant}/"
};

// The same filter for a group of workers of which one gets each message.
std::string shared_filter(std::string_view group, std::string_view filter);

}  // namespace counterfoil::wire
