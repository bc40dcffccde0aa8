#include "tools/load/terminal.h"

#include <algorithm>

#include "firmware/core/wire/from_terminal.h"

namespace counterfoil::load {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::int64_t kMostWaitMs = 1000;
constexpr std::int64_t kMostPatience = 16;  // times the first one

link::Settings with_own_topics(link::Settings settings, const wire::Topics& topics,
                               const std::string& name) {
    settings.subscriptions.clear();
    for (const std::string& filter : topics.for_terminal(name))
        settings.subscriptions.push_back({filter, link::Qos::at_least_once});
    return settings;
}

}  // namespace

Terminal::Terminal(Stock& stock, const TerminalSettings& settings, wire::Topics topics,
                   crypto::Verifier centre)
    : stock_(stock),
      settings_(settings),
      topics_(std::move(topics)),
      centre_(std::move(centre)),
      patience_ms_(settings.ask_again_ms) {}

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
    if (const auto due_ms = session_->due_ms())
        wait_ms = std::min(wait_ms, *due_ms - clock_.steady_ms());
    if (due_ != Moment::max()) {
        const auto wait = std::chrono::ceil<milliseconds>(due_ - steady_clock::now());
        wait_ms = std::min<std::int64_t>(wait_ms, wait.count());
    }
    return std::max<std::int64_t>(wait_ms, 0);
}

bool Terminal::is_done() const {
    if (!welcome_ || figures_.received < figures_.sent) return false;
    return ending_ || stock_.ends_at(figures_.received);
}

void Terminal::work() {
    due_ = Moment::max();
    while (const auto event = session_->poll()) hear(*event);
    if (!session_->is_connected()) return;
    if (is_waiting() && steady_clock::now() >= heard_ + milliseconds(patience_ms_)) {
        patience_ms_ = std::min(2 * patience_ms_, kMostPatience * settings_.ask_again_ms);
        say_hello();
    }
    if (welcome_) send_batches();
    if (is_waiting()) due_ = std::min(due_, heard_ + milliseconds(patience_ms_));
}

void Terminal::hear(const link::Event& event) {
    if (const auto* message = std::get_if<link::Message>(&event)) hear(*message);
    if (const auto* gone = std::get_if<link::Disconnected>(&event)) {
        welcome_ = false;
        figures_.last_trouble = gone->reason;
    }
    if (std::holds_alternative<link::Connected>(event)) say_hello();
}

void Terminal::say_hello() {
    welcome_ = false;
    heard_ = steady_clock::now();
    wire::Hello hello;
    hello.terminal = stock_.name();
    hello.cursor = stock_.end();
    hello.incarnation = stock_.incarnation();
    hello.software = "simulated";
    random_.fill(nonce_);
    hello.nonce = nonce_;
    // Where it is not taken, it is said again as if it had been lost.
    const auto said = session_->publish(
        topics_.up(0, stock_.name()), base::as_bytes(wire::write(hello)), link::Qos::at_least_once);
    if (said.ok()) ++figures_.hellos;
}

void Terminal::hear(const link::Message& message) {
    const auto read = wire::read_from_centre(base::as_text(message.payload), centre_);
    if (!read.ok()) return fail(read.error().line());
    heard_ = steady_clock::now();
    patience_ms_ = settings_.ask_again_ms;
    if (const auto* welcome = std::get_if<wire::Welcome>(&read.value()))
        hear(*welcome);
    else if (const auto* receipt = std::get_if<wire::Receipt>(&read.value()))
        hear(*receipt);
    else if (const auto* nak = std::get_if<wire::Nak>(&read.value()))
        hear(*nak);
}

void Terminal::fail(std::string why) {
    ++figures_.wrong;
    figures_.last_trouble = std::move(why);
}

void Terminal::hear(const wire::Welcome& welcome) {
    // The answer to an earlier hello says less than the one to come.
    if (welcome.nonce != nonce_) return;
    if (!stock_.has(welcome.cursor)) return fail("the centre welcomes another ledger");
    welcome_ = true;
    credit_ = welcome.credit;
    come_to(welcome.cursor);
    sent_ = figures_.received;
    gap_at_ = 0;
}

void Terminal::hear(const wire::Receipt& receipt) {
    const wire::Cursor cursor{receipt.content.epoch, receipt.content.seq, receipt.content.head};
    if (receipt.content.terminal != stock_.name() || !stock_.has(cursor))
        return fail("the centre receipts another ledger");
    ++figures_.receipts;
    credit_ = receipt.content.credit;
    come_to(cursor);
}

void Terminal::come_to(const wire::Cursor& cursor) {
    figures_.received = std::max(figures_.received, cursor.seq);
    sent_ = std::max(sent_, figures_.received);
    stock_.forget(figures_.received);
    const Moment now = steady_clock::now();
    for (; !under_way_.empty() && under_way_.front().to <= figures_.received;
         under_way_.pop_front())
        latencies_.push_back(
            std::chrono::duration_cast<std::chrono::microseconds>(now - under_way_.front().since));
}

// Every batch behind one that was lost is answered with the same gap: it is gone back for once. If
// it is lost again, nothing comes back, and the centre is asked.
void Terminal::hear(const wire::Nak& nak) {
    figures_.last_trouble = wire::reason_name(nak.reason);
    if (nak.reason == wire::Reason::gap && nak.expected_seq) {
        ++figures_.gaps;
        if (*nak.expected_seq == gap_at_ || *nak.expected_seq <= figures_.received) return;
        gap_at_ = *nak.expected_seq;
        sent_ = std::min(sent_, gap_at_ - 1);
        return;
    }
    ++figures_.refusals;
    if (nak.retry_after_ms) quiet_until_ = steady_clock::now() + milliseconds(*nak.retry_after_ms);
}

bool Terminal::has_credit(std::int64_t seq) const {
    return seq - figures_.received <= std::min(credit_, settings_.most_under_way);
}

// What waits for credit, or for room in the session, is woken when that is there.
void Terminal::send_batches() {
    const Moment now = steady_clock::now();
    if (quiet_until_ > now) {
        due_ = quiet_until_;
        return;
    }
    while (const auto parcel = stock_.behind(sent_)) {
        if (!has_credit(parcel->to)) return;
        if (parcel->to > figures_.sent) {
            if (ending_) return;
            if (next_ > now) {
                due_ = next_;
                return;
            }
        }
        const auto sent =
            session_->publish(topics_.up(0, stock_.name()), base::as_bytes(parcel->payload),
                              link::Qos::at_least_once);
        if (!sent.ok()) return;
        // Silence is counted from when something is asked for.
        if (sent_ == figures_.received) heard_ = now;
        sent_ = parcel->to;
        ++figures_.batches;
        if (sent_ <= figures_.sent) continue;
        figures_.sent = sent_;
        // What is late because others were in its way is late from when it was due.
        under_way_.push_back({sent_, settings_.interval.count() > 0 ? next_ : now});
        next_ += settings_.interval;
    }
}

}  // namespace counterfoil::load
