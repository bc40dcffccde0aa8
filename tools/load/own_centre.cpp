#include "tools/load/own_centre.h"

#include <signal.h>

#include <charconv>
#include <chrono>
#include <thread>

#include "firmware/core/base/file.h"
#include "firmware/core/crypto/certificate.h"
#include "firmware/core/http/client.h"

namespace counterfoil::load {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::string_view kPrefix = "counterfoil_";

Result<std::string> program_path() {
    std::error_code fault;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", fault);
    if (fault) return base::system_error(fault.value(), "/proc/self/exe");
    return (self.parent_path() / "counterfoil-aggregator").string();
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

// The port in "listening: http://127.0.0.1:8080/", once it is said; 0: not yet.
std::uint16_t port_in(std::string_view said) {
    constexpr std::string_view kListening = "listening: http://127.0.0.1:";
    const auto at = said.find(kListening);
    if (at == std::string_view::npos) return 0;
    said.remove_prefix(at + kListening.size());
    std::uint16_t port = 0;
    const auto end = said.find('/');
    return end != std::string_view::npos && read_number(said.substr(0, end), port) ? port : 0;
}

OwnCentre::Metrics read_metrics(std::string_view text) {
    OwnCentre::Metrics metrics;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto space = line.find(' ');
        std::int64_t value = 0;
        if (line.starts_with(kPrefix) && space != std::string_view::npos &&
            read_number(line.substr(space + 1), value))
            metrics[std::string(line.substr(kPrefix.size(), space - kPrefix.size()))] = value;
    }
    return metrics;
}

}  // namespace

Status OwnCentre::provision(const std::vector<std::filesystem::path>& certificates) {
    CF_LET(const std::string program, program_path());
    std::vector<std::string> words{program,          "provision", "--data",
                                   folder_.string(), "--store",   "1"};
    if (!postgres_.empty()) words.insert(words.end(), {"--postgres", postgres_});
    for (const auto& path : certificates) words.push_back(path.string());
    CF_LET(Child child, Child::start(words, folder_.string() + ".provisioned"));
    if (child.wait() == 0) return {};
    return Error(Code::refused, "provisioning the terminals: " + child.output());
}

Result<crypto::PublicKey> OwnCentre::key() const {
    CF_LET(const auto chain, crypto::load_chain(folder_ / "certificate.pem"));
    if (chain.empty()) return Error(Code::malformed, "the centre has no certificate");
    return chain.front().public_key();
}

Status OwnCentre::start(const OwnBroker& broker, link::Protocol protocol) {
    CF_LET(const std::string program, program_path());
    std::vector<std::string> words{
        program,         "run",
        "--data",        folder_.string(),
        "--broker-port", std::to_string(broker.port()),
        "--authority",   broker.authority().string(),
        "--certificate", broker.certificate("centre").string(),
        "--key",         broker.key("centre").string(),
        "--mqtt",        protocol == link::Protocol::mqtt5 ? "5" : "3.1.1"};
    if (!postgres_.empty()) words.insert(words.end(), {"--postgres", postgres_});
    // Of each start its own: the port that it tells is another.
    std::error_code ignored;
    std::filesystem::remove(folder_.string() + ".log", ignored);
    port_ = 0;
    CF_LET(Child child, Child::start(words, folder_.string() + ".log"));
    program_.emplace(std::move(child));
    return await_start();
}

Status OwnCentre::await_start() {
    constexpr std::chrono::seconds kPatience(30);
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!program_->has_ended() && std::chrono::steady_clock::now() < end) {
        if (port_ == 0) port_ = port_in(program_->output());
        if (port_ != 0) {
            CF_LET(Metrics figures, metrics());
            if (figures["broker_connected"] == 1) return {};
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return Error(Code::refused, "the centre does not start: " + program_->output());
}

Status OwnCentre::stop() {
    if (has_ended()) return Error(Code::io_failed, "the centre has ended by itself: " + log());
    program_->signal(SIGTERM);
    if (program_->wait() == 0) return {};
    return Error(Code::io_failed, "the centre did not end as it should: " + log());
}

Result<OwnCentre::Metrics> OwnCentre::metrics() const {
    http::Client client("127.0.0.1", port_);
    CF_LET(const http::Response response, client.get("/metrics"));
    return read_metrics(response.body);
}

}  // namespace counterfoil::load
