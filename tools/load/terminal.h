#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "daemon/link/session.h"
#include "daemon/sync/drain.h"
#include "firmware/core/crypto/random.h"
#include "firmware/core/wire/topics.h"
#include "tools/load/stock.h"

namespace counterfoil::load {

struct TerminalSettings {
    link::Settings link;  // without topics
    std::string tenant = "main";
    crypto::PublicKey centre{};
    // No more events are under way, even where the centre gives more credit.
    std::int64_t most_under_way = 1'000'000;
    // How long nothing may come back before the centre is asked anew; doubles while it is silent.
    std::int64_t ask_again_ms = 2000;
    // Between two batches; 0: as soon as the credit allows.
    std::chrono::microseconds interval{0};
};

using TerminalFigures = sync::DrainFigures;

// A terminal that brings its stock home over a broker, as the sync daemon does, and takes the time.
class Terminal {
  public:
    // The stock must outlive it. What the link's settings lack.
    static base::Result<std::unique_ptr<Terminal>> open(Stock& stock,
                                                        const TerminalSettings& settings);

    // Readable when there is work.
    int descriptor() const { return session_->descriptor(); }
    // How long work may wait although nothing is readable; at most a second.
    std::int64_t wait_ms() const;
    // Does what can be done; to be called again and again.
    void work();

    // From when on batches are sent; before, it only says hello.
    void begin(std::chrono::steady_clock::time_point at);
    // No more new batches; what was lost is sent again.
    void end() { ending_ = true; }

    // Events that the centre lets it have under way.
    std::int64_t credit() const { return drain_.credit(); }
    bool is_welcome() const { return drain_.is_welcome(); }
    // Something that was to be sent before then is not receipted yet.
    bool is_behind(std::chrono::steady_clock::time_point then) const;
    // All that was sent is receipted; and, unless it is ending, there is no more.
    bool is_done() const;
    const TerminalFigures& figures() const { return drain_.figures(); }
    // From a batch's first publication to its receipt, since the last call.
    std::vector<std::chrono::microseconds> take_latencies() { return std::move(latencies_); }

  private:
    using Moment = std::chrono::steady_clock::time_point;

    Terminal(Stock& stock, const TerminalSettings& settings, wire::Topics topics,
             crypto::Verifier centre);
    void hear(const link::Event& event);
    void hear(const link::Message& message);
    void hear_verified(const wire::FromCentre& said);
    void send();
    // Whether its time has come; where not, it is noted when.
    bool is_due(const sync::Drain::Message& message, Moment now);
    void count_sent(const sync::Drain::Message& message, Moment now);
    void take_progress();

    Stock& stock_;
    const TerminalSettings settings_;
    wire::Topics topics_;
    base::SystemClock clock_;
    crypto::Random random_;
    crypto::Verifier centre_;
    sync::Drain drain_;
    std::optional<link::Session> session_;
    bool ending_ = false;
    Moment next_ = Moment::max();  // when the next new batch is to be sent
    Moment due_ = Moment::max();   // when to work although nothing comes
    struct UnderWay {
        std::int64_t to;
        Moment since;
    };
    std::deque<UnderWay> under_way_;
    std::vector<std::chrono::microseconds> latencies_;
};

}  // namespace counterfoil::load
