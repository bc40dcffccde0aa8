#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "firmware/core/base/clock.h"
#include "firmware/devices/channel.h"
#include "firmware/devices/printer_status.h"

namespace counterfoil::devices {

// How it is known that a job is on paper.
enum class Proof {
    process_id,   // the printer names the job when it has come to its end (GS ( H)
    in_order,     // the printer answers a question that stands behind the job (GS r)
    handed_over,  // nothing better: the bytes have left this machine
};

struct PrinterSettings {
    Proof proof = Proof::in_order;
    // Whether it is asked how it is. Without that, as for a file, the proof can only be
    // handed_over.
    bool asks = true;
    std::int64_t connect_ms = 5000;
    std::int64_t answer_ms = 1000;  // for an answer that a printer gives at once, or never
    std::int64_t ask_each_ms = 2000;
    std::int64_t stuck_ms = 15'000;  // without any progress, and without a reason that it told
    std::int64_t proof_ms = 60'000;  // for what has left this machine to be on paper
};

enum class PrinterState {
    away,     // it cannot be reached, or was not yet
    unknown,  // it can be reached, but does not say how it is; taken to be ready
    ready,    // and says so
    paper_out,
    cover_open,
    error,
    offline,  // it says that it does not print now, and not why
};

// Whoever gives out jobs numbers them.
enum class JobId : std::int64_t {};

struct PrinterEvent {
    enum class Kind {
        printed,   // the job is on paper, as far as the proof goes
        in_doubt,  // all of the job may be on paper, or some, or nothing
        paper_out,
        cover_open,
        error,
        offline,  // it is away, or says that it does not print
        back,     // ready again, or at least reached again
    };
    Kind kind = Kind::back;
    JobId job{};             // of the first two
    bool is_proved = false;  // of printed: the printer itself has said so

    bool operator==(const PrinterEvent&) const = default;
};

// A receipt printer that speaks ESC/POS. It prints one job at a time and forgets it with its end;
// what is owed beyond that is its owner's to know. Every job that was begun and not withdrawn ends
// in exactly one event: printed, or in_doubt where any of it was sent and its end is not proven,
// since its first bytes may be most of a paper. None is ever sent twice.
//
// A printer that is known not to be able to print is sent nothing: the job waits here. One that
// stops within a job is waited for as long as it says why. It asks for its state only between jobs,
// because a question within a command would become part of it; within a job it listens to what
// printers tell by themselves. While it is away it is tried again after a quarter of a second,
// doubling to eight.
//
// All of it runs on the till's one loop thread, and no call waits for the printer.
class Printer {
  public:
    // Longer than the longest receipt with a logo.
    static constexpr std::size_t kMaxJobBytes = std::size_t{1} << 20;

    // The clock must outlive it.
    Printer(const PrinterSettings& settings, Channel channel, const base::Clock& clock);

    // Where to wait, and for what: the events of poll(). -1: nowhere; see due_ms().
    int descriptor() const { return channel_.descriptor(); }
    short awaited() const;
    // When work() wants to be called although nothing is reported. Clock::steady_ms.
    std::int64_t due_ms() const;
    void work();

    PrinterState state() const;
    bool paper_near_end() const { return condition_ && condition_->paper_near_end; }
    // Why it is away, in a sentence; empty while it is reached or was not tried yet.
    const std::string& trouble() const { return trouble_; }

    // Whether a job may be begun: there is none, and the last one's event was taken.
    bool is_free() const { return !job_ && !has_untaken_end_; }
    // Takes a job, whole: initialised, cut, and depending on nothing before it. too_large over the
    // bound, invalid_argument where it is empty. Only while is_free().
    base::Status begin(JobId id, base::Bytes bytes);
    // Takes the job back, while none of it was sent; then there will be no event of it. False where
    // it is too late or there is none.
    bool withdraw();

    struct Progress {
        JobId job;
        std::size_t sent_bytes;
        std::size_t all_bytes;
    };
    std::optional<Progress> progress() const;

    // What has happened, in order. Of the states that nobody asked for, only the last are kept.
    std::optional<PrinterEvent> take_event();

  private:
    struct Job {
        JobId id;
        base::Bytes bytes;
        std::size_t sent = 0;
        bool is_asked_for = false;  // the question for its proof is on its way
        bool is_proved = false;

        bool is_begun() const { return sent > 0; }
        bool is_sent() const { return sent == bytes.size(); }
    };

    void reach();
    void settle();
    void start_over();
    void listen();
    void hear(const Answer& answer);
    void hear_real_time(std::uint8_t byte);
    void learn(const Condition& condition);
    void ask();
    bool may_ask() const;
    void miss_answers();
    void watch_line();
    bool may_send() const;
    void send();
    bool send_questions();
    void send_job();
    void ask_for_proof();
    void look_at_end();
    void look_for_stuck();
    void leave(const std::string& trouble);
    void end_job(PrinterEvent::Kind kind, bool is_proved);
    void tell_state();
    void tell(const PrinterEvent& event);
    bool needs_hand() const { return condition_ && condition_->needs_hand(); }

    PrinterSettings settings_;
    Channel channel_;
    const base::Clock& clock_;
    std::string trouble_;
    std::int64_t tried_ms_ = 0;  // to reach it, last
    std::int64_t due_ms_ = 0;    // to reach it, next
    std::int64_t pause_ms_ = 0;  // before the try after that

    // Of this connection.
    AnswerReader reader_;
    bool is_settled_ = false;  // it was asked how it is, and has answered or let the time pass
    bool has_answered_ = false;
    std::optional<Condition> condition_;
    base::Bytes questions_;                 // not yet sent
    std::optional<std::int64_t> asked_ms_;  // while answers are awaited
    std::int64_t ask_due_ms_ = 0;
    std::array<std::uint8_t, kConditionAnswers> answers_{};
    std::size_t answered_ = 0;
    int missed_ = 0;  // in a row

    std::optional<Job> job_;
    bool is_fresh_ = false;  // it was asked how it is since the job was begun
    std::int64_t progress_ms_ = 0;
    std::size_t unsent_ = 0;
    std::size_t least_unsent_ = 0;  // since the job was sent
    int late_answers_ = 0;          // to questions behind jobs that are not waited for any more
    std::uint32_t next_process_ = 0;
    ProcessId process_{};

    std::deque<PrinterEvent> events_;
    bool has_untaken_end_ = false;
    PrinterEvent::Kind told_ = PrinterEvent::Kind::back;
};

}  // namespace counterfoil::devices
