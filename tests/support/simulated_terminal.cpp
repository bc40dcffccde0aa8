#include "tests/support/simulated_terminal.h"

#include <algorithm>

#include "firmware/core/wire/from_terminal.h"

namespace counterfoil::test {
namespace {

constexpr const char* kTenant = "main";

link::Settings with_own_topics(link::Settings settings, const std::string& name) {
    const auto topics = wire::Topics::create(kTenant).value();
    settings.subscriptions.clear();
    for (const std::string& filter : topics.for_terminal(name))
        settings.subscriptions.push_back({filter, link::Qos::at_least_once});
    return settings;
}

}  // namespace

SimulatedTerminal::SimulatedTerminal(const Fleet& fleet, std::size_t place,
                                     const link::Settings& settings,
                                     const crypto::PublicKey& centre, std::int64_t batch_events)
    : fleet_(fleet),
      place_(place),
      name_(Fleet::name(place)),
      batch_events_(batch_events),
      topics_(wire::Topics::create(kTenant).value()),
      centre_(crypto::Verifier::create(centre).value()),
      session_(link::Session::open(with_own_topics(settings, name_), clock_, random_).value()) {}

void SimulatedTerminal::work() {
    while (const auto event = session_.poll()) {
        if (const auto* message = std::get_if<link::Message>(&*event)) hear(*message);
        if (std::holds_alternative<link::Disconnected>(*event)) welcome_ = false;
        if (std::holds_alternative<link::Connected>(*event)) say_hello();
    }
    if (!session_.is_connected() || is_done()) return;
    if (clock_.steady_ms() > heard_ms_ + kAskAgainMs) say_hello();
    if (welcome_) send_batches();
}

void SimulatedTerminal::say_hello() {
    welcome_ = false;
    heard_ms_ = clock_.steady_ms();
    wire::Hello hello;
    hello.terminal = name_;
    hello.cursor = {1, fleet_.events(place_), fleet_.ledgers()[place_].head()};
    hello.software = "simulated";
    random_.fill(hello.nonce);
    [[maybe_unused]] const auto said = session_.publish(
        topics_.up(0, name_), base::as_bytes(wire::write(hello)), link::Qos::at_least_once);
}

void SimulatedTerminal::hear(const link::Message& message) {
    heard_ms_ = clock_.steady_ms();
    const auto read = wire::read_from_centre(base::as_text(message.payload), centre_);
    CF_CHECK(read.ok());
    if (const auto* welcome = std::get_if<wire::Welcome>(&read.value())) {
        welcome_ = true;
        received_ = sent_ = welcome->cursor.seq;
    } else if (const auto* receipt = std::get_if<wire::Receipt>(&read.value())) {
        received_ = std::max(received_, receipt->content.seq);
        sent_ = std::max(sent_, received_);
    } else if (const auto* nak = std::get_if<wire::Nak>(&read.value())) {
        ++refusals_;
        last_refusal_ = wire::reason_name(nak->reason);
        if (nak->reason == wire::Reason::gap) say_hello();
    }
}

void SimulatedTerminal::send_batches() {
    while (sent_ < fleet_.events(place_) && sent_ - received_ < kBatchesUnderWay * batch_events_) {
        const std::int64_t to = std::min(sent_ + batch_events_, fleet_.events(place_));
        const std::string bytes = fleet_.batch(place_, sent_ + 1, to);
        const auto sent =
            session_.publish(topics_.up(0, name_), base::as_bytes(wire::write(wire::Batch{bytes})),
                             link::Qos::at_least_once);
        if (!sent.ok()) return;
        sent_ = to;
    }
}

}  // namespace counterfoil::test
