#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "daemon/aggregator/centre_folder.h"
#include "daemon/aggregator/ingest/reception.h"
#include "daemon/aggregator/services/settings.h"
#include "firmware/core/crypto/random.h"
#include "firmware/core/wire/from_terminal.h"

namespace counterfoil::aggregator {

// A thread that answers pulls, with a connection and a signer of its own, so that whoever keeps
// events waits for nobody who reads. Of a terminal one pull waits, the last one: a terminal asks
// for one class at a time, and again where no answer comes.
class DeltaClerk {
  public:
    struct World {
        std::unique_ptr<store::Database> connection;
        CentreKey key;
        const services::Settings& settings;
        const base::Clock& clock;
        // Called on its thread.
        std::function<void(ingest::Outgoing)> answered;
        std::function<void(base::Error)> failed;
    };
    explicit DeltaClerk(World world);
    // What still waits is dropped.
    ~DeltaClerk();
    DeltaClerk(const DeltaClerk&) = delete;
    DeltaClerk& operator=(const DeltaClerk&) = delete;

    // From any thread. The terminal is known, so that no more wait than there are terminals.
    void ask(std::string_view terminal, const wire::Pull& pull);

  private:
    void work();
    base::Result<std::string> answer(const std::string& terminal, const wire::Pull& pull);

    World world_;
    crypto::HedgedSigner signer_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, wire::Pull, std::less<>> pulls_;
    std::deque<std::string> turns_;  // of the terminals in it
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace counterfoil::aggregator
