#include "daemon/aggregator/delta_clerk.h"

#include "daemon/aggregator/services/handout.h"
#include "firmware/core/wire/nak.h"

namespace counterfoil::aggregator {

using base::Code;
using base::Result;

namespace {

constexpr std::int64_t kFailedRetryMs = 10'000;

std::string refusal(wire::Reason reason, const std::string& sentence) {
    wire::Nak nak;
    nak.reason = reason;
    nak.sentence = sentence;
    nak.answers = wire::Kind::pull;
    if (reason == wire::Reason::too_busy) nak.retry_after_ms = kFailedRetryMs;
    return wire::write(nak);
}

}  // namespace

DeltaClerk::DeltaClerk(World world)
    : world_(std::move(world)), signer_(world_.key.key), thread_([this] { work(); }) {}

DeltaClerk::~DeltaClerk() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void DeltaClerk::ask(std::string_view terminal, const wire::Pull& pull) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto waiting = pulls_.find(terminal);
        if (waiting != pulls_.end()) {
            waiting->second = pull;
            return;
        }
        pulls_.emplace(terminal, pull);
        turns_.emplace_back(terminal);
    }
    changed_.notify_all();
}

void DeltaClerk::work() {
    for (;;) {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [this] { return ending_ || !turns_.empty(); });
        if (ending_) return;
        const std::string terminal = std::move(turns_.front());
        turns_.pop_front();
        const wire::Pull pull = std::move(pulls_.extract(terminal).mapped());
        lock.unlock();
        auto message = answer(terminal, pull);
        if (message.ok()) {
            world_.answered({terminal, std::move(message).value()});
            continue;
        }
        world_.failed(message.error().within("a pull of " + pull.data_class));
        world_.answered(
            {terminal, refusal(wire::Reason::too_busy, "the store cannot be read now")});
    }
}

Result<std::string> DeltaClerk::answer(const std::string& terminal, const wire::Pull& pull) {
    auto handed =
        services::hand_out(*world_.connection, world_.settings, terminal, pull, world_.clock.now());
    if (!handed.ok() && handed.error().code() == Code::not_found)
        return refusal(wire::Reason::unknown_class, handed.error().message());
    if (!handed.ok()) return handed.error();
    wire::Delta& delta = handed.value().delta;
    delta.rows.assign(handed.value().lines.begin(), handed.value().lines.end());
    return wire::write(delta, signer_);
}

}  // namespace counterfoil::aggregator
