#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "daemon/aggregator/services/desk.h"
#include "daemon/aggregator/services/waiting.h"

namespace counterfoil::services {

// Does what was asked for from other threads on the one thread that writes, in the order in which
// it came. What waits together is one transaction, so that many share a sync; each is told only
// when that is on the disk. One that is refused has changed nothing, and one that fails takes
// nobody else with it, unless it is the store that fails: then nobody waits for that once more.
class Clerk {
  public:
    static constexpr std::size_t kMostTogether = 64;

    using Answer = Outcome<std::string>;  // a JSON text
    struct Act {
        std::string by;
        std::function<Answer(Desk&)> act;
        std::function<void(Answer)> done;  // called on the thread that writes
        // What it will ask for, so that it is read together with what the others want. It need not
        // be all, nor right.
        std::function<Wanted()> wanted = {};
        std::size_t bytes = 0;  // that it holds while it waits
    };

    // `wake` is called, from whatever thread asks, when there is something to do.
    Clerk(const Desk::World& world, std::function<void()> wake)
        : world_(world), wake_(std::move(wake)) {}

    // From any thread. False where too much waits already.
    bool ask(Act act);

    // On the thread that writes: so much of what waits as is one transaction; where there is more,
    // wake is called, so that others have a turn.
    void work();

    bool is_waiting();

  private:
    std::vector<Act> take();
    static Answer perform(const Act& act, Desk& desk);
    // Nothing where one of them failed by itself: then nothing was done.
    std::optional<std::vector<Answer>> perform_together(const std::vector<Act>& acts);
    Answer perform_alone(const Act& act);

    Desk::World world_;
    std::function<void()> wake_;
    std::mutex mutex_;
    Waiting<Act> waiting_;
};

}  // namespace counterfoil::services
