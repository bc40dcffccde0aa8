#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>

#include <charconv>
#include <chrono>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include "daemon/broker/allowance.h"

// A plugin of mosquitto's, which by itself takes from each client as much as it sends, so that one
// of them fills the queue to the centre for all. What is over a client's rate is refused here,
// before it is queued, and who goes on all the same is thrown out, because reading takes time, too;
// also of what the client has no right to write.
// Nobody but the centre has the broker keep messages. It stands on nothing of ours, because it runs
// in another's process.
namespace counterfoil::broker {
namespace {

// Names come from certificates, so there are few; with more than these all begin anew.
constexpr std::size_t kMostClients = 100'000;
constexpr std::int64_t kBetweenWordsMs = 60'000;
constexpr std::int64_t kMostNumber = 1'000'000'000;

struct Rates {
    Rate messages{1000, 5000};
    Rate bytes{16 << 20, 32 << 20};
    Rate refusals{100, 1000};
    std::int64_t subscriptions = 100;  // of one connection
};

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// "v1/TENANT/man/CLASS" and "v1/TENANT/dn/TERMINAL", which only the centre may write.
bool is_of_the_centre(std::string_view topic) {
    for (int level = 0; level < 2; ++level) {
        const std::size_t slash = topic.find('/');
        if (slash == std::string_view::npos) return false;
        topic.remove_prefix(slash + 1);
    }
    return topic.starts_with("man/") || topic.starts_with("dn/");
}

class Limits {
  public:
    Limits(mosquitto_plugin_id_t* identifier, const Rates& rates)
        : identifier_(identifier), rates_(rates) {}

    int begin() {
        for (const auto& [event, call] : calls()) {
            const int code = mosquitto_callback_register(identifier_, event, call, nullptr, this);
            if (code != MOSQ_ERR_SUCCESS) return code;
        }
        return MOSQ_ERR_SUCCESS;
    }
    ~Limits() {
        for (const auto& [event, call] : calls())
            mosquitto_callback_unregister(identifier_, event, call, nullptr);
    }
    Limits(const Limits&) = delete;
    Limits& operator=(const Limits&) = delete;

  private:
    struct Client {
        Allowance messages;
        Allowance bytes;
        Allowance refusals;
        std::int64_t subscriptions = 0;
        std::int64_t refused = 0;
    };
    using Calls = std::map<int, MOSQ_FUNC_generic_callback>;
    static Calls calls() {
        return {{MOSQ_EVT_MESSAGE, on_message},
                {MOSQ_EVT_ACL_CHECK, on_asking},
                {MOSQ_EVT_DISCONNECT, on_end}};
    }

    // Want of memory refuses, and never leaves through the broker's own frames.
    // The broker asks for rights before it looks at a message: all that is written comes by here,
    // also what is then denied.
    static int on_asking(int, void* event, void* self) noexcept {
        const auto& asked = *static_cast<const mosquitto_evt_acl_check*>(event);
        auto& limits = *static_cast<Limits*>(self);
        if (asked.access == MOSQ_ACL_SUBSCRIBE) return limits.subscribe(asked.client);
        if (asked.access != MOSQ_ACL_WRITE || !is_connection(asked.client))
            return MOSQ_ERR_PLUGIN_DEFER;
        return limits.charge(asked.client, asked.payloadlen);
    }
    // What had the right to be written.
    static int on_message(int, void* event, void* self) noexcept {
        const auto& message = *static_cast<const mosquitto_evt_message*>(event);
        auto& limits = *static_cast<Limits*>(self);
        const std::int64_t now = now_ms();
        Client& client = limits.of(message.client, now);
        if (is_of_the_centre(message.topic)) {
            client.messages.give_back(1);
            client.bytes.give_back(message.payloadlen);
            return MOSQ_ERR_SUCCESS;
        }
        return message.retain ? limits.refuse(message.client, client, now) : MOSQ_ERR_SUCCESS;
    }
    static int on_end(int, void* event, void* self) noexcept {
        const auto& gone = *static_cast<const mosquitto_evt_disconnect*>(event);
        static_cast<Limits*>(self)->of(gone.client, now_ms()).subscriptions = 0;
        return MOSQ_ERR_SUCCESS;
    }

    // A broker can ask, whenever it hands out what it keeps, whether its writer might write it
    // still (check_retain_source): that has no address, and is nobody's doing.
    static bool is_connection(const mosquitto* client) {
        return mosquitto_client_address(client) != nullptr;
    }

