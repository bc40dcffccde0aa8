#include "daemon/aggregator/services/imports.h"

#include <algorithm>

#include "firmware/core/crypto/pin_hash.h"
#include "firmware/core/crypto/random.h"

namespace counterfoil::services {

using Stage = ImportState::Stage;

namespace {

// One processor is left to those who sell.
std::size_t hashing_threads() {
    constexpr std::size_t kMost = 4;
    return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 2, kMost + 1) - 1;
}

template <class States>
auto find_in(States& states, const std::string& id) {
    return std::ranges::find(states, id, [](const auto& one) { return one.first; });
}

ImportState state_of(const ImportPlan& plan) {
    ImportState state;
    state.customers = static_cast<std::int64_t>(plan.customers.size());
    state.purchases = static_cast<std::int64_t>(plan.purchases.size());
    state.coupons = static_cast<std::int64_t>(plan.coupons.size());
    state.pins_left = std::ranges::count_if(
        plan.customers, [](const ImportedCustomer& customer) { return !customer.pin.empty(); });
    return state;
}

}  // namespace

std::string_view stage_name(Stage stage) {
    switch (stage) {
        case Stage::working:
            return "working";
        case Stage::done:
            return "done";
        case Stage::failed:
            return "failed";
    }
    return "failed";
}

Imports::Imports(World world) : world_(std::move(world)), thread_([this] { work(); }) {}

void Imports::stop() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

Outcome<ImportState> Imports::start(const std::string& id, const std::string& by, ImportPlan plan) {
    ImportState state = state_of(plan);
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto known = find_in(states_, id);
        if (known != states_.end() && known->second.stage != Stage::failed) return known->second;
        if (waiting_.size() >= kMostWaiting) return Refusal::busy;
        if (known != states_.end()) states_.erase(known);
        forget_oldest();
        states_.emplace_back(id, state);
        // Shared with the writing thread.
        waiting_.push_back(std::make_shared<Job>(Job{id, by, std::move(plan)}));
    }
    changed_.notify_all();
    return state;
}

void Imports::forget_oldest() {
    if (states_.size() < kMostRemembered) return;
    const auto over = std::ranges::find_if(
        states_, [](const auto& one) { return one.second.stage != Stage::working; });
    if (over != states_.end()) states_.erase(over);
}

std::vector<ImportState> Imports::states() {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::vector<ImportState> states;
    for (const auto& [id, state] : states_) states.push_back(state);
    return states;
}

std::optional<ImportState> Imports::find(const std::string& id) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto known = find_in(states_, id);
    if (known == states_.end()) return {};
    return known->second;
}

void Imports::work() {
    for (;;) {
        SharedJob job;
        {
            std::unique_lock<std::mutex> lock(mutex_);
            changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
            if (ending_) return;
            job = waiting_.front();
        }
        world_.tell(job->id, state_of(job->plan));
        hash_pins(*job);
        if (ending_) return;
        crypto::Random random;
        prepare_import(job->plan, world_.clock, random);
        write(job);
        const std::lock_guard<std::mutex> lock(mutex_);
        waiting_.pop_front();
    }
}

void Imports::hash_pins(Job& job) {
    std::atomic<std::size_t> next = 0;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < hashing_threads(); ++i)
        threads.emplace_back([&] {
            const base::Status hashed = hash_next(job, next);
            // Its form was looked at before.
            CF_CHECK(hashed.ok());
        });
    for (std::thread& thread : threads) thread.join();
}

base::Status Imports::hash_next(Job& job, std::atomic<std::size_t>& next) {
    constexpr std::int64_t kBetweenLines = 100;
    crypto::Random random;
    for (std::size_t at = next++; at < job.plan.customers.size() && !ending_; at = next++) {
        ImportedCustomer& customer = job.plan.customers[at];
        if (customer.pin.empty()) continue;
        CF_LET(customer.pin_hash, crypto::hash_pin(customer.pin, random));
        customer.pin.clear();
        std::optional<ImportState> told;
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            ImportState& state = find_in(states_, job.id)->second;
            if (--state.pins_left % kBetweenLines == 0) told = state;
        }
        if (told) world_.tell(job.id, *told);
    }
    return {};
}

void Imports::write(const SharedJob& job) {
    const bool is_taken =
        world_.ask({job->by,
                    [this, job](Desk& desk) -> Clerk::Answer {
                        CF_LET(const auto before, find_import_done(desk.database(), job->id));
                        if (before) return std::string();
                        CF_TRY(write_import(desk, world_.settings, job->plan));
                        const ImportState state = state_of(job->plan);
                        CF_TRY(desk.database().run(
                            "INSERT INTO import_done (id, at_ms, customers, purchases, coupons) "
                            "VALUES ($1, $2, $3, $4, $5)",
                            {std::string_view(job->id), desk.now().unix_ms, state.customers,
                             state.purchases, state.coupons}));
                        return std::string();
                    },
                    [this, job](const Clerk::Answer& answer) { end(job->id, answer); }});
    if (!is_taken) end(job->id, Fault(Refusal::busy));
}

void Imports::end(const std::string& id, const Clerk::Answer& answer) {
    ImportState ended;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ImportState& state = find_in(states_, id)->second;
        state.stage = answer.ok() ? Stage::done : Stage::failed;
        if (!answer.ok()) state.why = answer.error().sentence;
        ended = state;
    }
    world_.tell(id, ended);
}

Outcome<std::optional<ImportState>> find_import_done(store::Database& database,
                                                     const std::string& id) {
    CF_LET(const store::Rows rows,
           database.query("SELECT customers, purchases, coupons FROM import_done WHERE id = $1",
                          {std::string_view(id)}));
    if (rows.empty()) return std::optional<ImportState>();
    ImportState state;
    state.stage = Stage::done;
    state.customers = rows.integer(0, 0);
    state.purchases = rows.integer(0, 1);
    state.coupons = rows.integer(0, 2);
    return std::optional(state);
}

}  // namespace counterfoil::services
