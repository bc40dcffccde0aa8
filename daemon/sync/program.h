#pragma once

#include <memory>
#include <optional>

#include "daemon/link/session.h"
#include "daemon/sync/doorbell.h"
#include "daemon/sync/drain.h"
#include "daemon/sync/journal_stock.h"
#include "daemon/sync/mirror_keeper.h"
#include "daemon/sync/network.h"
#include "daemon/sync/old_ledgers.h"
#include "daemon/sync/receipt_keeper.h"
#include "daemon/sync/renewal.h"
#include "daemon/sync/service_manager.h"
#include "daemon/sync/sync_folder.h"
#include "daemon/sync/uplink.h"
#include "firmware/core/base/log.h"
#include "firmware/core/crypto/random.h"
#include "firmware/core/http/loop.h"
#include "firmware/core/wire/from_terminal.h"
#include "firmware/core/wire/topics.h"
#include "firmware/journal/disk_gauge.h"

namespace counterfoil::sync {

struct ProgramOptions {
    std::filesystem::path data;  // the till's folder
    SyncSettings settings;
    link::Protocol protocol = link::Protocol::mqtt5;
    // Where the kernel says which interfaces are up; named, a network is needed even for a broker
    // on this machine.
    std::optional<std::filesystem::path> network;
    std::int64_t heartbeat_ms = 30'000;
    DrainSettings drain;
    link::BackoffSettings backoff;
};

// The sync daemon: one loop between a till's journal and the centre. Everything it owns lives as
// long as it does, in the order in which it is needed.
class Program {
  public:
    // With the claim on the data, under which the settings were read.
    static base::Result<std::unique_ptr<Program>> start(const ProgramOptions& options,
                                                        sqlite::WriterClaim own,
                                                        ServiceManager manager,
                                                        const base::Clock& clock, base::Log& log);

    // Works until stop(), which may be called from any thread.
    void run() { loop_.run(); }
    void stop();

  private:
    Program(const ProgramOptions& options, sqlite::WriterClaim claim, ServiceManager manager,
            JournalStock stock, crypto::Verifier centre, wire::Topics topics,
            const base::Clock& clock, base::Log& log);
    void open_receipt();
    base::Status open_link();
    void open_renewal();
    void tick();
    void look_around();
    void leave_dead_link();
    void log_state();
    void tell_till();
    void hear();
    void hear(const link::Event& event);
    void hear(const link::Message& message);
    void hear(const wire::Welcome& welcome);
    void hear(const wire::Receipt& receipt);
    void hear(const wire::Nak& nak);
    void hear(const wire::Delta& delta);
    void hear(const wire::Manifest& manifest);
    void send();
    bool send_presence();  // whether it is on its way
    void send_heartbeat_if_due();
    base::Result<wire::Heartbeat> heartbeat();
    bool may_pull() const;
    std::optional<std::int64_t> pull_due_ms() const;
    void send_pull_if_due();
    void send_events();
    void send_old_events();
    base::Result<std::uint64_t, link::NotPublished> publish_up(std::string_view payload);
    void wake_later();
    void refresh();
    // What the journal's disk could not do; told once, until it can again.
    void note(const base::Status& done);
    std::int64_t backlog() const;

    const ProgramOptions options_;
    sqlite::WriterClaim claim_;
    SyncFolder folder_;
    const base::Clock& clock_;
    base::Log& log_;
    ServiceManager manager_;
    crypto::Random random_;
    JournalStock stock_;
    crypto::Verifier centre_;
    wire::Topics topics_;
    journal::FileSystemGauge disk_;
    Network network_;
    Drain drain_;
    OldLedgers old_;
    MirrorKeeper mirror_;
    ReceiptKeeper receipt_;
    Uplink uplink_;
    bool needs_network_;
    bool is_failing_ = false;
    std::int64_t heartbeat_due_ms_ = 0;
    std::int64_t looked_ms_ = 0;
    std::uint64_t probe_ = 0;  // its number at the session
    std::int64_t delivered_ms_ = 0;
    base::WallTime server_time_;
    http::Loop loop_;
    std::optional<link::Session> session_;
    http::Watch watch_;
    http::Timer due_;
    http::Timer tick_;
    Doorbell doorbell_;
    std::optional<Renewal> renewal_;  // its thread posts to the loop
};

}  // namespace counterfoil::sync
