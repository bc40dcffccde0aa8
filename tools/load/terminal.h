#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "daemon/link/session.h"
#include "firmware/core/crypto/random.h"
#include "firmware/core/wire/from_centre.h"
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

// What happened to one terminal.
struct TerminalFigures {
    std::int64_t received = 0;  // events, by a receipt or a welcome that the centre signed
    std::int64_t sent = 0;      // events, each counted once
    std::uint64_t batches = 0;  // with those that were sent again
    std::uint64_t receipts = 0;
    std::uint64_t hellos = 0;
    std::uint64_t gaps = 0;      // told by the centre
    std::uint64_t refusals = 0;  // for any other reason
    std::uint64_t wrong = 0;     // answers that the centre did not sign, or about another ledger
    std::string last_trouble;
};

// A terminal that brings its stock home over a broker as the protocol says: it asks how far the
// centre is, sends what follows within the credit, and goes on from the centre's receipts; where
// something is missing it sends that again, and where nothing comes back for a while it asks anew.
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
    std::int64_t credit() const { return credit_; }
    bool is_welcome() const { return welcome_; }
    // All that was sent is receipted; and, unless it is ending, there is no more.
    bool is_done() const;
    const TerminalFigures& figures() const { return figures_; }
    // From a batch's first publication to its receipt, since the last call.
    std::vector<std::chrono::microseconds> take_latencies() { return std::move(latencies_); }

  private:
    using Moment = std::chrono::steady_clock::time_point;

    Terminal(Stock& stock, const TerminalSettings& settings, wire::Topics topics,
             crypto::Verifier centre);
    void hear(const link::Event& event);
    void hear(const link::Message& message);
    void hear(const wire::Welcome& welcome);
    void hear(const wire::Receipt& receipt);
    void hear(const wire::Nak& nak);
    void come_to(const wire::Cursor& cursor);
    void say_hello();
    void send_batches();
    bool has_credit(std::int64_t seq) const;
    void fail(std::string why);
    bool is_waiting() const { return !welcome_ || sent_ > figures_.received; }

    Stock& stock_;
    const TerminalSettings settings_;
    wire::Topics topics_;
    base::SystemClock clock_;
    crypto::Random random_;
    crypto::Verifier centre_;
    std::optional<link::Session> session_;
    wire::Nonce nonce_{};
    bool welcome_ = false;
    bool ending_ = false;
    std::int64_t credit_ = 0;
    std::int64_t sent_ = 0;               // since the last welcome or gap
    std::int64_t gap_at_ = 0;             // the last that was gone back for
    Moment next_ = Moment::max();         // when the next new batch is to be sent
    Moment due_ = Moment::max();          // when to work although nothing comes
    Moment quiet_until_ = Moment::min();  // the centre is too busy
    Moment heard_ = Moment::min();
    std::int64_t patience_ms_ = 0;
    struct UnderWay {
        std::int64_t to;
        Moment since;
    };
    std::deque<UnderWay> under_way_;
    TerminalFigures figures_;
    std::vector<std::chrono::microseconds> latencies_;
};

}  // namespace counterfoil::load