    int subscribe(const mosquitto* asker) {
        Client& client = of(asker, now_ms());
        if (++client.subscriptions > rates_.subscriptions) return MOSQ_ERR_ACL_DENIED;
        return MOSQ_ERR_PLUGIN_DEFER;
    }

    // Defers to the rights where there is enough left.
    int charge(const mosquitto* sender, std::int64_t bytes) {
        const std::int64_t now = now_ms();
        Client& client = of(sender, now);
        if (!client.messages.has(1, now) || !client.bytes.has(bytes, now))
            return refuse(sender, client, now);
        client.messages.spend(1);
        client.bytes.spend(bytes);
        return MOSQ_ERR_PLUGIN_DEFER;
    }

    int refuse(const mosquitto* sender, Client& client, std::int64_t now) {
        ++client.refused;
        tell(sender, client, now);
        // Any other failure is the connection's end.
        if (!client.refusals.has(1, now)) return MOSQ_ERR_ADMINISTRATIVE_ACTION;
        client.refusals.spend(1);
        return MOSQ_ERR_ACL_DENIED;
    }

    Client& of(const mosquitto* client, std::int64_t now) {
        const char* id = mosquitto_client_id(client);
        const std::string_view name = id ? id : "";
        const auto found = clients_.find(name);
        if (found != clients_.end()) return found->second;
        if (clients_.size() >= kMostClients) clients_.clear();
        return clients_
            .try_emplace(std::string(name),
                         Client{Allowance(rates_.messages, now), Allowance(rates_.bytes, now),
                                Allowance(rates_.refusals, now)})
            .first->second;
    }

    // Whoever is refused first; and whoever is, a minute later.
    void tell(const mosquitto* sender, const Client& client, std::int64_t now) {
        if (told_ms_ != 0 && now - told_ms_ < kBetweenWordsMs) return;
        told_ms_ = now;
        const char* id = mosquitto_client_id(sender);
        mosquitto_log_printf(MOSQ_LOG_WARNING,
                             "counterfoil limits: %s sends more than it may, refused so far: %lld",
                             id ? id : "", static_cast<long long>(client.refused));
    }

    mosquitto_plugin_id_t* identifier_;
    const Rates rates_;
    std::map<std::string, Client, std::less<>> clients_;
    std::int64_t told_ms_ = 0;
};

// False where it is none of ours, or no number.
bool set(Rates& rates, std::string_view name, std::string_view text) {
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size() || value < 1 ||
        value > kMostNumber)
        return false;
    const std::map<std::string_view, std::int64_t*> known{
        {"messages_per_second", &rates.messages.per_second},
        {"messages_at_once", &rates.messages.at_once},
        {"bytes_per_second", &rates.bytes.per_second},
        {"bytes_at_once", &rates.bytes.at_once},
        {"refusals_per_second", &rates.refusals.per_second},
        {"refusals_at_once", &rates.refusals.at_once},
        {"subscriptions", &rates.subscriptions}};
    const auto found = known.find(name);
    if (found == known.end()) return false;
    *found->second = value;
    return true;
}

}  // namespace
}  // namespace counterfoil::broker

// What the broker looks for in a plugin.
extern "C" {

int mosquitto_plugin_version(int supported_version_count, const int* supported_versions) {
    for (int i = 0; i < supported_version_count; ++i)
        if (supported_versions[i] == MOSQ_PLUGIN_VERSION) return MOSQ_PLUGIN_VERSION;
    return -1;
}

int mosquitto_plugin_init(mosquitto_plugin_id_t* identifier, void** userdata,
                          mosquitto_opt* options, int option_count) {
    using namespace counterfoil::broker;
    Rates rates;
    for (int i = 0; i < option_count; ++i) {
        if (set(rates, options[i].key, options[i].value)) continue;
        mosquitto_log_printf(MOSQ_LOG_ERR, "counterfoil limits: there is no %s of %s",
                             options[i].key, options[i].value);
        return MOSQ_ERR_INVAL;
    }
    std::unique_ptr<Limits> limits(new (std::nothrow) Limits(identifier, rates));
    if (!limits) return MOSQ_ERR_NOMEM;
    const int code = limits->begin();
    if (code == MOSQ_ERR_SUCCESS) *userdata = limits.release();
    return code;
}

int mosquitto_plugin_cleanup(void* userdata, mosquitto_opt*, int) {
    delete static_cast<counterfoil::broker::Limits*>(userdata);
    return MOSQ_ERR_SUCCESS;
}
}
