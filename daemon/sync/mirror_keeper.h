#pragma once

#include <functional>
#include <memory>

#include "daemon/sync/puller.h"
#include "daemon/sync/sync_folder.h"

namespace counterfoil::sync {

// The till's mirror while the daemon runs: its one writer, and what keeps it as new as the centre's
// data. Where the file cannot be had, because a bundle is being loaded into it or a disk is full,
// it is tried again each time something is heard; events go home meanwhile all the same. One
// thread.
class MirrorKeeper {
  public:
    struct World {
        SyncFolder folder;
        mirror::Source till;
        const base::Clock& clock;  // must outlive it
        // What could not be done: told once, until it can be done again.
        std::function<void(const base::Error&)> on_trouble;
    };
    explicit MirrorKeeper(World world) : world_(std::move(world)) {}

    // What the centre said and signed.
    void hear(const wire::Versions& versions, base::WallTime server_time);
    void hear(const wire::Manifest& manifest);
    void hear(const wire::Delta& delta);
    void hear(const wire::Nak& nak);
    void disconnected();

    // What is to be asked for now; it counts as sent.
    std::optional<wire::Pull> due();
    std::optional<std::int64_t> due_ms() const;

    // Of the mirror's content: grows with every change, also over restarts. 0: nothing is known.
    std::int64_t version() const;

  private:
    // A puller refers to its loader.
    struct Opened {
        mirror::Loader loader;
        std::optional<Puller> puller;
    };
    Puller* puller();
    base::Status open();
    void note(const base::Status& done);

    World world_;
    bool is_failing_ = false;
    std::unique_ptr<Opened> opened_;
};

}  // namespace counterfoil::sync
