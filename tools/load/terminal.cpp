#include "tools/load/terminal.h"

#include <algorithm>

namespace counterfoil::load {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::int64_t kMostWaitMs = 1000;

link::Settings with_own_topics(link::Settings settings, const wire::Topics& topics,
                               const std::string& name) {
    settings.subscriptions.clear();
    for (const std::string& filter : topics.for_terminal(name))
        settings.subscriptions.push_back({filter, link::Qos::at_least_once});
    return settings;
}

sync::DrainSettings drain_settings(const TerminalSettings& settings) {
    sync::DrainSettings drain;
    drain.software = "simulated";
    drain.ask_again_ms = settings.ask_again_ms;
    drain.most_events = settings.most_under_way;
    return drain;
}

}  // namespace

Terminal::Terminal(Stock& stock, const TerminalSettings& settings, wire::Topics topics,
                   crypto::Verifier centre)
    : stock_(stock),
      settings_(settings),
      topics_(std::move(topics)),
      centre_(std::move(centre)),
      drain_(stock, drain_settings(settings), clock_, random_) {}

base::Result<std::unique_ptr<Terminal>> Terminal::open(Stock& stock,
                                                       const TerminalSettings& settings) {
    CF_LET(auto topics, wire::Topics::create(settings.tenant));
    CF_LET(auto centre, crypto::Verifier::create(settings.centre));
    std::unique_ptr<Terminal> terminal(
        new Terminal(stock, settings, std::move(topics), std::move(centre)));
    CF_LET(auto session,
           link::Session::open(with_own_topics(settings.link, terminal->topics_, stock.name()),
                               terminal->clock_, terminal->random_));
    terminal->session_.emplace(std::move(session));
    return terminal;
}

void Terminal::begin(Moment at) {
    next_ = due_ = at;
}

std::int64_t Terminal::wait_ms() const {
    std::int64_t wait_ms = kMostWaitMs;
    for (const auto due_ms : {session_->due_ms(), drain_.due_ms()})
        if (due_ms) wait_ms = std::min(wait_ms, *due_ms - clock_.steady_ms());
    if (due_ != Moment::max()) {
        const auto wait = std::chrono::ceil<milliseconds>(due_ - steady_clock::now());
        wait_ms = std::min<std::int64_t>(wait_ms, wait.count());
    }
    return std::max<std::int64_t>(wait_ms, 0);
}

bool Terminal::is_done() const {
    if (!drain_.is_welcome() || figures().received < figures().sent) return false;
    return ending_ || stock_.ends_at(figures().received);
}

bool Terminal::is_behind(Moment then) const {
    return next_ < then || (!under_way_.empty() && under_way_.front().since < then);
}

void Terminal::work() {
    due_ = Moment::max();
    while (const auto event = session_->poll()) hear(*event);
    send();
}

void Terminal::hear(const link::Event& event) {
    if (const auto* message = std::get_if<link::Message>(&event)) hear(*message);
    if (const auto* gone = std::get_if<link::Disconnected>(&event))
        drain_.disconnected(gone->reason);
    if (std::holds_alternative<link::Connected>(event)) drain_.connected();
}

void Terminal::hear(const link::Message& message) {
    const auto read = wire::read_from_centre(base::as_text(message.payload), centre_);
    if (!read.ok()) return drain_.hear_wrong(read.error().line());
    hear_verified(read.value());
    take_progress();
}

// The stock is in memory and cannot fail.
void Terminal::hear_verified(const wire::FromCentre& said) {
    if (const auto* welcome = std::get_if<wire::Welcome>(&said))
        CF_CHECK(drain_.hear(*welcome).ok());
    else if (const auto* receipt = std::get_if<wire::Receipt>(&said))
        CF_CHECK(drain_.hear(*receipt).ok());
    else if (const auto* nak = std::get_if<wire::Nak>(&said))
        drain_.hear(*nak);
}

void Terminal::take_progress() {
    const std::int64_t received = figures().received;
    stock_.forget(received);
    const Moment now = steady_clock::now();
    for (; !under_way_.empty() && under_way_.front().to <= received; under_way_.pop_front())
        latencies_.push_back(
            std::chrono::duration_cast<std::chrono::microseconds>(now - under_way_.front().since));
}

bool Terminal::is_due(const sync::Drain::Message& message, Moment now) {
    if (message.to == 0 || message.is_again) return true;
    if (ending_) return false;
    if (next_ > now) due_ = next_;
    return next_ <= now;
}

// What waits for credit, or for room in the session, is woken when that is there.
void Terminal::send() {
    const Moment now = steady_clock::now();
    for (;;) {
        const auto next = drain_.next();
        CF_CHECK(next.ok());
        if (!next.value() || !is_due(*next.value(), now)) return;
        const sync::Drain::Message message = *next.value();
        const auto sent =
            session_->publish(topics_.up(0, stock_.name()), base::as_bytes(message.payload),
                              link::Qos::at_least_once);
        if (!sent.ok()) return;
        drain_.sent();
        if (message.to > 0 && !message.is_again) count_sent(message, now);
    }
}

// What is late because others were in its way is late from when it was due.
void Terminal::count_sent(const sync::Drain::Message& message, Moment now) {
    under_way_.push_back({message.to, settings_.interval.count() > 0 ? next_ : now});
    next_ += settings_.interval;
}

}  // namespace counterfoil::load
