#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "daemon/aggregator/announcer.h"
#include "daemon/aggregator/api/health_route.h"
#include "daemon/aggregator/busy_word.h"
#include "daemon/aggregator/delta_clerk.h"
#include "daemon/aggregator/front.h"
#include "daemon/aggregator/ingest/audit.h"
#include "daemon/aggregator/intake.h"
#include "daemon/link/session.h"
#include "firmware/core/base/log.h"
#include "firmware/core/crypto/random.h"
#include "firmware/core/http/server.h"
#include "firmware/core/json/json.h"
#include "firmware/core/wire/topics.h"

namespace counterfoil::aggregator {

class FigureText;

struct ProgramOptions {
    std::filesystem::path data;
    std::string postgres;   // empty: the store is a file in the folder
    link::Settings broker;  // without an authority: there is none, and no terminal is heard
    std::int64_t credit_of_all = ingest::Credit::kOfAll;  // events under way, of all terminals
    std::string tenant = "main";
    std::string listen = "127.0.0.1";
    std::uint16_t port = 0;  // 0: a free one
    FrontOptions front;
};

// The centre as a running program: one loop for the broker and the web server, one thread that
// keeps what comes. Everything it owns lives as long as it does, in the order in which it is
// needed.
class Program {
  public:
    static base::Result<std::unique_ptr<Program>> start(const ProgramOptions& options,
                                                        const base::Clock& clock, base::Log& log);
    ~Program();

    std::uint16_t port() const { return server_->port(); }
    // Told once, and only where it was made by this start.
    const std::optional<Front::FirstAdmin>& first_admin() const { return first_admin_; }
    // In the order in which they were added; they do not change any more.
    const std::vector<std::unique_ptr<http::Route>>& routes() const { return router_.routes(); }
    // Works until stop(), which may be called from any thread.
    void run() { loop_.run(); }
    void stop();

  private:
    Program(const ProgramOptions& options, const base::Clock& clock, base::Log& log,
            std::unique_ptr<crypto::Random> random, std::unique_ptr<OpenCentre> centre,
            wire::Topics topics);
    base::Status open_front(const ProgramOptions& options, const CentreFolder& folder);
    base::Status open_intake(std::int64_t credit_of_all);
    base::Status open_deltas(const ProgramOptions& options, const CentreFolder& folder);
    base::Status open_link();
    bool is_connected() const { return session_ && session_->is_connected(); }
    base::Status open_server(const ProgramOptions& options);
    void hear();
    void hear(link::Event& event);
    void hear(link::Message& message);
    void note_reached(bool is_reached);
    void take_answers(std::vector<ingest::Outgoing> answers);
    void add_answer(ingest::Outgoing answer);
    void send();
    void wake_later();
    void tell_noise();
    void tell_busy(const std::vector<std::string>& terminals);
    void take_announcements(std::vector<Announcer::Announcement> announcements);
    bool send_announcements();
    void send_answers();
    // These five on the worker's thread.
    void work_beside(Intake& intake);
    base::Status announce();
    base::Status look_for_changes(Intake& intake);
    void take_up_changes();
    bool audit();
    void tell_judged(const ingest::Judgement& judgement);
    void tell_found(const ingest::AuditFinding& finding);
    base::Status add_operation_routes();
    http::Response health();
    // Any thread.
    std::vector<api::HealthPart> health_parts();
    api::HealthPart store_part(const Intake::State& state) const;
    api::HealthPart broker_part() const;
    api::HealthPart audit_part() const;
    std::string figures();
    void add_link_figures(FigureText& text, const Intake::State& state) const;

    const base::Clock& clock_;
    base::Log& log_;
    std::filesystem::path data_;
    // The keys' arithmetic is blinded by it, and the worker signs: it is the worker's.
    std::unique_ptr<crypto::Random> random_;
    crypto::Random link_random_;
    std::unique_ptr<OpenCentre> centre_;
    wire::Topics topics_;
    link::Settings broker_;
    std::optional<ingest::Reception> reception_;
    std::optional<ingest::Auditor> auditor_;
    std::optional<Announcer> announcer_;
    // The worker's.
    std::int64_t look_due_ms_ = 0;
    std::int64_t mark_due_ms_ = 0;
    std::int64_t sightings_due_ms_ = 0;
    std::int64_t audit_due_ms_ = 0;
    std::atomic<bool> is_beside_failing_ = false;
    std::atomic<std::uint64_t> audited_signatures_ = 0;
    std::atomic<std::uint64_t> audit_findings_ = 0;
    std::atomic<std::uint64_t> audit_failures_ = 0;
    std::atomic<bool> is_audit_failing_ = false;
    std::atomic<std::int64_t> audited_ms_ = 0;  // when it last went on
    // Of the broker, for whoever asks how it is.
    std::atomic<bool> is_reached_ = false;
    std::atomic<std::int64_t> reached_changed_ms_ = 0;
    http::Loop loop_;
    http::Router router_;
    std::unique_ptr<http::Server> server_;
    std::optional<link::Session> session_;
    http::Watch watch_;
    http::Timer due_;
    // A later receipt says all that an earlier one did.
    Turns<ingest::Outgoing> outbox_;
    struct Dropped {
        std::uint64_t messages = 0;
        std::uint64_t bytes = 0;
    };
    Dropped at_link_;
    BusyWord busy_word_;
    std::uint64_t told_busy_ = 0;
    std::uint64_t answers_dropped_ = 0;
    // By their classes: the latest says all.
    std::map<std::string, Announcer::Announcement> announcements_;
    std::uint64_t announcements_dropped_ = 0;
    std::uint64_t misaddressed_ = 0;
    std::uint64_t retained_ = 0;
    std::optional<std::int64_t> noise_told_ms_;
    std::unique_ptr<Front> front_;
    std::optional<Front::FirstAdmin> first_admin_;
    // The keys' arithmetic is blinded by it, and who answers pulls signs.
    crypto::Random delta_random_;
    std::unique_ptr<DeltaClerk> deltas_;
    std::unique_ptr<Intake> intake_;  // the last to come and the first to go
};

}  // namespace counterfoil::aggregator
