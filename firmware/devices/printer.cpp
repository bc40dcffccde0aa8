#include "firmware/devices/printer.h"

#include <poll.h>

#include <algorithm>

namespace counterfoil::devices {

using base::Bytes;
using base::Code;
using base::Error;
using base::Status;
using Kind = PrinterEvent::Kind;

namespace {

constexpr std::int64_t kFirstPauseMs = 250;
constexpr std::int64_t kLongestPauseMs = 8000;
// A new job does not wait longer than this for the next try.
constexpr std::int64_t kJobPauseMs = 1000;
// How often to look whether bytes have left the machine, which nothing reports.
constexpr std::int64_t kLookMs = 20;
// The loop has others to serve: no more than this in one go.
constexpr std::size_t kMostBytes = std::size_t{1} << 16;
constexpr std::size_t kReadBytes = 512;
constexpr int kMostReads = 8;
constexpr int kMostMissed = 3;
constexpr std::size_t kMostEvents = 32;

bool ends_job(Kind kind) {
    return kind == Kind::printed || kind == Kind::in_doubt;
}

}  // namespace

Printer::Printer(const PrinterSettings& settings, Channel channel, const base::Clock& clock)
    : settings_(settings), channel_(std::move(channel)), clock_(clock), pause_ms_(kFirstPauseMs) {
    CF_CHECK(settings.asks || settings.proof == Proof::handed_over);
}

short Printer::awaited() const {
    if (channel_.state() == Channel::State::opening) return POLLOUT;
    const bool has_bytes = !questions_.empty() || (job_ && !job_->is_sent() && may_send());
    return static_cast<short>(has_bytes ? POLLIN | POLLOUT : POLLIN);
}

std::int64_t Printer::due_ms() const {
    const std::int64_t now_ms = clock_.steady_ms();
    if (channel_.state() == Channel::State::away) return due_ms_;
    if (channel_.state() == Channel::State::opening) return tried_ms_ + settings_.connect_ms;
    if (channel_.descriptor() < 0 && job_) return now_ms;
    std::int64_t due = now_ms + settings_.ask_each_ms;
    if (asked_ms_) due = std::min(due, *asked_ms_ + settings_.answer_ms);
    if (may_ask()) due = std::min(due, ask_due_ms_);
    if (job_ && job_->is_begun()) due = std::min(due, now_ms + kLookMs);
    return due;
}

void Printer::work() {
    if (channel_.state() == Channel::State::away) reach();
    if (channel_.state() == Channel::State::opening) settle();
    if (channel_.state() == Channel::State::open) listen();
    if (channel_.state() == Channel::State::open) {
        if (asked_ms_ && clock_.steady_ms() >= *asked_ms_ + settings_.answer_ms) miss_answers();
    }
    if (channel_.state() == Channel::State::open) {
        watch_line();
        ask();
        send();
    }
    if (channel_.state() == Channel::State::open) look_at_end();
    if (channel_.state() == Channel::State::open) look_for_stuck();
    tell_state();
}

PrinterState Printer::state() const {
    if (channel_.state() != Channel::State::open || !is_settled_) return PrinterState::away;
    if (!condition_) return PrinterState::unknown;
    if (condition_->paper_out) return PrinterState::paper_out;
    if (condition_->cover_open) return PrinterState::cover_open;
    if (condition_->error) return PrinterState::error;
    return condition_->offline ? PrinterState::offline : PrinterState::ready;
}

Status Printer::begin(JobId id, Bytes bytes) {
    CF_CHECK(is_free());
    if (bytes.empty()) return Error(Code::invalid_argument, "a job without a byte");
    if (bytes.size() > kMaxJobBytes) return Error(Code::too_large, "a job longer than any receipt");
    job_ = Job{id, std::move(bytes)};
    // What was heard some time ago says nothing about now.
    is_fresh_ = !settings_.asks || (is_settled_ && !has_answered_);
    ask_due_ms_ = clock_.steady_ms();
    progress_ms_ = ask_due_ms_;
    due_ms_ = std::min(due_ms_, tried_ms_ + kJobPauseMs);
    return {};
}

bool Printer::withdraw() {
    if (!job_ || job_->is_begun()) return false;
    job_.reset();
    return true;
}

std::optional<Printer::Progress> Printer::progress() const {
    if (!job_) return {};
    return Progress{job_->id, job_->sent, job_->bytes.size()};
}

std::optional<PrinterEvent> Printer::take_event() {
    if (events_.empty()) return {};
    const PrinterEvent event = events_.front();
    events_.pop_front();
    if (ends_job(event.kind)) has_untaken_end_ = false;
    return event;
}

void Printer::reach() {
    const std::int64_t now_ms = clock_.steady_ms();
    if (now_ms < due_ms_) return;
    tried_ms_ = now_ms;
    if (const Status opened = channel_.open(); !opened.ok()) return leave(opened.error().line());
    if (channel_.state() == Channel::State::open) start_over();
}

void Printer::settle() {
    if (const Status settled = channel_.settle(); !settled.ok())
        return leave(settled.error().line());
    if (channel_.state() == Channel::State::open) return start_over();
    if (clock_.steady_ms() >= tried_ms_ + settings_.connect_ms)
        leave("the printer does not take the connection");
}

void Printer::start_over() {
    const std::int64_t now_ms = clock_.steady_ms();
    reader_.start_over();
    trouble_.clear();
    is_settled_ = !settings_.asks;
    is_fresh_ = !settings_.asks;
    has_answered_ = false;
    condition_.reset();
    questions_.clear();
    asked_ms_.reset();
    ask_due_ms_ = now_ms;
    missed_ = 0;
    late_answers_ = 0;
    progress_ms_ = now_ms;
    if (is_settled_) pause_ms_ = kFirstPauseMs;
}

void Printer::listen() {
    std::array<std::uint8_t, kReadBytes> room{};
    for (int reads = 0; reads < kMostReads; ++reads) {
        const auto got = channel_.read(room);
        if (!got.ok()) return leave(got.error().line());
        if (got.value() == 0) return;
        for (std::size_t i = 0; i < got.value(); ++i)
            if (const auto answer = reader_.take(room[i])) hear(*answer);
    }
}

void Printer::hear(const Answer& answer) {
    if (const auto* condition = std::get_if<Condition>(&answer)) return learn(*condition);
    if (const auto* real_time = std::get_if<RealTimeAnswer>(&answer))
        return hear_real_time(real_time->byte);
    // What is left answers the question behind a job, if it is the right one.
    if (std::holds_alternative<BufferedAnswer>(answer) && late_answers_ > 0) {
        --late_answers_;
        return;
    }
    if (!job_ || !job_->is_asked_for || !questions_.empty()) return;
    if (const auto* process = std::get_if<ProcessAnswer>(&answer))
        job_->is_proved |= settings_.proof == Proof::process_id && process->id == process_;
    if (std::holds_alternative<BufferedAnswer>(answer))
        job_->is_proved |= settings_.proof == Proof::in_order;
    has_answered_ |= job_->is_proved;
}

void Printer::hear_real_time(std::uint8_t byte) {
    // An answer that nobody waits for any more came too late to be told from the others.
    if (!asked_ms_) return;
    answers_[answered_++] = byte;
    if (answered_ < kConditionAnswers) return;
    asked_ms_.reset();
    const auto condition = read_condition(answers_);
    if (!condition) return miss_answers();
    is_settled_ = true;
    is_fresh_ = true;
    learn(*condition);
}

void Printer::learn(const Condition& condition) {
    // Whatever holds it up now, or has just been put right, starts the patience anew.
    if (condition != condition_ || condition.needs_hand()) progress_ms_ = clock_.steady_ms();
    // Its first words: what was sent before, it may never have heard.
    if (!has_answered_ && !(job_ && job_->is_begun())) late_answers_ = 0;
    condition_ = condition;
    has_answered_ = true;
    missed_ = 0;
    pause_ms_ = kFirstPauseMs;
}

// Only where a command has ended: not within a job, nor while bytes are stuck on their way.
bool Printer::may_ask() const {
    const bool is_between = !job_ || !job_->is_begun() || job_->is_sent();
    return settings_.asks && is_between && !asked_ms_ && questions_.empty() && unsent_ == 0;
}

void Printer::ask() {
    const std::int64_t now_ms = clock_.steady_ms();
    if (!may_ask() || now_ms < ask_due_ms_) return;
    questions_ = ask_condition();
    asked_ms_ = now_ms;
    answered_ = 0;
    ask_due_ms_ = now_ms + settings_.ask_each_ms;
}

// They did not come in time, or made no sense.
void Printer::miss_answers() {
    asked_ms_.reset();
    is_settled_ = true;
    if (!has_answered_) {
        is_fresh_ = true;
        pause_ms_ = kFirstPauseMs;
        return;
    }
    // It can talk, and has become silent. Within a job it may be too busy, and the job's own
    // deadline holds.
    if (++missed_ >= kMostMissed && !(job_ && job_->is_begun()))
        leave("the printer has stopped answering");
}

void Printer::watch_line() {
    unsent_ = channel_.unsent();
    // Questions come and go; only the job's own bytes are progress.
    if (unsent_ >= least_unsent_) return;
    least_unsent_ = unsent_;
    progress_ms_ = clock_.steady_ms();
}

bool Printer::may_send() const {
    if (!job_ || !is_settled_) return false;
    return job_->is_begun() || (is_fresh_ && !needs_hand());
}

void Printer::send() {
    if (channel_.state() != Channel::State::open || !send_questions()) return;
    if (!may_send()) return;
    send_job();
    if (channel_.state() != Channel::State::open || !job_->is_sent() || job_->is_asked_for) return;
    ask_for_proof();
    send_questions();
}

// True when none is left.
bool Printer::send_questions() {
    if (questions_.empty()) return true;
    const auto taken = channel_.write(questions_);
    if (!taken.ok()) {
        leave(taken.error().line());
        return false;
    }
    questions_.erase(questions_.begin(),
                     questions_.begin() + static_cast<std::ptrdiff_t>(taken.value()));
    return questions_.empty();
}

void Printer::send_job() {
    const base::ByteView rest = base::ByteView(job_->bytes).subspan(job_->sent);
    const auto taken = channel_.write(rest.first(std::min(rest.size(), kMostBytes)));
    if (!taken.ok()) return leave(taken.error().line());
    job_->sent += taken.value();
    if (taken.value() == 0) return;
    progress_ms_ = clock_.steady_ms();
    least_unsent_ = channel_.unsent();
}

void Printer::ask_for_proof() {
    job_->is_asked_for = true;
    if (settings_.proof == Proof::in_order) questions_ = ask_behind_job();
    if (settings_.proof != Proof::process_id) return;
    process_ = process_id(next_process_++);
    questions_ = ask_process(process_);
}

void Printer::look_at_end() {
    if (!job_ || !job_->is_sent()) return;
    if (job_->is_proved) return end_job(Kind::printed, true);
    watch_line();
    if (unsent_ > 0 || !questions_.empty()) return;
    if (settings_.proof == Proof::handed_over) return end_job(Kind::printed, false);
    // One that has never said a word cannot be waited for.
    if (has_answered_ || clock_.steady_ms() < progress_ms_ + settings_.answer_ms) return;
    ++late_answers_;
    end_job(Kind::printed, false);
}

void Printer::look_for_stuck() {
    if (!job_ || !job_->is_begun() || needs_hand()) return;
    const std::int64_t patience_ms =
        job_->is_sent() && unsent_ == 0 ? settings_.proof_ms : settings_.stuck_ms;
    if (clock_.steady_ms() >= progress_ms_ + patience_ms)
        leave("the printer has stopped in the middle of a job");
}

void Printer::leave(const std::string& trouble) {
    channel_.drop();
    trouble_ = trouble;
    condition_.reset();
    questions_.clear();
    asked_ms_.reset();
    unsent_ = 0;
    due_ms_ = clock_.steady_ms() + pause_ms_;
    pause_ms_ = std::min(2 * pause_ms_, kLongestPauseMs);
    if (job_ && job_->is_begun()) end_job(Kind::in_doubt, false);
}

void Printer::end_job(Kind kind, bool is_proved) {
    CF_CHECK(job_ && !has_untaken_end_);
    has_untaken_end_ = true;
    tell({kind, job_->id, is_proved});
    job_.reset();
}

void Printer::tell_state() {
    // Between reaching it and hearing from it, nothing is known that is worth telling.
    if (channel_.state() == Channel::State::opening) return;
    if (channel_.state() == Channel::State::open && !is_settled_) return;
    Kind kind = Kind::back;
    switch (state()) {
        case PrinterState::away:
        case PrinterState::offline:
            kind = Kind::offline;
            break;
        case PrinterState::paper_out:
            kind = Kind::paper_out;
            break;
        case PrinterState::cover_open:
            kind = Kind::cover_open;
            break;
        case PrinterState::error:
            kind = Kind::error;
            break;
        case PrinterState::unknown:
        case PrinterState::ready:
            break;
    }
    if (kind != told_) tell({kind, {}, false});
    told_ = kind;
}

void Printer::tell(const PrinterEvent& event) {
    if (events_.size() == kMostEvents)
        events_.erase(std::ranges::find_if_not(events_, ends_job, &PrinterEvent::kind));
    events_.push_back(event);
}

}  // namespace counterfoil::devices
