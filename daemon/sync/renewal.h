#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>

#include "daemon/sync/sync_folder.h"
#include "firmware/core/base/worker.h"
#include "firmware/core/crypto/certificate.h"
#include "firmware/core/crypto/random.h"

namespace counterfoil::sync {

// Keeps the link's certificate good: in the last third of its life the centre is asked, over HTTPS,
// for the next one, by the key that the link has. It is asked on a thread of its own; what it says
// is told to whoever wants to know there. One thread calls it.
//
// The next key is made beside the one in use, and takes its place with its certificate; whatever
// interrupts that, the next start goes on with it. Who connects between the two finds that they do
// not belong together, and tries again.
class Renewal {
  public:
    struct Settings {
        SyncFolder folder;
        std::string url;                 // the centre's
        std::int64_t again_ms = 60'000;  // how long it waits when that failed; doubles, to an hour
    };
    // Called on the thread that asks, with when the certificate ends that is there now, or why
    // there is none.
    using Told = std::function<void(const base::Result<base::WallTime>&)>;
    // The clock must outlive it; what was interrupted is put in order.
    Renewal(Settings settings, const base::Clock& clock, Told told);

    // To be called now and then: asks where it is time to.
    void look();

    // What a call of look() does at most, on the caller's thread; for who has one to spare. Nothing
    // where it is not time yet.
    static base::Result<std::optional<base::WallTime>> renew_if_due(const Settings& settings,
                                                                    const base::Clock& clock);

  private:
    void ask();

    const Settings settings_;
    const base::Clock& clock_;
    const Told told_;
    std::atomic<std::int64_t> next_ms_ = 0;
    std::atomic<bool> is_asking_ = false;
    std::int64_t wait_ms_;  // of whoever asks
    base::Worker worker_{1};
};

// Whether so much of that certificate's life is over.
bool is_due(const crypto::Certificate& certificate, base::WallTime now);

}  // namespace counterfoil::sync
