#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "daemon/aggregator/services/slate.h"
#include "daemon/aggregator/services/waiting.h"
#include "daemon/aggregator/store/database.h"

namespace counterfoil::services {

// Threads that only read, each with a connection of its own, so that a question waits for no
// writer. What is asked for after a write was answered sees what it wrote.
class Readers {
  public:
    static constexpr std::size_t kMostTogether = 16;

    using Answer = Outcome<std::string>;  // a JSON text
    struct Question {
        std::function<Answer(store::Database&, const Slate&)> look;
        std::function<void(Answer)> done;  // called on a reader's thread
        // Where it is given, all that the look takes from the slate; such questions share one trip
        // to the database, after they were asked. Else the slate is empty.
        std::function<Wanted()> wanted = {};
        std::size_t bytes = 0;  // that it holds while it waits
    };

    explicit Readers(std::vector<std::unique_ptr<store::Database>> connections);
    // What still waits is dropped.
    ~Readers();
    Readers(const Readers&) = delete;
    Readers& operator=(const Readers&) = delete;

    // From any thread. False where too much waits already.
    bool ask(Question question);

  private:
    using Questions = std::vector<Question>;
    void read(store::Database& database);
    Questions take();
    static void answer(store::Database& database, const Questions& questions);
    static void answer_alone(store::Database& database, const Question& question);

    std::vector<std::unique_ptr<store::Database>> connections_;
    std::mutex mutex_;
    std::condition_variable changed_;
    Waiting<Question> waiting_;
    bool ending_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace counterfoil::services
