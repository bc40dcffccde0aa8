#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "firmware/checkout/desk_file.h"
#include "firmware/devices/printer.h"
#include "firmware/journal/journal.h"
#include "firmware/till/owed.h"
#include "firmware/till/print_notice.h"

namespace counterfoil::till {

// What is owed on paper, and what became of it. Only what stands in the journal is ever printed:
// a sale, refund, void, Z report, training sale, reprint or points that became a coupon owes its
// paper by being there, and is printed as soon as the printer can, in the journal's order.
//
// An original is begun once: that is on the disk before its first byte goes to the printer, and
// where its end is not known, because the printer or the till went off in the middle, it is never
// begun again but offered. Somebody looks, and has a copy printed or nothing. What was broken off
// counts as well: its total may be on paper though its QR code is not. Only a paper of which no
// byte was sent is begun anew.
//
// Cash opens the drawer with its paper; money moved without a sale opens it alone. It is opened
// only moments after the event: not by what has waited for a printer, nor by what is printed again.
//
// Runs on the till's one loop thread, and no call waits for the printer. A few papers are begun in
// one call, each for two durable writes to the desk's file.
class PrintQueue {
  public:
    static constexpr std::size_t kMostWaiting = 1000;
    static constexpr std::size_t kMostOffered = 100;
    static constexpr std::int64_t kDrawerMs = 30'000;  // a drawer is opened no later than this

    // All must outlive it. Without a printer, papers stay owed.
    struct World {
        journal::Journal& journal;
        checkout::DeskFile& desk;
        devices::Printer* printer = nullptr;
        const base::Clock& clock;
    };
    // A whole job for the printer; of what is no paper, the drawer's.
    using Render = std::function<checkout::Outcome<base::Bytes>(const Owed&)>;

    // The first time with a journal, what that holds already is not printed.
    static base::Result<PrintQueue> open(const World& world, Render render);

    // Takes the printer on, and what the journal has got. To be called when the printer's
    // descriptor is ready, at due_ms(), and after each event that was recorded.
    void work();
    // Clock::steady_ms; never is the largest number. What is recorded makes it now.
    std::int64_t due_ms() const;

    std::optional<Owed> printing() const;
    // The papers that are owed and not begun, in order.
    std::vector<Owed> waiting() const;
    std::size_t papers_waiting() const;
    // Whether the journal has more than waiting() shows: not looked at yet, or beyond the bound.
    bool has_more() const { return seen_ < world_.journal.head().seq; }
    // Nothing recorded up to this event is owed any more, and that is durable when it returns. What
    // is at the printer cannot be taken back: it is offered where it does not come through. To ask
    // twice changes nothing more. invalid_argument where the journal has not come so far.
    base::Status dismiss_waiting(std::int64_t up_to);

    // How many papers were printed since this was opened, copies with them.
    std::int64_t printed() const { return printed_; }

    // The oldest papers that may be missing. What has a receipt's number is printed once more by
    // recording a reprint, which owes its own paper, and then dismissed; all else by print_again().
    base::Result<std::vector<Owed>> offered();
    // As a copy, before all that waits. If that gets lost, too, it is offered again. not_found
    // where it is not offered, refused where it is a receipt's.
    base::Status print_again(std::int64_t seq);
    // It is settled without another paper. not_found where it is not offered.
    base::Status dismiss(std::int64_t seq);

    // A slip of which nothing is recorded, printed when nothing else is: it is lost where the
    // printer stops. refused unless can_print_slip(); invalid_argument or too_large where it is no
    // job.
    bool can_print_slip() const { return can_print() && !slip_; }
    base::Status print_slip(base::Bytes slip);

    // None: there is no printer.
    std::optional<devices::PrinterState> printer_state() const;
    // In order; the oldest are dropped where nobody takes them.
    std::optional<PrintNotice> take_notice();

  private:
    enum class End { printed, in_doubt, withdrawn };
    struct Job {
        Owed owed;
        bool is_again = false;      // was offered
        bool is_dismissed = false;  // while it was at the printer
        bool is_slip = false;       // owed by nothing
        std::optional<End> end;
    };

    PrintQueue(const World& world, Render render, std::int64_t cursor)
        : world_(world),
          render_(std::move(render)),
          seen_(cursor),
          started_(world.journal.head().seq) {}

    void hear();
    base::Result<bool> go_on();
    base::Status finish();
    base::Status finish_original();
    base::Status look();
    base::Result<bool> begin_next();
    base::Status begin(const Owed& owed, bool is_again);
    void begin_slip();
    base::Status give_up(const Owed& owed, bool is_again, const checkout::Fault& fault);
    base::Status check_offered(std::int64_t seq);
    base::Result<Owed> owed_at(std::int64_t seq);
    bool can_print() const;
    bool can_begin() const { return !job_ && can_print() && world_.printer->is_free(); }
    bool is_behind() const;
    bool may_open_drawer(const Owed& owed) const;
    void drop_stale_pulses();
    void tell(PrintNotice notice);

    World world_;
    Render render_;
    std::int64_t seen_ = 0;            // the last event that was looked at
    std::int64_t started_ = 0;         // the last event when this was opened
    std::deque<Owed> waiting_;         // up to seen_
    std::deque<Owed> again_;           // offered, and wanted as copies
    std::optional<base::Bytes> slip_;  // not begun yet
    std::optional<Job> job_;           // at the printer
    std::int64_t printed_ = 0;
    std::optional<std::int64_t> retry_ms_;  // after a failure of the disk
    std::deque<PrintNotice> notices_;
};

}  // namespace counterfoil::till
