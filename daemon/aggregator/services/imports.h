#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <thread>

#include "daemon/aggregator/services/clerk.h"
#include "daemon/aggregator/services/import.h"

namespace counterfoil::services {

struct ImportState {
    enum class Stage { working, done, failed };
    Stage stage = Stage::working;
    std::int64_t customers = 0;
    std::int64_t purchases = 0;
    std::int64_t coupons = 0;
    std::int64_t pins_left = 0;  // to be hashed, which takes a third of a second each
    base::Sentence why;          // it failed
};

// "working"
std::string_view stage_name(ImportState::Stage stage);

// Imports under way, one after the other. PINs are hashed by threads of its own, so that nobody
// waits for them, and so is all that can be done before; then it is written in one transaction,
// which other writes wait for. What was under way when the program ended
// has not happened. Any thread, but for stop().
class Imports {
  public:
    static constexpr std::size_t kMostWaiting = 2;
    static constexpr std::size_t kMostRemembered = 64;

    struct World {
        std::function<bool(Clerk::Act)> ask;  // the clerk
        const Settings& settings;
        const base::Clock& clock;
        // How it goes, now and then, from any thread.
        std::function<void(const std::string& id, const ImportState& state)> tell;
    };
    explicit Imports(World world);
    ~Imports() { stop(); }
    Imports(const Imports&) = delete;
    Imports& operator=(const Imports&) = delete;
    // Ends its threads; before the writing thread ends, and it itself after that.
    void stop();

    // Goes on without its caller. Where one of that name is under way, that one is. busy where too
    // many wait already.
    Outcome<ImportState> start(const std::string& id, const std::string& by, ImportPlan plan);
    // Nothing where none of that name is remembered here.
    std::optional<ImportState> find(const std::string& id);
    // All that are remembered, the oldest first.
    std::vector<ImportState> states();

  private:
    struct Job {
        std::string id;
        std::string by;
        ImportPlan plan;
    };
    // Shared with the writing thread, which has it last.
    using SharedJob = std::shared_ptr<Job>;

    void work();
    void hash_pins(Job& job);
    base::Status hash_next(Job& job, std::atomic<std::size_t>& next);
    void write(const SharedJob& job);
    void end(const std::string& id, const Clerk::Answer& answer);
    void forget_oldest();

    World world_;
    std::atomic<bool> ending_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<SharedJob> waiting_;
    std::deque<std::pair<std::string, ImportState>> states_;  // the oldest first
    std::thread thread_;
};

// One that was done, also before the program was started; nothing where there is none.
Outcome<std::optional<ImportState>> find_import_done(store::Database& database,
                                                     const std::string& id);

}  // namespace counterfoil::services
