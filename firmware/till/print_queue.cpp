#include "firmware/till/print_queue.h"

#include <algorithm>
#include <limits>

namespace counterfoil::till {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using Kind = devices::PrinterEvent::Kind;
using Notice = PrintNotice::Kind;

namespace {

// The loop has others to serve: no more events looked at, or rounds, in one go.
constexpr std::int64_t kMostLooked = 250;
constexpr int kMostRounds = 3;  // each begins a paper at most
constexpr std::int64_t kRetryMs = 1000;
constexpr std::size_t kMostNotices = 32;

Status check_size(const base::Bytes& bytes) {
    if (bytes.empty()) return Error(Code::invalid_argument, "a paper without a byte");
    if (bytes.size() > devices::Printer::kMaxJobBytes)
        return Error(Code::too_large, "a paper that is longer than a printer takes");
    return {};
}

}  // namespace

Result<PrintQueue> PrintQueue::open(const World& world, Render render) {
    checkout::PaperTable papers = world.desk.papers();
    const std::int64_t head = world.journal.head().seq;
    CF_LET(std::optional<std::int64_t> cursor, papers.cursor());
    // One that is ahead has counted the papers of a ledger that was here before.
    if (!cursor || *cursor > head) {
        CF_TRY(papers.start_at(head));
        cursor = head;
    }
    // As where the desk's file is an old copy: what was pruned is printed by nobody.
    const std::int64_t base = world.journal.base().seq;
    if (base > 0) CF_TRY(papers.forget_up_to(base));
    cursor = std::max(*cursor, base);
    CF_LET(const auto begun, papers.doubt_begun());
    PrintQueue queue(world, std::move(render), *cursor);
    for (const std::int64_t seq : begun) {
        CF_LET(const Owed owed, queue.owed_at(seq));
        queue.tell({Notice::in_doubt, owed, {}});
    }
    return queue;
}

void PrintQueue::work() {
    for (int rounds = 0; rounds < kMostRounds; ++rounds) {
        if (world_.printer != nullptr) world_.printer->work();
        hear();
        if (retry_ms_ && world_.clock.steady_ms() < *retry_ms_) return;
        const Result<bool> gone_on = go_on();
        if (!gone_on.ok()) {
            if (!retry_ms_) tell({Notice::not_kept, {}, checkout::Fault(gone_on.error())});
            retry_ms_ = world_.clock.steady_ms() + kRetryMs;
            return;
        }
        retry_ms_.reset();
        if (!gone_on.value()) return;
    }
}

void PrintQueue::hear() {
    if (world_.printer == nullptr) return;
    while (const auto event = world_.printer->take_event()) {
        switch (event->kind) {
            case Kind::printed:
            case Kind::in_doubt:
                CF_CHECK(job_ && !job_->end && event->job == devices::JobId{job_->owed.seq});
                job_->end = event->kind == Kind::printed ? End::printed : End::in_doubt;
                break;
            default:
                tell(notice_of(event->kind));
        }
    }
}

// Each step can be repeated where it failed. True: there may be more to do at once, such as sending
// what was begun.
Result<bool> PrintQueue::go_on() {
    // What has not begun to be printed need not be in doubt when the till is switched off.
    if (job_ && !job_->end && !can_print() && world_.printer->withdraw())
        job_->end = End::withdrawn;
    CF_TRY(finish());
    CF_TRY(look());
    drop_stale_pulses();
    return begin_next();
}

Status PrintQueue::finish() {
    if (!job_ || !job_->end) return {};
    const bool is_printed = job_->end == End::printed;
    if (job_->is_slip) {
        job_.reset();
        return {};
    }
    if (job_->is_again) {
        if (is_printed) CF_TRY(world_.desk.papers().settle(job_->owed.seq));
        if (job_->end == End::withdrawn)
            again_.push_front(job_->owed);
        else if (!is_printed)
            tell({Notice::in_doubt, job_->owed, {}});
    } else if (job_->owed.is_paper()) {
        CF_TRY(finish_original());
    }
    if (is_printed && job_->owed.is_paper()) ++printed_;
    job_.reset();
    return {};
}

Status PrintQueue::finish_original() {
    checkout::PaperTable papers = world_.desk.papers();
    const Owed& owed = job_->owed;
    if (job_->end == End::printed) return papers.settle(owed.seq);
    if (job_->end == End::withdrawn && !job_->is_dismissed) {
        CF_TRY(papers.take_back(owed.seq));
        waiting_.push_front(owed);
        return {};
    }
    CF_TRY(papers.doubt(owed.seq));
    tell({Notice::in_doubt, owed, {}});
    return {};
}

Status PrintQueue::look() {
    const std::int64_t last = std::min(world_.journal.head().seq, seen_ + kMostLooked);
    while (seen_ < last && waiting_.size() < kMostWaiting) {
        CF_LET(const auto event, world_.journal.find_event(seen_ + 1));
        if (!event) return Error(Code::corrupt, "the ledger has a gap");
        CF_LET(const auto owed, read_owed(event->bytes));
        if (owed && (owed->is_paper() || world_.printer != nullptr)) waiting_.push_back(*owed);
        ++seen_;
    }
    return {};
}

Result<bool> PrintQueue::begin_next() {
    if (!can_begin()) return false;
    if (again_.empty() && waiting_.empty()) {
        if (!slip_) return false;
        begin_slip();
        return true;
    }
    const bool is_again = !again_.empty();
    std::deque<Owed>& from = is_again ? again_ : waiting_;
    CF_TRY(begin(from.front(), is_again));
    from.pop_front();
    return true;
}

// Or gives it up, where no job can be made of it.
Status PrintQueue::begin(const Owed& owed, bool is_again) {
    Owed wanted = owed;
    wanted.opens_drawer = may_open_drawer(owed);
    checkout::Outcome<base::Bytes> bytes = render_(wanted);
    if (bytes.ok())
        if (const Status sized = check_size(bytes.value()); !sized.ok())
            bytes = checkout::Fault(sized.error());
    if (!bytes.ok()) return give_up(owed, is_again, bytes.error());
    if (!is_again && owed.is_paper()) CF_TRY(world_.desk.papers().begin(owed.seq));
    CF_CHECK(world_.printer->begin(devices::JobId{owed.seq}, std::move(bytes).value()).ok());
    job_ = Job{owed, is_again, false, false, {}};
    return {};
}

Status PrintQueue::print_slip(base::Bytes slip) {
    if (!can_print_slip()) return Error(Code::refused, "the printer cannot print a slip now");
    CF_TRY(check_size(slip));
    slip_ = std::move(slip);
    return {};
}

// No event has this number.
void PrintQueue::begin_slip() {
    const Owed nothing;
    CF_CHECK(world_.printer->begin(devices::JobId{nothing.seq}, *std::move(slip_)).ok());
    slip_.reset();
    job_ = Job{nothing, false, false, true, {}};
}

Status PrintQueue::give_up(const Owed& owed, bool is_again, const checkout::Fault& fault) {
    if (!is_again && owed.is_paper()) CF_TRY(world_.desk.papers().doubt(owed.seq));
    tell({Notice::unprintable, owed, fault});
    return {};
}

bool PrintQueue::can_print() const {
    if (world_.printer == nullptr) return false;
    const devices::PrinterState state = world_.printer->state();
    return state == devices::PrinterState::ready || state == devices::PrinterState::unknown;
}

// What was there when this was opened can be of any age, and of another start of the machine.
bool PrintQueue::may_open_drawer(const Owed& owed) const {
    return owed.opens_drawer && owed.copy == 0 && owed.seq > started_ &&
           world_.clock.steady_ms() - owed.recorded_ms <= kDrawerMs;
}

void PrintQueue::drop_stale_pulses() {
    std::erase_if(waiting_,
                  [this](const Owed& owed) { return !owed.is_paper() && !may_open_drawer(owed); });
}

bool PrintQueue::is_behind() const {
    if (job_) return job_->end.has_value();
    const bool has_work = !again_.empty() || !waiting_.empty() || slip_;
    return can_begin() && has_work;
}

std::int64_t PrintQueue::due_ms() const {
    const std::int64_t now_ms = world_.clock.steady_ms();
    std::int64_t due_ms = std::numeric_limits<std::int64_t>::max();
    if (world_.printer != nullptr) due_ms = world_.printer->due_ms();
    const bool can_look = has_more() && waiting_.size() < kMostWaiting;
    if (is_behind() || can_look) due_ms = std::min(due_ms, retry_ms_.value_or(now_ms));
    return due_ms;
}

std::optional<Owed> PrintQueue::printing() const {
    return job_ && !job_->is_slip ? std::optional(job_->owed) : std::nullopt;
}

std::vector<Owed> PrintQueue::waiting() const {
    std::vector<Owed> papers;
    std::ranges::copy_if(waiting_, std::back_inserter(papers), &Owed::is_paper);
    return papers;
}

std::size_t PrintQueue::papers_waiting() const {
    return static_cast<std::size_t>(std::ranges::count_if(waiting_, &Owed::is_paper));
}

Status PrintQueue::dismiss_waiting(std::int64_t up_to) {
    if (up_to > world_.journal.head().seq)
        return Error(Code::invalid_argument,
                     "nothing is recorded as event " + std::to_string(up_to) + " yet");
    // Before the write, of which nobody knows what it did where it fails.
    if (job_ && job_->owed.seq <= up_to) job_->is_dismissed = true;
    checkout::PaperTable papers = world_.desk.papers();
    CF_LET(const auto cursor, papers.cursor());
    CF_TRY(papers.skip_to(std::max(up_to, cursor.value_or(0))));
    std::erase_if(waiting_, [up_to](const Owed& owed) { return owed.seq <= up_to; });
    seen_ = std::max(seen_, up_to);
    return {};
}

Result<Owed> PrintQueue::owed_at(std::int64_t seq) {
    CF_LET(const auto event, world_.journal.find_event(seq));
    if (!event) return Error(Code::corrupt, "a paper of an event that the ledger lacks");
    CF_LET(const auto owed, read_owed(event->bytes));
    if (!owed) return Error(Code::corrupt, "a paper of an event that owes none");
    return *owed;
}

Result<std::vector<Owed>> PrintQueue::offered() {
    CF_LET(const auto seqs, world_.desk.papers().in_doubt(kMostOffered));
    std::vector<Owed> papers;
    for (const std::int64_t seq : seqs) {
        if (job_ && job_->owed.seq == seq) continue;
        if (std::ranges::find(again_, seq, &Owed::seq) != again_.end()) continue;
        CF_LET(const Owed owed, owed_at(seq));
        papers.push_back(owed);
    }
    return papers;
}

Status PrintQueue::check_offered(std::int64_t seq) {
    CF_LET(const auto state, world_.desk.papers().state(seq));
    const bool is_at_printer = job_ && job_->owed.seq == seq;
    if (state == checkout::PaperState::in_doubt && !is_at_printer) return {};
    return Error(Code::not_found, "no paper of event " + std::to_string(seq) + " is offered");
}

Status PrintQueue::print_again(std::int64_t seq) {
    CF_TRY(check_offered(seq));
    CF_LET(Owed owed, owed_at(seq));
    if (owed.receipt > 0)
        return Error(Code::refused, "the copy of a receipt is recorded before it is printed");
    if (std::ranges::find(again_, seq, &Owed::seq) != again_.end()) return {};
    if (again_.size() == kMostOffered) return Error(Code::too_large, "too many copies at once");
    owed.copy = 1;
    again_.push_back(owed);
    return {};
}

Status PrintQueue::dismiss(std::int64_t seq) {
    CF_TRY(check_offered(seq));
    CF_TRY(world_.desk.papers().settle(seq));
    std::erase_if(again_, [seq](const Owed& owed) { return owed.seq == seq; });
    return {};
}

std::optional<devices::PrinterState> PrintQueue::printer_state() const {
    if (world_.printer == nullptr) return {};
    return world_.printer->state();
}

std::optional<PrintNotice> PrintQueue::take_notice() {
    if (notices_.empty()) return {};
    PrintNotice notice = std::move(notices_.front());
    notices_.pop_front();
    return notice;
}

void PrintQueue::tell(PrintNotice notice) {
    if (notices_.size() == kMostNotices) notices_.pop_front();
    notices_.push_back(std::move(notice));
}

}  // namespace counterfoil::till
