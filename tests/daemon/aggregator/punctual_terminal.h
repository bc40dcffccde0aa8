#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "daemon/link/session.h"
#include "firmware/core/crypto/random.h"
#include "firmware/core/wire/from_centre.h"
#include "firmware/core/wire/from_terminal.h"
#include "firmware/core/wire/topics.h"
#include "tests/support/fleet.h"

namespace counterfoil::aggregator {

// How long receipts took.
class Latencies {
  public:
    void add(std::chrono::steady_clock::duration duration) {
        all_us_.push_back(std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
        std::ranges::sort(all_us_);
    }
    void add(const Latencies& others) {
        all_us_.insert(all_us_.end(), others.all_us_.begin(), others.all_us_.end());
        std::ranges::sort(all_us_);
    }
    std::size_t count() const { return all_us_.size(); }
    std::int64_t max_us() const { return at(1000); }
    std::string text() const {
        return "p50 " + std::to_string(at(500)) + " us, p99 " + std::to_string(at(990)) +
               " us, max " + std::to_string(max_us()) + " us, of " + std::to_string(count());
    }

  private:
    std::int64_t at(std::size_t permille) const {
        if (all_us_.empty()) return 0;
        return all_us_[std::min(all_us_.size() - 1, all_us_.size() * permille / 1000)];
    }

    std::vector<std::int64_t> all_us_;
};

// An honest terminal with one sale after another, each in a batch of its own and sent when the one
// before has its receipt: it notes how long that took. What gets no receipt is sent again.
class PunctualTerminal {
  public:
    // The fleet must outlive it.
    PunctualTerminal(const test::Fleet& fleet, std::size_t place, link::Settings settings,
                     const crypto::PublicKey& centre)
        : fleet_(fleet), place_(place), centre_(crypto::Verifier::create(centre).value()) {
        for (const std::string& filter : topics_.for_terminal(test::Fleet::name(place)))
            settings.subscriptions.push_back({filter, link::Qos::at_least_once});
        session_.emplace(link::Session::open(settings, clock_, random_).value());
    }

    void work() {
        while (const auto event = session_->poll())
            if (const auto* message = std::get_if<link::Message>(&*event)) hear(*message);
        const auto now = Clock::now();
        if (!session_->is_connected() || received_ == fleet_.events(place_)) return;
        if (!sent_ && now < next_) return;
        if (!sent_) began_ = now;
        if (sent_ && now < *sent_ + kAgain) return;
        if (sent_) ++resent_;
        send();
    }
    std::int64_t received() const { return received_; }
    std::int64_t resent() const { return resent_; }
    std::int64_t refused() const { return refused_; }
    bool is_connected() const { return session_->is_connected(); }
    // Since they were taken last.
    Latencies take_latencies() { return std::exchange(latencies_, {}); }

  private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds kBetween{15};
    static constexpr std::chrono::seconds kAgain{3};

    void send() {
        const std::string bytes = fleet_.batch(place_, received_ + 1, received_ + 1);
        const auto taken = session_->publish(topics_.up(0, test::Fleet::name(place_)),
                                             base::as_bytes(wire::write(wire::Batch{bytes})),
                                             link::Qos::at_least_once);
        if (taken.ok()) sent_ = Clock::now();
    }
    void hear(const link::Message& message) {
        const auto said = wire::read_from_centre(base::as_text(message.payload), centre_);
        CF_CHECK(said.ok());
        // What all terminals are told is no answer.
        if (std::holds_alternative<wire::Manifest>(said.value())) return;
        const auto* receipt = std::get_if<wire::Receipt>(&said.value());
        if (receipt == nullptr) {
            ++refused_;
            return;
        }
        if (!sent_ || receipt->content.seq <= received_) return;
        received_ = receipt->content.seq;
        sent_.reset();
        latencies_.add(Clock::now() - began_);
        next_ = Clock::now() + kBetween;
    }

    const test::Fleet& fleet_;
    std::size_t place_;
    crypto::Verifier centre_;
    wire::Topics topics_ = wire::Topics::create("main").value();
    base::SystemClock clock_;
    crypto::Random random_;
    std::optional<link::Session> session_;
    std::int64_t received_ = 0;
    std::int64_t resent_ = 0;
    std::int64_t refused_ = 0;
    std::optional<Clock::time_point> sent_;
    Clock::time_point began_;
    Clock::time_point next_;
    Latencies latencies_;
};

}  // namespace counterfoil::aggregator
