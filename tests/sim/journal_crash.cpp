#include "tests/sim/journal_crash.h"

#include <map>

#include "firmware/journal/reader.h"
#include "tests/support/simulated_disk.h"
#include "tests/support/test_till.h"

namespace counterfoil::test {
namespace {

using base::Code;
using journal::Draft;
using journal::Head;
using journal::Journal;

constexpr int kMaxRounds = 3;

class Story {
  public:
    explicit Story(std::uint64_t seed) : random_(seed), till_(seed) {}

    std::optional<std::string> run() {
        const std::int64_t rounds = pick(1, kMaxRounds);
        for (std::int64_t round = 0; round < rounds && !wrong_; ++round) {
            plan_fault();
            record_until_it_breaks();
            // Half the stories end this round in peace, if the disk still lets them.
            if (pick(1, 2) == 1) disk_.stop();
            ledger_.reset();
            const auto survival = static_cast<Survival>(pick(0, 3));
            disk_.restart(survival, random_);
            if (!wrong_) start_again();
        }
        return wrong_;
    }

  private:
    std::int64_t pick(std::int64_t from, std::int64_t to) {
        return from +
               static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(to - from + 1));
    }

    void fail(const std::string& what) {
        if (!wrong_) wrong_ = what;
    }

    // One story in twenty writes so much that SQLite moves pages into the main file by itself.
    void plan_fault() {
        long_story_ = pick(1, 20) == 1;
        disk_.break_at(pick(1, long_story_ ? 4000 : 90), static_cast<DiskFault>(pick(0, 5)));
    }

    // Goes on with the ledger that is open, or starts it under the planned fault.
    void record_until_it_breaks() {
        if (!ledger_ && !start()) return;
        const std::int64_t appends = long_story_ ? 150 : pick(1, 14);
        for (std::int64_t i = 0; i < appends && !wrong_; ++i)
            if (!append_one(*ledger_)) return;
    }

    bool start() {
        auto opened = confirmed_.empty()
                          ? Journal::create(paths_, till_.world(), till_.certificates)
                          : Journal::open(paths_, till_.world());
        if (!opened.ok() && !disk_.broke()) fail("it does not start: " + opened.error().line());
        if (!opened.ok()) return false;
        ledger_.emplace(std::move(opened).value());
        confirm(ledger_->head());
        return true;
    }

    // False when the journal is of no use any more.
    bool append_one(Journal& ledger) {
        const std::int64_t before = ledger.head().seq;
        till_.clock.advance(pick(1, 60'000));
        auto drafts = next_drafts(ledger);
        if (!drafts) return false;
        attempted_ = before + static_cast<std::int64_t>(drafts->size());
        auto head = ledger.append(*drafts);
        if (head.ok()) {
            if (head.value().seq != attempted_) fail("an append is not all or nothing");
            confirm(head.value());
            return true;
        }
        if (!disk_.broke()) fail("an append failed on a whole disk: " + head.error().line());
        if (ledger.head().seq != before) fail("a failed append moved the head");
        return after_failure(ledger, head.error().code());
    }

    // A full disk must leave the journal usable; after any other fault it must refuse to go on.
    bool after_failure(Journal& ledger, Code code) {
        if (disk_.is_dead()) return false;
        disk_.mend();
        auto drafts = next_drafts(ledger);
        if (!drafts) return false;
        const auto again = ledger.append(*drafts);
        if (code == Code::disk_full) {
            if (!again.ok()) fail("no append after a full disk has room: " + again.error().line());
            if (again.ok()) confirm(again.value());
            return again.ok();
        }
        if (again.ok()) fail("an append went on over a broken disk");
        return false;
    }

    std::optional<std::vector<Draft>> next_drafts(Journal& ledger) {
        const auto totals = ledger.totals();
        // A crash may hit any read that has to spill a page first.
        if (!totals.ok()) return {};
        std::vector<Draft> drafts;
        drafts.push_back(sale_draft(totals.value(), pick(5, 20'000)));
        if (long_story_) drafts.push_back(padded_draft(25'000));
        if (pick(1, 4) == 1)
            drafts.push_back(padded_draft(static_cast<std::size_t>(pick(1, 9000))));
        return drafts;
    }

    void confirm(const Head& head) {
        confirmed_[head.seq] = head.hash;
        attempted_ = std::max(attempted_, head.seq);
    }

    void start_again() {
        auto opened = Journal::open(paths_, till_.world());
        // Nothing was confirmed yet: creation may have to be taken up again.
        if (!opened.ok() && confirmed_.empty())
            opened = Journal::create(paths_, till_.world(), till_.certificates);
        if (!opened.ok()) return fail("it does not start again: " + opened.error().line());
        ledger_.emplace(std::move(opened).value());
        const auto whole = ledger_->check_all();
        if (!whole.ok()) fail("the ledger is damaged: " + whole.error().line());
        const std::int64_t last = ledger_->head().seq;
        if (!confirmed_.empty() && last < confirmed_.rbegin()->first)
            fail("event " + std::to_string(confirmed_.rbegin()->first) + " was confirmed, but " +
                 std::to_string(last) + " is the last");
        if (last > std::max<std::int64_t>(attempted_, 1)) fail("there is more than was recorded");
        if (last < attempted_ && last != boundary()) fail("half an append was recorded");
        check_confirmed();
        confirm(ledger_->head());
        // Mostly it goes straight on: closing in peace would move all to the main file.
        if (pick(1, 4) == 1) ledger_.reset();
    }

    std::int64_t boundary() const { return confirmed_.empty() ? 1 : confirmed_.rbegin()->first; }

    void check_confirmed() {
        auto reader = journal::JournalReader::open(paths_.database, paths_.vfs);
        if (!reader.ok()) return fail("it cannot be read: " + reader.error().line());
        std::size_t found = 0;
        const auto visited = reader.value().visit(1, [&](const journal::StoredEvent& event) {
            const auto entry = confirmed_.find(event.seq);
            if (entry == confirmed_.end()) return base::Status();
            ++found;
            if (ledger::event_hash(event.bytes) != entry->second)
                fail("event " + std::to_string(event.seq) + " is another than was confirmed");
            return base::Status();
        });
        if (!visited.ok()) fail("it cannot be read: " + visited.error().line());
        if (found != confirmed_.size()) fail("a confirmed event is gone");
    }

    std::mt19937_64 random_;
    SimulatedDisk disk_;
    TestTill till_;
    const journal::Paths paths_{"journal.db", "journal.mark", disk_.vfs()};
    bool long_story_ = false;
    // The last event of each append that returned: printed implies durable.
    std::map<std::int64_t, crypto::Digest> confirmed_;
    std::int64_t attempted_ = 0;
    std::optional<std::string> wrong_;
    // Last, so that it is closed while there still is a disk.
    std::optional<Journal> ledger_;
};

}  // namespace

std::optional<std::string> run_journal_crash(std::uint64_t seed) {
    return Story(seed).run();
}

}  // namespace counterfoil::test
