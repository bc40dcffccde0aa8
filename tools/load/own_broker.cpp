#include "tools/load/own_broker.h"

#include <signal.h>

#include <charconv>
#include <chrono>
#include <thread>

#include "firmware/core/base/file.h"

namespace counterfoil::load {

using base::Code;
using base::Error;
using base::Status;

namespace {

constexpr std::size_t kMaxLog = 16UL << 20;

std::string tool_path() {
    return COUNTERFOIL_SOURCE_DIR "/tools/broker";
}

std::string text_in(const std::filesystem::path& path) {
    auto text = base::read_file(path, kMaxLog);
    return text.ok() ? std::move(text).value() : "";
}

}  // namespace

// Beside the folder, which tools/broker wants empty.
std::filesystem::path OwnBroker::beside(const std::string& end) const {
    return folder_.string() + end;
}

Status OwnBroker::init(std::vector<std::string> terminals) {
    std::vector<std::string> words = {"--centre", "centre"};
    if (!terminals.empty()) words.emplace_back("--terminal");
    for (std::string& name : terminals) words.push_back(std::move(name));
    return tool("init", words);
}

Status OwnBroker::tool(const std::string& command, const std::vector<std::string>& arguments) {
    std::vector<std::string> words = {tool_path(), command, folder_.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::error_code ignored;
    std::filesystem::remove(beside(".tool"), ignored);
    CF_LET(Child program, Child::start(words, beside(".tool")));
    if (program.wait() == 0) return {};
    return Error(Code::refused, "tools/broker " + command + ": " + program.output());
}

Status OwnBroker::start() {
    CF_CHECK(!program_);
    // A port that was free when it was chosen can be taken when it is wanted.
    constexpr int kAttempts = 5;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        std::vector<std::string> words = {
            tool_path(),           "run",      folder_.string(), "--port",
            std::to_string(port_), "--limits", limits_};
        words.insert(words.end(), told_.begin(), told_.end());
        CF_LET(Child program, Child::start(words, beside(".log")));
        program_.emplace(std::move(program));
        if (becomes_ready()) return {};
        program_.reset();
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return Error(Code::io_failed, "the broker does not start: " + log());
}

bool OwnBroker::becomes_ready() {
    while (!program_->has_ended()) {
        const std::string port = text_in(path("port"));
        if (!port.empty()) {
            std::from_chars(port.data(), port.data() + port.size(), port_);
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

void OwnBroker::kill() {
    program_.reset();
    std::error_code ignored;
    std::filesystem::remove(path("port"), ignored);
}

void OwnBroker::signal(int number) const {
    CF_CHECK(program_);
    program_->signal(number);
}

std::string OwnBroker::log() const {
    return text_in(beside(".log"));
}

}  // namespace counterfoil::load
