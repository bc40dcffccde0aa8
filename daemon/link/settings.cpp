#include "daemon/link/settings.h"

#include <algorithm>
#include <limits>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/file.h"

namespace counterfoil::link {

using base::Code;
using base::Error;
using base::Status;

namespace {

// MQTT counts a text's bytes in 16 bits, and the library ends it at a zero byte.
bool is_topic(std::string_view text) {
    return !text.empty() && text.size() <= std::numeric_limits<std::uint16_t>::max() &&
           text.find('\0') == std::string_view::npos && base::is_utf8(text);
}

bool is_host(std::string_view text) {
    return is_topic(text) && text.find_first_of("/[]:@ ") == std::string_view::npos;
}

bool has_bounds(const Settings& settings) {
    // The library numbers messages in 16 bits and takes lengths as int.
    return settings.max_in_flight >= 1 && settings.max_in_flight <= 10'000 &&
           settings.max_payload_bytes >= 1 && settings.max_payload_bytes <= 64UL << 20 &&
           settings.max_waiting_messages >= 1 && settings.max_waiting_bytes >= 1;
}

bool has_times(const Settings& settings) {
    return settings.keep_alive_s >= 1 && settings.keep_alive_s <= 3600 &&
           settings.connect_timeout_ms >= 100 && settings.connect_timeout_ms <= 600'000 &&
           settings.backoff.first_ms >= 1 &&
           settings.backoff.first_ms <= settings.backoff.most_ms && settings.settled_ms >= 0;
}

Status refuse(const std::string& sentence) {
    return Error(Code::invalid_argument, sentence);
}

Status check_file(const std::filesystem::path& path) {
    std::error_code fault;
    if (std::filesystem::is_regular_file(path, fault)) return {};
    if (fault) return base::system_error(fault.value(), path);
    return Error(Code::invalid_argument, path.string() + " is no file");
}

}  // namespace

Status check(const Settings& settings) {
    if (!is_host(settings.broker) || settings.port == 0)
        return refuse("a broker has a host's name or address, and a port");
    if (!is_topic(settings.client_id)) return refuse("a session has a client id");
    if (!has_times(settings)) return refuse("a time of the session is out of its range");
    if (!has_bounds(settings)) return refuse("a bound of the session is out of its range");
    if (!std::all_of(settings.subscriptions.begin(), settings.subscriptions.end(),
                     [](const Subscription& one) { return is_topic(one.filter); }))
        return refuse("a subscription has a topic filter");
    if (settings.will &&
        (!is_topic(settings.will->topic) ||
         settings.will->payload.size() > std::numeric_limits<std::uint16_t>::max()))
        return refuse("a will has a topic, and at most 65535 bytes");
    CF_TRY(check_file(settings.authority));
    CF_TRY(check_file(settings.certificate));
    CF_TRY(check_file(settings.key));
    return base::check_owner_only(settings.key);
}

}  // namespace counterfoil::link
