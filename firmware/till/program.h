#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

#include "firmware/core/http/server.h"
#include "firmware/core/http/static_files.h"
#include "firmware/till/api.h"
#include "firmware/till/attached.h"
#include "firmware/till/device_loop.h"
#include "firmware/till/doorbell.h"
#include "firmware/till/manager_routes.h"
#include "firmware/till/papers.h"
#include "firmware/till/print_queue.h"
#include "firmware/till/pruning.h"
#include "firmware/till/till_folder.h"

namespace counterfoil::till {

struct ProgramOptions {
    std::filesystem::path data;
    std::filesystem::path board;
    std::optional<std::uint16_t> port;  // in the place of the board's; 0: a free one
};

// The till: one loop on which scanners, printer, display and screens are heard. Everything it owns
// lives as long as it does, in the order in which it is needed.
class Program {
  public:
    static base::Result<std::unique_ptr<Program>> start(const ProgramOptions& options,
                                                        const base::Clock& clock);
    ~Program();

    std::uint16_t port() const { return server_->port(); }
    // "http://127.0.0.1:8080/"
    std::string url() const;
    // Works until stop(), which may be called from a signal handler's thread.
    void run() { loop_.run(); }
    void stop();

  private:
    Program(TillFolder folder, Board board, std::unique_ptr<OpenTill> till,
            const base::Clock& clock);
    base::Status open_printing(const ProgramOptions& options);
    base::Status open_devices();
    void open_doorbell(const ProgramOptions& options);
    base::Status open_server(const ProgramOptions& options);
    base::Status add_pages(const ProgramOptions& options);
    base::Status record_boot();
    void add_health();
    void add_papers();
    void recorded();
    void prune_later(std::int64_t ms);
    void prune();
    void work_printer();
    void tell_notices();
    void tell_waiting();
    json::Object printing_state(base::Language language);
    Answer print_offered(Call& call);
    base::Status add_managers();
    base::Status add_board();
    Answer board_told();
    Answer print_slip(checkout::Outcome<base::Bytes> slip);
    Answer print_report(Call& call);
    void show_soon();
    json::Object health();
    Figures figures_now();

    const base::Clock& clock_;
    TillFolder folder_;
    Board board_;
    std::unique_ptr<OpenTill> till_;
    http::Loop loop_;
    base::Worker worker_;
    Feed feed_;
    Figures figures_;
    Kiosk kiosk_;
    Attached attached_;
    std::unique_ptr<Papers> papers_;
    std::optional<PrintQueue> queue_;
    std::optional<PrintNotice> trouble_;  // the printer's, until it is back
    std::size_t told_waiting_ = 0;        // papers, as the screens know it
    std::unique_ptr<Api> api_;
    std::unique_ptr<ManagerRoutes> managers_;
    std::optional<Doorbell> doorbell_;
    http::Router router_;
    std::unique_ptr<http::FileFolder> pages_;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<DeviceLoop> devices_;
    http::Timer printing_;
    std::optional<Pruning> pruning_;
    http::Timer prune_timer_;
    std::int64_t recorded_ms_ = 0;
    std::int64_t reports_ = 0;  // that were made when pruning began last
    std::optional<base::Code> prune_fault_;
};

}  // namespace counterfoil::till
