#pragma once

#include <charconv>
#include <chrono>
#include <csignal>
#include <optional>
#include <thread>

#include "daemon/aggregator/centre_folder.h"
#include "daemon/link/settings.h"
#include "firmware/core/http/client.h"
#include "tests/support/broker.h"
#include "tests/support/fleet.h"

namespace counterfoil::aggregator {

// The centre's whole program at a real broker, which has certificates for a fleet's terminals; the
// centre knows the first ones, or all. Its store is a file or, where one is named, a PostgreSQL
// database. The fleet must outlive it.
class RunningCentre {
  public:
    RunningCentre(const test::Fleet& fleet, link::Protocol protocol, bool is_limited = true)
        : RunningCentre(fleet, protocol, is_limited, "", fleet.ledgers().size()) {}
    RunningCentre(const test::Fleet& fleet, link::Protocol protocol, bool is_limited,
                  const std::string& postgres, std::size_t known)
        : fleet_(fleet), protocol_(protocol), postgres_(postgres) {
        if (!is_limited) broker_.have_no_limits();
        std::vector<std::string> names;
        for (std::size_t i = 0; i < fleet.ledgers().size(); ++i)
            names.push_back(test::Fleet::name(i));
        broker_.tool("terminal", names);
        broker_.start();
        provision(0, known);
        key_ = crypto::load_chain(CentreFolder(data()).certificate()).value().front().public_key();
    }

    std::filesystem::path data() const { return folder_ / "centre"; }
    test::Broker& broker() { return broker_; }
    const crypto::PublicKey& key() const { return key_; }
    test::Program& program() { return *program_; }
    std::string output() const { return program_->output(); }

    void start() { program_.emplace(words(), folder_ / ("log" + std::to_string(starts_++))); }
    // With which it is run.
    std::vector<std::string> words() const {
        const bool newest = protocol_ == link::Protocol::mqtt5;
        std::vector<std::string> all =
            in_store({COUNTERFOIL_AGGREGATOR, "run", "--data", data().string(), "--broker-port",
                      std::to_string(broker_.port()), "--authority", broker_.authority().string(),
                      "--certificate", broker_.certificate("centre").string(), "--key",
                      broker_.key("centre").string(), "--mqtt", newest ? "5" : "3.1.1"});
        all.insert(all.end(), more_.begin(), more_.end());
        return all;
    }
    // Of all terminals, from the next start on.
    void set_credit(std::int64_t events) { more_ = {"--credit", std::to_string(events)}; }
    // Those of the fleet from one place up to another, by the command.
    void provision(std::size_t from, std::size_t to) {
        std::vector<std::string> words = in_store(
            {COUNTERFOIL_AGGREGATOR, "provision", "--data", data().string(), "--store", "1"});
        for (std::size_t i = from; i < to; ++i) {
            const auto path = folder_ / (test::Fleet::name(i) + ".pem");
            std::filesystem::remove(path);
            CF_CHECK(crypto::save_chain(path, fleet_.ledgers()[i].certificates()).ok());
            words.push_back(path.string());
        }
        const test::Ran ran = test::run_program(words);
        if (ran.status != 0) std::fputs(ran.output.c_str(), stderr);
        CF_CHECK(ran.status == 0);
    }
    void kill() { program_->kill(); }
    // Its exit status.
    int stop() {
        port();  // it works
        program_->signal(SIGTERM);
        return program_->wait();
    }

    // For its web server; 0 where it does not come to it.
    std::uint16_t port() {
        constexpr std::string_view kListening = "listening: http://127.0.0.1:";
        for (int i = 0; i < 3000; ++i) {
            const std::string said = program_->output();
            const std::size_t at = said.find(kListening);
            const std::size_t end = said.find('/', at + kListening.size());
            std::uint16_t port = 0;
            if (at != std::string::npos && end != std::string::npos) {
                std::from_chars(said.data() + at + kListening.size(), said.data() + end, port);
                return port;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return 0;
    }
    std::string page(const std::string& path) {
        const auto answer = http::Client("127.0.0.1", port()).get(path);
        return answer.ok() ? answer.value().body : answer.error().line();
    }
    // One of its figures, by its name without the prefix.
    std::uint64_t figure(const std::string& name) {
        const std::string text = page("/metrics");
        const std::string start = "\ncounterfoil_" + name + " ";
        const std::size_t at = text.find(start);
        CF_CHECK(at != std::string::npos);
        std::uint64_t value = 0;
        std::from_chars(text.data() + at + start.size(), text.data() + text.size(), value);
        return value;
    }

    link::Settings terminal(std::size_t place) const {
        const std::string name = test::Fleet::name(place);
        link::Settings settings;
        settings.port = broker_.port();
        settings.client_id = name;
        settings.authority = broker_.authority();
        settings.certificate = broker_.certificate(name);
        settings.key = broker_.key(name);
        settings.protocol = protocol_;
        settings.backoff = {20, 200};
        return settings;
    }

  private:
    std::vector<std::string> in_store(std::vector<std::string> words) const {
        if (!postgres_.empty()) words.insert(words.end(), {"--postgres", postgres_});
        return words;
    }

    const test::Fleet& fleet_;
    link::Protocol protocol_;
    std::string postgres_;
    test::TemporaryFolder folder_;
    test::Broker broker_;
    crypto::PublicKey key_{};
    std::optional<test::Program> program_;
    std::vector<std::string> more_;
    int starts_ = 0;
};

}  // namespace counterfoil::aggregator
