#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "daemon/aggregator/ingest/reception.h"

namespace counterfoil::aggregator {

// One thread that verifies and keeps what terminals send, off the loop: what has come meanwhile is
// kept together, so that the busier it is, the fewer syncs a message costs. The database is its
// alone from then on.
class Intake {
  public:
    static constexpr std::size_t kMostWaiting = 2000;
    static constexpr std::size_t kMostTogether = 64;

    struct World {
        ingest::Reception& reception;
        // Both are called on this thread: when what is answered is on the disk, and when the store
        // has failed and will be tried again.
        std::function<void(std::vector<ingest::Outgoing>)> answered;
        std::function<void(base::Error)> failed;
        // What is done while nothing comes, a piece at a time; false: there is nothing for now.
        std::function<bool()> idle;
    };
    explicit Intake(World world);
    // What still waits is dropped: nobody was told that it was kept.
    ~Intake();
    Intake(const Intake&) = delete;
    Intake& operator=(const Intake&) = delete;

    // False where too much waits already: then it is dropped, and its terminal will send it again.
    bool offer(std::string terminal, base::Bytes payload);

    struct State {
        ingest::Figures figures;
        std::size_t waiting = 0;
        std::uint64_t failures = 0;  // of the store
        bool is_failing = false;
    };
    State state();

  private:
    struct Message {
        std::string terminal;
        base::Bytes payload;
    };
    void work();
    // Nothing when it is to end; none of them where none came in time.
    std::optional<std::deque<Message>> await(std::int64_t patience_ms);
    // Again and again until the store takes it, or it is to end.
    void take(const std::deque<Message>& messages);
    bool pause();

    World world_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Message> waiting_;
    State state_;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace counterfoil::aggregator
