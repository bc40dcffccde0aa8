#include "daemon/sync/program.h"

#include <algorithm>

#include "firmware/core/base/coding.h"

namespace counterfoil::sync {

using base::Result;
using base::Status;

namespace {

constexpr std::int64_t kTickMs = 500;
constexpr std::int64_t kBetweenLooksMs = 1000;
constexpr std::int64_t kDeadAfterMs = 4000;
// At one go; the rest at the loop's next turn.
constexpr int kHeardAtOnce = 64;
// Batches on their way to the broker: so no hello, heartbeat or pull waits behind more.
constexpr std::size_t kBatchesAtOnce = 8;
constexpr const char* kPulse = "pulse";
constexpr std::string_view kHere = "here";
constexpr std::string_view kGone = "gone";

base::Bytes bytes_of(std::string_view text) {
    const base::ByteView view = base::as_bytes(text);
    return {view.begin(), view.end()};
}

link::Settings link_settings(const ProgramOptions& options, const SyncFolder& folder,
                             const wire::Topics& topics, const std::string& terminal) {
    link::Settings link;
    link.broker = options.settings.broker;
    link.port = options.settings.port;
    link.client_id = terminal;
    link.authority = folder.authority();
    link.certificate = folder.certificate();
    link.key = folder.key();
    link.protocol = options.protocol;
    // The broker hangs up after one and a half times as long in whole seconds, and the library may
    // be late by one. A dead link is left before, see leave_dead_link().
    link.keep_alive_s = 3;
    link.backoff = options.backoff;
    for (const std::string& filter : topics.for_terminal(terminal))
        link.subscriptions.push_back({filter, link::Qos::at_least_once});
    link.will = {topics.state(terminal), bytes_of(kGone), link::Qos::at_least_once};
    link.max_waiting_messages = 64;
    link.max_waiting_bytes = 4UL << 20;
    return link;
}

}  // namespace

Program::Program(const ProgramOptions& options, sqlite::WriterClaim claim, ServiceManager manager,
                 JournalStock stock, crypto::Verifier centre, wire::Topics topics,
                 const base::Clock& clock, base::Log& log)
    : options_(options),
      claim_(std::move(claim)),
      folder_{options.data},
      clock_(clock),
      log_(log),
      manager_(std::move(manager)),
      stock_(std::move(stock)),
      centre_(std::move(centre)),
      topics_(std::move(topics)),
      disk_(options.data),
      network_(options.network.value_or(Network::kOfKernel)),
      drain_(stock_, options.drain, clock, random_),
      old_({centre_, clock, random_, log}),
      mirror_({folder_,
               {stock_.name(), stock_.epoch()},
               clock,
               [this](const base::Error& error) {
                   log_.error("mirror_failed", {{"reason", error.line()}});
               }}),
      receipt_(folder_.receipt()),
      needs_network_(options.network.has_value() || !is_loopback(options.settings.broker)),
      doorbell_(loop_, folder_.doorbell(), [this] {
          refresh();
          if (session_) send();
      }) {}

Result<std::unique_ptr<Program>> Program::start(const ProgramOptions& options,
                                                sqlite::WriterClaim own, ServiceManager manager,
                                                const base::Clock& clock, base::Log& log) {
    const SyncFolder folder{options.data};
    CF_LET(auto topics, wire::Topics::create(options.settings.tenant));
    CF_LET(const crypto::PublicKey key, read_centre_key(folder));
    CF_LET(auto centre, crypto::Verifier::create(key));
    CF_LET(auto stock, JournalStock::open(folder.journal()));
    std::unique_ptr<Program> program(new Program(options, std::move(own), std::move(manager),
                                                 std::move(stock), std::move(centre),
                                                 std::move(topics), clock, log));
    program->open_receipt();
    program->old_.open(folder, program->stock_.name(), program->stock_.epoch(), options.drain);
    program->open_renewal();
    CF_TRY(program->open_link());
    program->tick();
    program->manager_.tell("READY=1");
    return program;
}

// What a file says that does not hold is not believed, and the welcome says it again.
void Program::open_receipt() {
    auto kept = ReceiptKeeper::open(folder_.receipt(), centre_);
    if (!kept.ok()) return log_.warn("receipt_not_believed", {{"reason", kept.error().line()}});
    const auto& last = kept.value().last();
    if (!last) return;
    const auto has = stock_.has({last->epoch, last->seq, last->head});
    if (last->terminal != stock_.name() || !has.ok() || !has.value())
        return log_.warn("receipt_not_believed", {{"reason", "it is of another ledger"}});
    const auto epoch = last->versions.find("centre");
    drain_.remember(epoch == last->versions.end() ? 0 : epoch->second, last->seq);
    server_time_ = last->server_time;
    receipt_ = std::move(kept).value();
}

Status Program::open_link() {
    const link::Settings settings = link_settings(options_, folder_, topics_, stock_.name());
    CF_LET(auto session, link::Session::open(settings, clock_, random_));
    session_.emplace(std::move(session));
    CF_LET(watch_, loop_.watch(session_->descriptor(), http::Readiness::read, [this] { hear(); }));
    loop_.post([this] { hear(); });
    return {};
}

void Program::stop() {
    loop_.post([this] {
        manager_.tell("STOPPING=1");
        note(receipt_.write());
        if (session_->is_connected()) [[maybe_unused]]
            const auto said = session_->publish(topics_.state(stock_.name()), base::as_bytes(kGone),
                                                link::Qos::at_least_once);
        loop_.stop();
    });
}

void Program::tick() {
    tick_ = loop_.after(kTickMs, [this] { tick(); });
    const std::int64_t now_ms = clock_.steady_ms();
    manager_.show_life(now_ms);
    if (now_ms - looked_ms_ >= kBetweenLooksMs) {
        looked_ms_ = now_ms;
        refresh();
    }
    note(receipt_.write_if_due(now_ms));
    look_around();
    if (renewal_) renewal_->look();
    if (session_) send();
}

// The session reads the files anew when it connects next.
void Program::open_renewal() {
    if (options_.settings.url.empty()) return;
    const auto told = [this](const Result<base::WallTime>& renewed) {
        loop_.post([this, renewed] {
            if (renewed.ok())
                log_.info("link_renewed", {{"until", base::to_rfc3339(renewed.value())}});
            else
                log_.warn("link_not_renewed", {{"reason", renewed.error().line()}});
        });
    };
    renewal_.emplace(Renewal::Settings{folder_, options_.settings.url}, clock_, told);
}

void Program::refresh() {
    const auto more = stock_.refresh();
    note(more.ok() ? Status() : more.error());
}

void Program::look_around() {
    Uplink::Seen seen;
    seen.has_network = !needs_network_ || network_.is_up();
    if (seen.has_network && uplink_.state() == UplinkState::no_link && session_) session_->hurry();
    seen.is_owed_answer = drain_.is_waiting() && !drain_.refused();
    seen.is_welcome = drain_.is_welcome();
    if (const auto& refused = drain_.refused())
        seen.refused = refused->reason + ": " + refused->sentence;
    if (uplink_.look(seen, clock_.steady_ms())) log_state();
    if (uplink_.take_probe() && !send_presence()) uplink_.probe_not_sent();
    leave_dead_link();
    tell_till();
}

// Before the library finds it out. Over a link that is slow alone, the centre's pulse comes, or the
// broker's word that it has taken something.
void Program::leave_dead_link() {
    if (!session_ || !session_->is_connected() || !uplink_.misses_broker()) return;
    if (clock_.steady_ms() - delivered_ms_ < kDeadAfterMs) return;
    hear(session_->give_up("the broker does not answer"));
}

void Program::tell_till() {
    wire::Standing standing;
    standing.state = uplink_.state();
    standing.reason = uplink_.reason();
    standing.epoch = stock_.epoch();
    standing.receipted = drain_.figures().received;
    standing.mirror = mirror_.version();
    standing.server_time = server_time_;
    standing.older = old_.left();
    doorbell_.tell(standing, backlog() > 0, clock_.steady_ms());
}

void Program::log_state() {
    const std::string state(wire::state_name(uplink_.state()));
    if (uplink_.state() == UplinkState::online)
        log_.info("online", {{"backlog", backlog()}});
    else if (uplink_.state() == UplinkState::refused)
        log_.error("refused", {{"reason", uplink_.reason()}, {"backlog", backlog()}});
    else
        log_.warn("offline", {{"state", state}, {"reason", uplink_.reason()}});
}

std::int64_t Program::backlog() const {
    return std::max<std::int64_t>(stock_.last_seq() - drain_.figures().received, 0);
}

// What is left is heard at the loop's next turn: the session's descriptor stays readable.
void Program::hear() {
    for (int heard = 0; heard < kHeardAtOnce; ++heard) {
        const auto event = session_->poll();
        if (!event) break;
        hear(*event);
    }
    send();
    look_around();
}

void Program::hear(const link::Event& event) {
    if (const auto* message = std::get_if<link::Message>(&event)) return hear(*message);
    if (const auto* delivered = std::get_if<link::Delivered>(&event)) {
        delivered_ms_ = clock_.steady_ms();
        if (delivered->id == probe_) uplink_.broker_answered();
    }
    if (std::holds_alternative<link::Connected>(event)) {
        uplink_.connected(clock_.steady_ms());
        drain_.connected();
        old_.connected();
        send_presence();
    }
    if (const auto* gone = std::get_if<link::Disconnected>(&event)) {
        uplink_.disconnected(gone->reason);
        drain_.disconnected(gone->reason);
        old_.disconnected(gone->reason);
        mirror_.disconnected();
    }
}

void Program::hear(const link::Message& message) {
    const auto read = wire::read_from_centre(base::as_text(message.payload), centre_);
    if (!read.ok()) {
        drain_.hear_wrong(read.error().line());
        return log_.warn("message_not_believed",
                         {{"topic", message.topic}, {"reason", read.error().line()}});
    }
    std::visit([this](const auto& said) { hear(said); }, read.value());
}

void Program::hear(const wire::Welcome& welcome) {
    const auto is_old = old_.hear(welcome);
    if (!is_old.ok()) return note(is_old.error());
    if (is_old.value()) return uplink_.heard(clock_.steady_ms());
    const std::uint64_t wrong = drain_.figures().wrong;
    note(drain_.hear(welcome));
    if (drain_.figures().wrong > wrong)
        return log_.error("welcome_not_believed", {{"reason", drain_.figures().last_trouble}});
    if (!drain_.is_welcome()) return;
    uplink_.heard(clock_.steady_ms());
    server_time_ = std::max(server_time_, welcome.server_time);
    mirror_.hear(welcome.versions, welcome.server_time);
    if (welcome.open_epoch > 0) log_.warn("another_epoch_is_open", {{"epoch", welcome.open_epoch}});
}

void Program::hear(const wire::Receipt& receipt) {
    const auto is_old = old_.hear(receipt);
    if (!is_old.ok()) return note(is_old.error());
    if (is_old.value()) return uplink_.heard(clock_.steady_ms());
    const auto is_ours = drain_.hear(receipt);
    if (!is_ours.ok()) return note(is_ours.error());
    if (!is_ours.value())
        return log_.warn("receipt_not_believed", {{"reason", drain_.figures().last_trouble}});
    uplink_.heard(clock_.steady_ms());
    server_time_ = std::max(server_time_, receipt.content.server_time);
    mirror_.hear(receipt.content.versions, receipt.content.server_time);
    if (receipt.content.seq == drain_.figures().received)
        receipt_.take(receipt.content, receipt.text);
}

void Program::hear(const wire::Nak& nak) {
    uplink_.heard(clock_.steady_ms());
    if (nak.answers == wire::Kind::pull) return mirror_.hear(nak);
    if (!old_.hear(nak)) drain_.hear(nak);
}

void Program::hear(const wire::Delta& delta) {
    uplink_.heard(clock_.steady_ms());
    server_time_ = std::max(server_time_, delta.server_time);
    mirror_.hear(delta);
}

void Program::hear(const wire::Manifest& manifest) {
    if (manifest.data_class != kPulse) return mirror_.hear(manifest);
    // One that comes again is no sign of life.
    if (manifest.server_time <= server_time_) return;
    server_time_ = manifest.server_time;
    uplink_.heard_pulse(clock_.steady_ms());
}

Result<std::uint64_t, link::NotPublished> Program::publish_up(std::string_view payload) {
    return session_->publish(topics_.up(options_.settings.shard, stock_.name()),
                             base::as_bytes(payload), link::Qos::at_least_once);
}

void Program::send() {
    send_heartbeat_if_due();
    send_pull_if_due();
    send_events();
    send_old_events();
    wake_later();
}

// It also shows whether the broker answers.
bool Program::send_presence() {
    const auto sent = session_->publish(topics_.state(stock_.name()), base::as_bytes(kHere),
                                        link::Qos::at_least_once);
    if (sent.ok()) probe_ = sent.value();
    return sent.ok();
}

void Program::send_heartbeat_if_due() {
    const std::int64_t now_ms = clock_.steady_ms();
    if (!drain_.is_welcome() || now_ms < heartbeat_due_ms_) return;
    const auto beat = heartbeat();
    if (!beat.ok()) return note(beat.error());
    if (publish_up(wire::write(beat.value())).ok())
        heartbeat_due_ms_ = now_ms + options_.heartbeat_ms;
}

Result<wire::Heartbeat> Program::heartbeat() {
    wire::Heartbeat beat;
    beat.terminal = stock_.name();
    CF_LET(beat.cursor, stock_.end());
    CF_LET(const auto last, stock_.find(beat.cursor.seq));
    if (last) beat.signature = last->signature;
    beat.at = clock_.now();
    beat.backlog = backlog();
    CF_LET(const int used, disk_.used_permille());
    beat.disk_used_permille = used;
    if (const auto& receipt = receipt_.last())
        beat.receipt = {receipt->epoch, receipt->seq, receipt->server_time};
    return beat;
}

bool Program::may_pull() const {
    return drain_.is_welcome() && session_->figures().in_flight < kBatchesAtOnce;
}

std::optional<std::int64_t> Program::pull_due_ms() const {
    if (!may_pull()) return {};
    return mirror_.due_ms();
}

// One that does not go out is asked for again, as if it had been lost.
void Program::send_pull_if_due() {
    if (!may_pull()) return;
    if (const auto pull = mirror_.due()) [[maybe_unused]]
        const auto sent = publish_up(wire::write(*pull));
}

void Program::send_events() {
    if (old_.is_asking()) return;
    while (session_->is_connected() && session_->figures().in_flight < kBatchesAtOnce) {
        const auto next = drain_.next();
        if (!next.ok()) return note(next.error());
        if (!next.value() || !publish_up(next.value()->payload).ok()) return;
        drain_.sent();
    }
}

void Program::send_old_events() {
    const bool is_idle = drain_.is_welcome() && !drain_.is_waiting() && !drain_.refused();
    if (!is_idle || backlog() > 0 || old_.is_asking() || !session_->is_connected()) return;
    const auto next = old_.next();
    if (!next.ok()) return note(next.error());
    if (next.value() && publish_up(*next.value()).ok()) old_.sent();
}

void Program::wake_later() {
    std::int64_t wait_ms = kTickMs;
    for (const auto due_ms : {session_->due_ms(), drain_.due_ms(), pull_due_ms()})
        if (due_ms) wait_ms = std::min(wait_ms, *due_ms - clock_.steady_ms());
    due_ = loop_.after(std::max<std::int64_t>(wait_ms, 1), [this] { hear(); });
}

void Program::note(const Status& done) {
    if (!done.ok() && !is_failing_) log_.error("failed", {{"reason", done.error().line()}});
    is_failing_ = !done.ok();
}

}  // namespace counterfoil::sync
