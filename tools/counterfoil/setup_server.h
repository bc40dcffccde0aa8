#pragma once

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>

#include "firmware/core/base/worker.h"
#include "firmware/core/http/server.h"
#include "firmware/core/http/static_files.h"
#include "firmware/till/board.h"
#include "tools/counterfoil/provision.h"

namespace counterfoil::tool {

struct SetupOptions {
    std::string data = "till";
    std::string board;
    std::optional<std::uint16_t> port;  // in the place of the board's; 0: a free one
    std::string authority;              // PEM; empty: the system's
};

// The kiosk's pages before there is a till: they ask for a centre's code, have this device set up
// by it, and wait until its first central data have come. As for a till, no other machine is heard.
// On one loop, but for setting up itself.
class SetupServer {
  public:
    static base::Result<std::unique_ptr<SetupServer>> start(const SetupOptions& options,
                                                            const base::Clock& clock);
    std::string url() const;
    // Works until the till can be started, or stop().
    void run() { loop_.run(); }
    void stop();
    bool is_done() const { return state_ == State::done; }

  private:
    enum class State { needed, working, failed, waiting_for_data, done };

    SetupServer(SetupOptions options, till::Board board, const base::Clock& clock);
    base::Status open();
    json::Object told(base::Language language) const;
    void answer(const http::Request& request, http::Responder responder) const;
    void begin(const http::Request& request, http::Responder responder);
    void take(const base::Result<Provisioned>& done);
    void look_soon();
    void look();

    const SetupOptions options_;
    const till::Board board_;
    const base::Clock& clock_;
    http::Loop loop_;
    http::Router router_;
    std::unique_ptr<http::FileFolder> pages_;
    std::unique_ptr<http::Server> server_;
    http::Timer looking_;
    State state_ = State::needed;
    std::string terminal_;
    std::string fault_code_;  // of failed
    base::Sentence fault_;
    base::Worker worker_{1};
};

void add_setup_command(CLI::App& app, ExitCode& exit_code);

}  // namespace counterfoil::tool
