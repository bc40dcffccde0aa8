#include "daemon/sync/drain.h"

#include <algorithm>
#include <utility>

#include "firmware/core/wire/from_terminal.h"

namespace counterfoil::sync {

using base::Result;
using base::Status;
using wire::Reason;

namespace {

constexpr std::int64_t kMostPatience = 16;  // times the first one
constexpr const char* kCentre = "centre";

std::int64_t centre_epoch(const wire::Versions& versions) {
    const auto found = versions.find(kCentre);
    return found == versions.end() ? 0 : found->second;
}

// Any time between half of it and all of it: who was refused in one moment does not ask in one.
std::int64_t spread(std::int64_t wait_ms, base::Entropy& entropy) {
    std::array<std::uint8_t, 4> bytes{};
    entropy.fill(bytes);
    std::uint64_t number = 0;
    for (const std::uint8_t byte : bytes) number = number << 8U | byte;
    const auto half = static_cast<std::uint64_t>(wait_ms / 2);
    return wait_ms - static_cast<std::int64_t>(number % (half + 1));
}

}  // namespace

Drain::Drain(Stock& stock, DrainSettings settings, const base::Clock& clock, base::Entropy& entropy)
    : stock_(stock),
      settings_(std::move(settings)),
      clock_(clock),
      entropy_(entropy),
      patience_ms_(settings_.ask_again_ms),
      refused_wait_ms_(settings_.refused_ms) {}

void Drain::remember(std::int64_t centre_epoch, std::int64_t received) {
    centre_epoch_ = centre_epoch;
    figures_.received = sent_ = signed_ = received;
}

void Drain::connected() {
    connected_ = hello_due_ = true;
    welcome_ = false;
    testimony_ = 0;
    heard_ms_ = clock_.steady_ms();
}

void Drain::disconnected(std::string why) {
    connected_ = welcome_ = false;
    figures_.last_trouble = std::move(why);
}

void Drain::heard() {
    heard_ms_ = clock_.steady_ms();
    patience_ms_ = settings_.ask_again_ms;
}

void Drain::hear_wrong(std::string why) {
    ++figures_.wrong;
    figures_.last_trouble = std::move(why);
}

bool Drain::is_old(const wire::Versions& versions) const {
    return centre_epoch(versions) < centre_epoch_;
}

Status Drain::hear(const wire::Welcome& welcome) {
    // The answer to an earlier hello says less than the one to come.
    if (welcome_ || welcome.nonce != nonce_) return {};
    if (welcome.terminal != stock_.name() || is_old(welcome.versions)) {
        hear_wrong("the centre is an older state of itself");
        refuse("old_centre", figures_.last_trouble);
        return {};
    }
    CF_LET(const bool is_ours, stock_.has(welcome.cursor));
    if (!is_ours) return refuse_other(welcome.cursor);
    heard();
    welcome_ = true;
    versions_ = welcome.versions;
    centre_epoch_ = centre_epoch(versions_);
    credit_ = welcome.credit;
    // Also where it is less than was receipted: a centre that was restored may have lost some.
    figures_.received = 0;
    come_to(welcome.cursor.seq);
    sent_ = welcome.cursor.seq;
    gap_at_ = 0;
    asks_to_sign_ = false;
    if (!refused_batch_) accept();
    return {};
}

Status Drain::refuse_other(const wire::Cursor& cursor) {
    CF_LET(const wire::Cursor end, stock_.end());
    if (cursor.epoch == end.epoch && cursor.seq < stock_.base()) {
        refuse_pruned(cursor.seq + 1);
        return {};
    }
    hear_wrong("the centre welcomes another ledger");
    refuse("other_ledger", figures_.last_trouble);
    testimony_ = cursor.seq > stock_.base() ? cursor.seq : 0;
    return {};
}

// As of a centre that was restored from a copy that is older than what a till keeps.
void Drain::refuse_pruned(std::int64_t first) {
    hear_wrong("the centre lacks event " + std::to_string(first) +
               ", which it had signed to hold, and which was pruned since; events up to " +
               std::to_string(stock_.base()) + " have to come from a newer copy of the centre");
    refuse("centre_lost_events", figures_.last_trouble);
}

Result<bool> Drain::hear(const wire::Receipt& receipt) {
    const ledger::Receipt& said = receipt.content;
    CF_LET(const bool is_ours, stock_.has({said.epoch, said.seq, said.head}));
    if (said.terminal != stock_.name() || !is_ours) {
        hear_wrong("the centre receipts another ledger");
        return false;
    }
    if (is_old(said.versions)) {
        hear_wrong("the centre is an older state of itself");
        return false;
    }
    ++figures_.receipts;
    if (centre_epoch(said.versions) > centre_epoch_ && centre_epoch_ > 0) {
        // It was restored: only its welcome says what it still holds.
        centre_epoch_ = centre_epoch(said.versions);
        hello_due_ = true;
        welcome_ = false;
        return true;
    }
    centre_epoch_ = centre_epoch(said.versions);
    signed_ = std::max(signed_, said.seq);
    const bool was_asked_for = asks_to_sign_ && signed_ >= figures_.received;
    // One that comes late or again says nothing new.
    if (said.seq <= figures_.received && !was_asked_for) return true;
    asks_to_sign_ = false;
    heard();
    versions_ = said.versions;
    credit_ = said.credit;
    come_to(said.seq);
    accept();
    return true;
}

void Drain::accept() {
    refused_.reset();
    refused_batch_ = false;
    refused_wait_ms_ = settings_.refused_ms;
}

void Drain::come_to(std::int64_t seq) {
    figures_.received = std::max(figures_.received, seq);
    sent_ = std::max(sent_, figures_.received);
    ends_.erase(ends_.begin(), ends_.upper_bound(figures_.received));
}

void Drain::hear(const wire::Nak& nak) {
    const bool is_about_events =
        !nak.answers || nak.answers == wire::Kind::hello || nak.answers == wire::Kind::batch;
    if (!is_about_events || nak.reason == Reason::unknown_class) return;
    figures_.last_trouble = wire::reason_name(nak.reason);
    if (nak.reason == Reason::gap) return take_gap(nak.expected_seq.value_or(0));
    ++figures_.refusals;
    if (nak.retry_after_ms) {
        heard();
        quiet_until_ms_ = heard_ms_ + *nak.retry_after_ms;
        return;
    }
    refused_batch_ =
        refused_batch_ || nak.answers == wire::Kind::batch || (!nak.answers && welcome_);
    refuse(std::string(wire::reason_name(nak.reason)), nak.sentence);
}

// Every batch behind one that was lost is answered with the same gap: it is gone back for once. If
// it is lost again, nothing else comes back, and the centre is asked.
void Drain::take_gap(std::int64_t expected_seq) {
    ++figures_.gaps;
    if (expected_seq == gap_at_ || expected_seq <= figures_.received) return;
    heard();
    gap_at_ = expected_seq;
    sent_ = std::min(sent_, gap_at_ - 1);
}

// What was under way is answered in the same way: the first word says most.
void Drain::refuse(std::string reason, std::string sentence) {
    const std::int64_t now_ms = clock_.steady_ms();
    if (refused_ && !welcome_ && now_ms < refused_until_ms_) return;
    welcome_ = hello_due_ = false;
    if (!refused_ || refused_->reason != reason)
        refused_ = {std::move(reason), std::move(sentence)};
    refused_until_ms_ = now_ms + spread(refused_wait_ms_, entropy_);
    refused_wait_ms_ = std::min(2 * refused_wait_ms_, settings_.refused_most_ms);
}

std::int64_t Drain::ask_at_ms() const {
    const std::int64_t at_ms = std::max(heard_ms_ + patience_ms_, quiet_until_ms_);
    return refused_ && !welcome_ ? std::max(at_ms, refused_until_ms_) : at_ms;
}

void Drain::ask_if_silent() {
    if (hello_due_ || !is_waiting() || clock_.steady_ms() < ask_at_ms()) return;
    patience_ms_ = std::min(2 * patience_ms_, kMostPatience * settings_.ask_again_ms);
    hello_due_ = true;
    welcome_ = false;
}

Result<std::optional<Drain::Message>> Drain::next() {
    if (!connected_) return std::optional<Message>();
    if (testimony_ != 0) return next_testimony();
    ask_if_silent();
    return hello_due_ ? next_hello() : next_batch();
}

Result<std::optional<Drain::Message>> Drain::next_hello() {
    wire::Hello hello;
    hello.terminal = stock_.name();
    CF_LET(hello.cursor, stock_.end());
    hello.incarnation = stock_.incarnation();
    hello.software = settings_.software;
    entropy_.fill(nonce_);
    hello.nonce = nonce_;
    hello_ = wire::write(hello);
    given_ = {hello_, 0, false};
    return std::optional(given_);
}

// Nothing is counted by it: what is answered is heard like any other word of the centre's.
Result<std::optional<Drain::Message>> Drain::next_testimony() {
    CF_LET(const std::optional<Parcel> parcel, stock_.behind(testimony_ - 1, Stock::kAnyEnd));
    if (!parcel) {
        testimony_ = 0;
        return std::optional<Message>();
    }
    given_ = {parcel->payload, parcel->to, true};
    return std::optional(given_);
}

bool Drain::may_send() const {
    const bool has_turn = welcome_ && quiet_until_ms_ <= clock_.steady_ms();
    // What was refused is tried again by one batch alone.
    if (refused_) return has_turn && sent_ == figures_.received;
    return has_turn && (ends_.size() < settings_.most_batches || sent_ < *ends_.rbegin());
}

std::int64_t Drain::known_end() const {
    const auto end = ends_.upper_bound(sent_);
    return end == ends_.end() ? Stock::kAnyEnd : *end;
}

bool Drain::has_room(std::int64_t to) const {
    return to - figures_.received <= std::min(credit_, settings_.most_events);
}

Result<std::optional<Drain::Message>> Drain::next_batch() {
    if (!may_send()) return std::optional<Message>();
    if (sent_ < stock_.base()) {
        refuse_pruned(sent_ + 1);
        return std::optional<Message>();
    }
    CF_LET(const std::optional<Parcel> parcel, stock_.behind(sent_, known_end()));
    if (!parcel) return next_at_the_end();
    if (!has_room(parcel->to)) return std::optional<Message>();
    const bool is_known = ends_.contains(parcel->to);
    given_is_tail_ = parcel->is_tail && !is_known;
    if (given_is_tail_ && clock_.steady_ms() < share_until_ms_) return std::optional<Message>();
    given_ = {parcel->payload, parcel->to, parcel->to <= figures_.sent};
    return std::optional(given_);
}

// The centre holds all of it by now, and has signed for it or is to do so.
Result<std::optional<Drain::Message>> Drain::next_at_the_end() {
    if (is_waiting()) return std::optional<Message>();
    if (signed_ < figures_.received && figures_.received > stock_.base()) {
        testimony_ = figures_.received;
        return next_testimony();
    }
    accept();
    return std::optional<Message>();
}

void Drain::sent() {
    const std::int64_t now_ms = clock_.steady_ms();
    if (std::exchange(testimony_, 0) != 0) {
        asks_to_sign_ = welcome_;
        if (asks_to_sign_) heard_ms_ = now_ms;
        return;
    }
    if (given_.to == 0) {
        ++figures_.hellos;
        hello_due_ = false;
        heard_ms_ = now_ms;
        return;
    }
    // Silence is counted from when something is asked for.
    if (sent_ == figures_.received) heard_ms_ = now_ms;
    sent_ = given_.to;
    ends_.insert(sent_);
    ++figures_.batches;
    figures_.sent = std::max(figures_.sent, sent_);
    if (given_is_tail_) share_until_ms_ = now_ms + settings_.share_ms;
}

std::optional<std::int64_t> Drain::due_ms() const {
    if (!connected_) return {};
    std::int64_t due_ms = Stock::kAnyEnd;
    const std::int64_t now_ms = clock_.steady_ms();
    if (is_waiting()) due_ms = std::min(due_ms, ask_at_ms());
    if (quiet_until_ms_ > now_ms) due_ms = std::min(due_ms, quiet_until_ms_);
    if (welcome_ && share_until_ms_ > now_ms) due_ms = std::min(due_ms, share_until_ms_);
    if (due_ms == Stock::kAnyEnd) return {};
    return due_ms;
}

}  // namespace counterfoil::sync
