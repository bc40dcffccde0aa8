#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

#include "daemon/sync/sync_folder.h"
#include "firmware/core/base/file.h"
#include "firmware/core/crypto/hedged_signer.h"
#include "firmware/core/http/line_socket.h"
#include "firmware/core/ledger/receipt.h"
#include "firmware/core/wire/doorbell.h"
#include "firmware/journal/journal.h"
#include "tests/daemon/sync/plain_sale.h"
#include "tests/support/broker.h"
#include "tools/load/own_centre.h"

namespace counterfoil::sync {

inline bool eventually(const std::function<bool()>& done, std::int64_t patience_ms = 20'000) {
    const base::SystemClock clock;
    const std::int64_t end_ms = clock.steady_ms() + patience_ms;
    while (!done()) {
        if (clock.steady_ms() >= end_ms) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

// What provisioning would bring: whom to believe, and at which port the broker is.
inline void bring_trust(const SyncFolder& folder, const load::OwnBroker& broker,
                        const std::filesystem::path& centre, const std::string& name,
                        std::uint16_t port) {
    const auto copy = [](const std::filesystem::path& from, const std::filesystem::path& to) {
        std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
    };
    std::filesystem::create_directories(folder.own());
    copy(broker.authority(), folder.authority());
    copy(broker.certificate(name), folder.certificate());
    copy(broker.key(name), folder.key());
    copy(centre, folder.centre());
    SyncSettings settings;
    settings.broker = "localhost";
    settings.port = port;
    CF_CHECK(write_settings(folder, settings).ok());
}

// A till's folder with its journal open, as the till program has it, and with what its sync daemon
// needs to find a broker and a centre.
class JournalTill {
  public:
    explicit JournalTill(const std::filesystem::path& folder, const std::string& name = "T01",
                         std::uint64_t seed = 1)
        : folder_{folder}, till_(seed, name), signer_(till_.key) {
        std::filesystem::create_directories(folder_.own());
        journal_.emplace(
            journal::Journal::create(journal::Paths::in(folder), world(), till_.certificates)
                .value());
        CF_CHECK(crypto::save_chain(folder / "certificate.pem", till_.certificates).ok());
    }

    const SyncFolder& folder() const { return folder_; }
    std::filesystem::path certificate() const { return folder_.till / "certificate.pem"; }
    journal::Journal& journal() { return *journal_; }
    base::SettableClock& clock() { return till_.clock; }
    void close() { journal_.reset(); }
    void open() {
        journal_.emplace(journal::Journal::open(journal::Paths::in(folder_.till), world()).value());
    }

    // Sales of a euro or so, that many to a commit; the last event's number.
    std::int64_t sell(int sales, int per_commit = 1) {
        journal::Totals totals = journal_->totals().value();
        for (int sold = 0; sold < sales;) {
            std::vector<journal::Draft> drafts;
            for (; sold < sales && static_cast<int>(drafts.size()) < per_commit; ++sold) {
                drafts.push_back(plain_sale(totals, 100 + 5 * (sold % 50)));
            }
            CF_CHECK(journal_->append(drafts).ok());
        }
        return journal_->head().seq;
    }

  private:
    journal::World world() {
        return {till_.clock, till_.entropy, signer_, till_.gauge, till_.boot, test::kMorning};
    }

    SyncFolder folder_;
    test::TestTill till_;
    crypto::HedgedSigner signer_;
    std::optional<journal::Journal> journal_;
};

// A till's end of its doorbell, as the till program has it, on a loop of the test's.
class Bell {
  public:
    explicit Bell(const SyncFolder& folder)
        : listener_(
              http::LineListener::listen(loop_, folder.doorbell(), [this](base::Descriptor taken) {
                  daemon_ = http::LineSocket::create(loop_, std::move(taken), calls()).value();
              }).value()) {}

    void ring(std::int64_t events) {
        if (daemon_) daemon_->send(wire::write(wire::Ring{events}));
    }
    // Lets the daemon speak until it has said what is waited for.
    bool hears(const std::function<bool(const wire::Standing&)>& wanted,
               std::int64_t patience_ms = 20'000) {
        bool is_late = false;
        const http::Timer patience = loop_.after(patience_ms, [&] {
            is_late = true;
            loop_.stop();
        });
        while (!is_late && !wanted(standing_)) loop_.run();
        return wanted(standing_);
    }
    bool hears_receipt(std::int64_t seq) {
        return hears([&](const wire::Standing& standing) { return standing.receipted >= seq; });
    }
    const wire::Standing& standing() const { return standing_; }

  private:
    http::LineSocket::Calls calls() {
        return {[this](std::string_view line) {
                    standing_ = wire::read_standing(line).value();
                    loop_.stop();
                },
                [this] { daemon_.reset(); }};
    }
    http::Loop loop_;
    wire::Standing standing_;
    std::unique_ptr<http::LineSocket> daemon_;
    std::unique_ptr<http::LineListener> listener_;
};

// The daemon of a till, as a process.
class SyncProcess {
  public:
    SyncProcess(SyncFolder folder, std::filesystem::path log)
        : folder_(std::move(folder)), log_(std::move(log)) {}

    void start(const std::vector<std::string>& more = {}) {
        std::vector<std::string> words{COUNTERFOIL_SYNC, "--data", folder_.till.string(),
                                       "--retry-ms", "1000"};
        words.insert(words.end(), more.begin(), more.end());
        program_.emplace(words, log_);
    }
    // Its exit status.
    int stop() {
        program_->signal(SIGTERM);
        return program_->wait();
    }
    void kill() { program_->kill(); }
    bool has_ended() { return program_->has_ended(); }
    load::Usage usage() const { return program_->usage(); }
    // What it has said in all its runs.
    std::string log() const { return program_->output(); }

    // The last receipt that it has written down, if the centre has signed it.
    std::int64_t receipted() const {
        std::error_code ignored;
        if (!std::filesystem::exists(folder_.receipt(), ignored)) return 0;
        const auto text = base::read_file(folder_.receipt(), 8192).value();
        const auto key = read_centre_key(folder_).value();
        return ledger::read_receipt(text, crypto::Verifier::create(key).value()).value().seq;
    }
    bool has_receipt(std::int64_t seq, std::int64_t patience_ms = 60'000) const {
        return eventually([&] { return receipted() >= seq; }, patience_ms);
    }
    // Behind what it has said until a place.
    bool says(const std::string& words, std::size_t behind = 0,
              std::int64_t patience_ms = 20'000) const {
        return eventually([&] { return log().find(words, behind) != std::string::npos; },
                          patience_ms);
    }

  private:
    SyncFolder folder_;
    std::filesystem::path log_;
    std::optional<test::Program> program_;
};

// A broker, a centre that knows two terminals, and one of their tills with its daemon.
class TillSite {
  public:
    TillSite() {
        CF_CHECK(broker_.init({"T01", "T02"}).ok());
        CF_CHECK(centre_.provision({till_.certificate(), other_.certificate()}).ok());
        CF_CHECK(broker_.start().ok());
        const auto centre = path("centre") / "certificate.pem";
        bring_trust(till_.folder(), broker_, centre, "T01", broker_.port());
        bring_trust(other_.folder(), broker_, centre, "T02", broker_.port());
    }

    std::filesystem::path path(const std::string& name) const { return folder_ / name; }
    load::OwnBroker& broker() { return broker_; }
    load::OwnCentre& centre() { return centre_; }
    JournalTill& till() { return till_; }
    JournalTill& other() { return other_; }
    SyncProcess& sync() { return sync_; }
    SyncProcess& other_sync() { return other_sync_; }

    void start_centre() { CF_CHECK(centre_.start(broker_, link::Protocol::mqtt5).ok()); }

  private:
    test::TemporaryFolder folder_;
    load::OwnBroker broker_{folder_ / "b"};
    load::OwnCentre centre_{folder_ / "centre", ""};
    JournalTill till_{folder_ / "till", "T01", 1};
    JournalTill other_{folder_ / "other", "T02", 2};
    SyncProcess sync_{till_.folder(), path("sync.log")};
    SyncProcess other_sync_{other_.folder(), path("other.log")};
};

}  // namespace counterfoil::sync
