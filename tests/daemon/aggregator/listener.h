#pragma once

#include <poll.h>

#include <chrono>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/link/session.h"
#include "firmware/core/crypto/random.h"
#include "firmware/core/wire/from_centre.h"
#include "firmware/core/wire/topics.h"

namespace counterfoil::aggregator {

// A terminal that hears what the centre says to it and to all, and asks for what it is told to.
class Listener {
  public:
    struct Heard {
        std::string payload;
        bool is_retained = false;
    };
    Listener(link::Settings settings, const std::string& name, const crypto::PublicKey& centre)
        : name_(name), centre_(crypto::Verifier::create(centre).value()) {
        for (const std::string& filter : topics_.for_terminal(name))
            settings.subscriptions.push_back({filter, link::Qos::at_least_once});
        session_.emplace(link::Session::open(settings, clock_, random_).value());
    }

    // Whether it came to that within the time.
    bool work_until(const std::function<bool()>& done, std::int64_t patience_ms = 30'000) {
        const std::int64_t end_ms = clock_.steady_ms() + patience_ms;
        while (clock_.steady_ms() < end_ms) {
            while (auto event = session_->poll())
                if (auto* message = std::get_if<link::Message>(&*event)) hear(*message);
            if (done()) return true;
            ::poll(nullptr, 0, 2);
        }
        return false;
    }
    bool is_connected() const { return session_->is_connected(); }
    bool say(const std::string& payload) {
        return session_
            ->publish(topics_.up(0, name_), base::as_bytes(payload), link::Qos::at_least_once)
            .ok();
    }
    // Heard since they were taken last, in their order: that were said to this terminal, and that
    // were said to all of that class.
    std::vector<Heard> take() { return std::exchange(heard_, {}); }
    std::vector<Heard>& of(const std::string& data_class) { return manifests_[data_class]; }
    const std::vector<Heard>& heard() const { return heard_; }
    // The last manifest of the class, proven.
    std::optional<wire::Manifest> manifest(const std::string& data_class) {
        if (of(data_class).empty()) return {};
        return std::get<wire::Manifest>(read(of(data_class).back().payload).value());
    }
    base::Result<wire::FromCentre> read(std::string_view payload) const {
        return wire::read_from_centre(payload, centre_);
    }

  private:
    void hear(const link::Message& message) {
        const wire::Topic topic = topics_.read(message.topic).value();
        Heard heard{std::string(base::as_text(message.payload)), message.retained};
        if (topic.channel == wire::Channel::manifest)
            manifests_[topic.name].push_back(std::move(heard));
        else
            heard_.push_back(std::move(heard));
    }

    std::string name_;
    crypto::Verifier centre_;
    wire::Topics topics_ = wire::Topics::create("main").value();
    base::SystemClock clock_;
    crypto::Random random_;
    std::optional<link::Session> session_;
    std::vector<Heard> heard_;
    std::map<std::string, std::vector<Heard>> manifests_;
};

}  // namespace counterfoil::aggregator
