#include "daemon/aggregator/services/readers.h"

namespace counterfoil::services {

Readers::Readers(std::vector<std::unique_ptr<store::Database>> connections)
    : connections_(std::move(connections)) {
    for (const auto& connection : connections_)
        threads_.emplace_back([this, &database = *connection] { read(database); });
}

Readers::~Readers() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

bool Readers::ask(Question question) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (!waiting_.add(std::move(question))) return false;
    }
    changed_.notify_one();
    return true;
}

void Readers::read(store::Database& database) {
    for (;;) {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
        if (ending_) return;
        const Questions questions = take();
        lock.unlock();
        answer(database, questions);
    }
}

// Those that say what they want are short; nobody waits behind another one.
Readers::Questions Readers::take() {
    Questions questions;
    do {
        questions.push_back(waiting_.take());
    } while (!waiting_.empty() && questions.size() < kMostTogether && questions.back().wanted &&
             waiting_.front().wanted);
    return questions;
}

void Readers::answer(store::Database& database, const Questions& questions) {
    Wanted wanted;
    for (const Question& question : questions)
        if (question.wanted) wanted.add(question.wanted());
    Slate slate;
    // What one of them asks for may be what the database does not take.
    if (questions.size() > 1 && !slate.read(database, wanted).ok()) {
        for (const Question& question : questions) answer_alone(database, question);
        return;
    }
    if (questions.size() == 1) return answer_alone(database, questions.front());
    for (const Question& question : questions) question.done(question.look(database, slate));
}

void Readers::answer_alone(store::Database& database, const Question& question) {
    Slate slate;
    const base::Status known =
        question.wanted ? slate.read(database, question.wanted()) : base::Status();
    question.done(known.ok() ? question.look(database, slate) : Answer(Fault(known.error())));
}

}  // namespace counterfoil::services
