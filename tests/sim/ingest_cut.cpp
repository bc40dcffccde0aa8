#include "tests/sim/ingest_cut.h"

namespace counterfoil::test {
namespace {

constexpr int kMostAttempts = 20;

// A day with one cut in it.
class CutDay {
  public:
    CutDay(IngestDay& day, const CutPlan& plan, PostgresProxy& proxy, const std::string& dsn)
        : day_(day), plan_(plan), proxy_(proxy), dsn_(dsn) {}

    std::optional<std::string> run(std::int64_t message, bool is_other_process) {
        start();
        std::function<void()> also;
        if (plan_.kills_server) also = [] { PostgresServer::shared().kill(); };
        proxy_.set({message, plan_.moment, plan_.commits_only, also});
        for (std::size_t group = 0; group < day_.groups() && !wrong_; ++group)
            give(group, is_other_process);
        if (!wrong_ && !day_.is_after(*straight(), day_.groups()))
            fail("the rows are not those of a straight run");
        if (!wrong_) wrong_ = day_.give_all_again(*straight());
        was_cut_ = proxy_.was_cut();
        proxy_.set({});
        reception_.reset();
        database_.reset();
        straight_.reset();
        return wrong_;
    }
    // Whether the day came to that message.
    bool was_cut() const { return was_cut_; }

  private:
    void fail(const std::string& what) {
        if (!wrong_) wrong_ = what;
    }
    void start() {
        reception_.reset();
        database_.reset();
        database_ = connect(proxy_.through(dsn_));
        reception_.emplace(ingest::Reception::open(day_.centre(*database_)).value());
    }
    // As somebody else sees it.
    std::unique_ptr<store::Database>& straight() {
        if (!straight_) straight_ = connect(dsn_);
        return straight_;
    }

    void give(std::size_t group, bool is_other_process) {
        for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
            const auto promised = plan_.way == IngestWay::take ? day_.take(*reception_, group)
                                                               : day_.keep(*database_, group);
            if (promised.ok()) return look_at(promised.value(), group, attempt > 0);
            if (!proxy_.was_cut()) return fail("it failed by itself: " + promised.error().line());
            if (!PostgresServer::shared().is_running()) {
                straight_.reset();
                PostgresServer::shared().start();
            }
            if (!day_.is_after(*straight(), group) && !day_.is_after(*straight(), group + 1))
                return fail("after " + std::to_string(group) + " groups there is half of one more");
            if (is_other_process) start();
        }
        fail("it takes no more");
    }
    void look_at(const std::vector<Promise>& promises, std::size_t group, bool was_cut) {
        if (was_cut && !day_.is_after(*straight(), group + 1))
            fail("a group was answered and is not there");
        for (const Promise& promise : promises) {
            if (!was_cut) return;
            const auto cursor = ingest::find_cursor(*straight(), {promise.terminal, 1});
            if (!cursor.ok() || cursor.value()->seq < promise.seq)
                fail("event " + std::to_string(promise.seq) + " of " + promise.terminal +
                     " was promised and is not there");
        }
    }

    IngestDay& day_;
    const CutPlan& plan_;
    PostgresProxy& proxy_;
    const std::string& dsn_;
    std::unique_ptr<store::Database> database_;
    std::optional<ingest::Reception> reception_;
    std::unique_ptr<store::Database> straight_;
    std::optional<std::string> wrong_;
    bool was_cut_ = false;
};

}  // namespace

CutStory run_ingest_cuts(std::uint64_t seed, const CutPlan& plan) {
    CF_CHECK(plan.every >= 1);
    PostgresServer& server = PostgresServer::shared();
    IngestDay day(seed);
    const std::string dsn = server.make_database();
    PostgresProxy proxy(dsn);
    CutStory story;
    std::int64_t message = 1 + static_cast<std::int64_t>(seed) % plan.every;
    for (bool was_cut = true; was_cut && !story.wrong; message += plan.every) {
        server.make_empty(dsn);
        CF_CHECK(day.prepare(*connect(dsn)).ok());
        CutDay cut_day(day, plan, proxy, dsn);
        const bool is_other_process = (static_cast<std::int64_t>(seed) + story.cuts) % 2 == 0;
        story.wrong = cut_day.run(message, is_other_process);
        if (story.wrong) *story.wrong += ", cut at message " + std::to_string(message);
        was_cut = cut_day.was_cut();
        if (was_cut) ++story.cuts;
    }
    server.drop_database(dsn);
    return story;
}

}  // namespace counterfoil::test
