#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "firmware/core/wire/doorbell.h"

namespace counterfoil::sync {

using wire::UplinkState;

// In which state we are with the centre, and why. The centre says every second and a half that it
// works, and is missed soon; an answer that it owes is waited for longer, because it may have much
// to do. Before it is said to be silent the broker is probed: it may be the one that is, and then
// that is told before the link itself is known to be dead. One thread.
class Uplink {
  public:
    void connected(std::int64_t now_ms);
    void disconnected(std::string reason);
    // Something came that the centre has signed, or had to say.
    void heard(std::int64_t now_ms);
    // The same, of what it says by itself.
    void heard_pulse(std::int64_t now_ms);
    // The broker has answered what was sent to probe it.
    void broker_answered();

    // Whether the broker is to be probed now; says so once for each silence, unless it could not be
    // sent.
    bool take_probe();
    void probe_not_sent() { probe_ = Probe::none; }

    // It did not answer, and nothing else came: the link is dead.
    bool misses_broker() const { return connected_ && is_missed_; }

    struct Seen {
        bool has_network = true;
        bool is_owed_answer = false;  // by the centre, to a hello or a batch
        bool is_welcome = false;
        std::string refused;  // why; empty: it is not
    };
    // Whether the state or its reason changed; to be called now and then.
    bool look(const Seen& seen, std::int64_t now_ms);

    UplinkState state() const { return state_; }
    const std::string& reason() const { return reason_; }

  private:
    bool is_owed_long(std::int64_t now_ms) const;
    void probe_if_quiet(std::int64_t now_ms);
    bool look_at_silence(std::int64_t now_ms);
    bool become(UplinkState state, std::string reason);

    UplinkState state_ = UplinkState::no_broker;
    std::string reason_ = "connecting";
    bool connected_ = false;
    std::string trouble_ = "connecting";
    std::int64_t heard_ms_ = 0;
    std::optional<std::int64_t> owed_ms_;  // since when
    enum class Probe { none, wanted, sent, answered };
    Probe probe_ = Probe::none;
    std::int64_t probed_ms_ = 0;
    bool is_missed_ = false;
};

}  // namespace counterfoil::sync
