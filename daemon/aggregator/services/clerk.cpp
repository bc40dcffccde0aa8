#include "daemon/aggregator/services/clerk.h"

#include <algorithm>

namespace counterfoil::services {

using base::Code;
using base::Error;
using base::Status;

namespace {

Wanted wanted_of(const std::vector<Clerk::Act>& acts) {
    Wanted all;
    for (const Clerk::Act& act : acts)
        if (act.wanted) all.add(act.wanted());
    return all;
}

}  // namespace

bool Clerk::ask(Act act) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (!waiting_.add(std::move(act))) return false;
    }
    wake_();
    return true;
}

bool Clerk::is_waiting() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return !waiting_.empty();
}

std::vector<Clerk::Act> Clerk::take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::vector<Act> acts;
    while (!waiting_.empty() && acts.size() < kMostTogether) acts.push_back(waiting_.take());
    return acts;
}

void Clerk::work() {
    std::vector<Act> acts = take();
    if (auto answers = perform_together(acts)) {
        for (std::size_t i = 0; i < acts.size(); ++i) acts[i].done(std::move((*answers)[i]));
    } else {
        for (Act& act : acts) act.done(perform_alone(act));
    }
    if (is_waiting()) wake_();
}

// What is broken, or was refused too late, is an error of the whole transaction.
Clerk::Answer Clerk::perform(const Act& act, Desk& desk) {
    desk.serve(act.by);
    Answer answer = act.act(desk);
    if (!answer.ok() && !answer.error().cause && desk.has_recorded())
        return Fault(Error(Code::invalid_argument,
                           "refused after something was recorded: " + answer.error().code));
    return answer;
}

std::optional<std::vector<Clerk::Answer>> Clerk::perform_together(const std::vector<Act>& acts) {
    std::vector<Answer> answers;
    const Slate::Ask ask = Slate().ask(wanted_of(acts));
    const Status done = world_.own.within(ask.questions(), [&](const auto& known) -> Status {
        Desk desk(world_, "");
        desk.prepare(ask, known);
        for (const Act& act : acts) {
            answers.push_back(perform(act, desk));
            if (!answers.back().ok() && answers.back().error().cause)
                return *answers.back().error().cause;
        }
        return {};
    });
    // Where the store fails, whoever tries next finds the same, after having waited as long. And
    // nobody knows whether the end was reached: to do it again could do it twice.
    if (!done.ok() && !is_of_store(done.error())) return {};
    // What was refused may have been so because of what another act did.
    if (!done.ok()) answers.assign(acts.size(), Fault(done.error()));
    return answers;
}

Clerk::Answer Clerk::perform_alone(const Act& act) {
    std::optional<Answer> answer;
    const Status done = world_.own.within([&]() -> Status {
        Desk desk(world_, act.by);
        answer.emplace(perform(act, desk));
        if (!answer->ok() && answer->error().cause) return *answer->error().cause;
        return {};
    });
    if (!done.ok()) return Fault(done.error());
    return std::move(*answer);
}

}  // namespace counterfoil::services
