#pragma once

#include <algorithm>
#include <functional>
#include <thread>

#include "firmware/core/http/client.h"
#include "firmware/till/program.h"
#include "tests/bench/child_process.h"
#include "tests/support/test_shop.h"

namespace counterfoil::bench {

// Begins at the test data's morning, so that no figure hangs on the calendar, or at the program's
// build where that came later: a till refuses an earlier clock. From there on it shows what really
// passes.
class BenchClock final : public base::Clock {
  public:
    base::WallTime now() const override {
        return {start_.unix_ms + system_.steady_ms() - start_ms_};
    }
    std::int64_t steady_ms() const override { return system_.steady_ms(); }

  private:
    base::SystemClock system_;
    base::WallTime start_ = std::max(test::kMorning, base::build_time());
    std::int64_t start_ms_ = system_.steady_ms();
};

// The folder of a till that can be started: the shop's files with its key, its certificate, a card
// and a board, on which a pseudo-terminal is the scanner and a file the printer.
class TillPlace {
  public:
    // `prepare` has the open shop before all is let go.
    explicit TillPlace(const std::function<void(test::TestShop&)>& prepare = {});

    till::TillFolder folder() const { return {shop_.folder.path()}; }
    std::filesystem::path scanner() const { return shop_.folder / "scanner"; }
    till::ProgramOptions options() const { return {shop_.folder.path(), board_ / "board.json", 0}; }
    const base::Clock& clock() const { return clock_; }

  private:
    BenchClock clock_;
    test::TestShop shop_;
    test::TemporaryFolder board_;
};

// The till program, at work on a thread of its own until it goes.
class RunningTill {
  public:
    explicit RunningTill(const TillPlace& place);
    ~RunningTill();
    RunningTill(const RunningTill&) = delete;
    RunningTill& operator=(const RunningTill&) = delete;

    std::uint16_t port() const { return program_->port(); }

  private:
    std::unique_ptr<till::Program> program_;
    std::thread thread_;
};

// The till program as it is shipped: a process of its own, by the machine's clock, until it goes.
class TillProcess {
  public:
    explicit TillProcess(const TillPlace& place);

    std::uint16_t port() const { return port_; }
    // What it holds of the machine's memory now, in MiB.
    double resident_mb() const;

  private:
    ChildProcess process_;
    std::uint16_t port_ = 0;
};

// A screen of it, at which nobody has signed in yet. A request that is refused ends the benchmark.
class Screen {
  public:
    explicit Screen(std::uint16_t port);

    // With a key of its own.
    void post(const std::string& target, const std::string& body);
    // Anna signs in and opens a shift.
    void begin_day();
    // One Sajtburger goes into the basket; and is paid in cash.
    void ring_up();
    void pay();

    // The stream of what happens at this screen; the first event was taken already.
    std::unique_ptr<http::Client> events();

  private:
    void take_cookie(const http::Response& response);

    std::uint16_t port_;
    http::Client client_;
    std::string cookie_;
    int key_ = 0;
};

}  // namespace counterfoil::bench
