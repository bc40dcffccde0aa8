#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "daemon/aggregator/ingest/reception.h"
#include "daemon/aggregator/turns.h"

namespace counterfoil::aggregator {

// Two threads, off the loop: one examines what terminals send, the other keeps what was examined
// before. What has come meanwhile is kept together, so that the busier it is, the fewer syncs a
// message costs. Terminals are served in turns: one that floods waits for itself. The database is
// the second thread's alone from then on.
class Intake {
  public:
    // Of one terminal, all that it may have under way, twice.
    static constexpr TurnBounds kMostWaiting{2UL << 20, 64UL << 20};
    // In one transaction, which whoever comes meanwhile waits for: as much as makes its sync cheap,
    // and no more.
    static constexpr std::size_t kMostTogether = 32;
    static constexpr std::size_t kMostTogetherBytes = 512UL << 10;

    struct World {
        ingest::Reception& reception;
        // For whoever examines, alone.
        ingest::Terminals terminals;
        // These are called on the thread that keeps: when what is answered is on the disk, and when
        // the store has failed and will be tried again.
        std::function<void(std::vector<ingest::Outgoing>)> answered;
        std::function<void(base::Error)> failed;
        // What is done beside, a short piece at a time, some times a second; also on that thread.
        std::function<void(Intake&)> beside;
        // What else is to be written on that thread, after each wake().
        std::function<void()> work = [] {};
    };
    explicit Intake(World world);
    // What still waits is dropped: nobody was told that it was kept.
    ~Intake();
    Intake(const Intake&) = delete;
    Intake& operator=(const Intake&) = delete;

    // Whose messages were dropped for it, where too much waits already: it itself or, where its
    // terminal has less than others, something of theirs. Whoever sent it will send it again.
    std::vector<std::string> offer(const std::string& terminal, base::Bytes payload);

    // From any thread: there is other work for the one that writes.
    void wake();

    // The terminal of which most was dropped since this was asked last; nothing where nothing was.
    struct Noise {
        std::string terminal;
        std::uint64_t messages = 0;
        std::uint64_t bytes = 0;
    };
    std::optional<Noise> noisiest();

    // Who is known from here on to whoever examines. Any thread.
    void renew(ingest::Terminals terminals);

    struct State {
        ingest::Figures figures;
        std::size_t waiting = 0;
        std::size_t waiting_bytes = 0;
        std::uint64_t dropped = 0;
        std::uint64_t dropped_bytes = 0;
        std::uint64_t failures = 0;  // of the store
        bool is_failing = false;
    };
    State state();

  private:
    struct Message {
        std::string terminal;
        base::Bytes payload;
    };
    // Messages that were examined together; what was found points into them.
    struct Group {
        std::vector<Message> messages;
        ingest::Examined examined;
    };
    void count_dropped(const Turns<Message>::Dropped& dropped);
    // Both end when it is to end.
    void examine_all();
    void keep_all();
    std::optional<std::vector<Message>> await_messages();
    bool hand_over(std::unique_ptr<Group> group);
    // Either may be missing: no group was handed over in time, or there is nothing else to do.
    struct Due {
        std::unique_ptr<Group> group;
        bool has_work = false;
    };
    // Nothing when it is to end.
    std::optional<Due> await_due(std::int64_t patience_ms);
    // Again and again until the store takes it, or it is to end.
    void keep(const ingest::Examined& examined);
    bool pause();

    World world_;
    std::mutex mutex_;
    std::condition_variable changed_;
    Turns<Message> waiting_{kMostWaiting, Dropping::newest};
    std::optional<ingest::Terminals> renewed_;
    std::unique_ptr<Group> examined_;  // one, so that the next is examined meanwhile
    std::map<std::string, Noise, std::less<>> noise_;
    State state_;
    bool has_work_ = false;
    bool ending_ = false;
    std::thread examiner_;
    std::thread keeper_;
};

}  // namespace counterfoil::aggregator
