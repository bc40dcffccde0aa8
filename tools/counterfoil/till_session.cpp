#include "tools/counterfoil/till_session.h"

#include <iostream>

#include "tools/counterfoil/pin.h"

namespace counterfoil::tool {

using base::Result;
using checkout::Asked;
using checkout::Fault;
using receipt::Language;

namespace {

// Shells have the till for a moment each; who has it for longer is told of.
constexpr std::int64_t kShortMs = 1000;
constexpr std::int64_t kPatienceMs = 60'000;

base::SystemClock& system_clock() {
    static base::SystemClock clock;
    return clock;
}

Language language_of(const TillOptions& options, Language otherwise) {
    return base::language_from_code(options.language).value_or(otherwise);
}

void tell_waiting(const std::string& folder) {
    constexpr std::int64_t kMsInSecond = 1000;
    std::cerr << "counterfoil: another program works on " << folder
              << ", as the till program does; this waits up to " << kPatienceMs / kMsInSecond
              << " s for its end: end it, or sell over HTTP\n";
}

Result<std::unique_ptr<till::OpenTill>> open_till(const std::string& folder) {
    auto till = till::OpenTill::open({folder}, system_clock(), kShortMs);
    if (till.ok() || till.error().code() != base::Code::second_writer) return till;
    tell_waiting(folder);
    return till::OpenTill::open({folder}, system_clock(), kPatienceMs);
}

ExitCode write_line(const json::Object& answer) {
    const auto line = answer.write();
    if (!line.ok()) return refuse(line.error());
    std::cout << line.value() << '\n';
    return kDone;
}

}  // namespace

TillSession::TillSession(TillOptions options, std::unique_ptr<till::OpenTill> till)
    : options_(std::move(options)),
      till_(std::move(till)),
      language_(language_of(options_, till_->card().language)) {}

Result<std::unique_ptr<TillSession>> TillSession::open(const TillOptions& options) {
    CF_LET(auto till, open_till(options.data));
    return std::unique_ptr<TillSession>(new TillSession(options, std::move(till)));
}

Result<Asked> TillSession::asked() const {
    Asked asked{options_.screen, options_.request, {}};
    if (options_.approve.empty()) return asked;
    CF_LET(std::string pin, read_pin(options_.pin_file));
    asked.approval.credentials = checkout::Credentials{options_.approve, std::move(pin)};
    return asked;
}

receipt::Options TillSession::paper_options() const {
    receipt::Options options;
    options.language = language_;
    options.columns = till_->card().columns;
    return options;
}

std::string TillSession::money_text(std::int64_t minor) {
    return receipt::amount_text(money::Money(minor, currency()), language_);
}

ExitCode TillSession::tell(const json::Object& answer, const std::string& text) const {
    if (options_.json) return write_line(answer);
    std::cout << text << '\n';
    return kDone;
}

ExitCode TillSession::tell_paper(const json::Object& answer, std::int64_t seq, int copy) {
    if (options_.json) return write_line(answer);
    receipt::Options paper_options = this->paper_options();
    paper_options.copy = copy;
    const auto paper = desk().paper_of(seq, paper_options);
    if (!paper.ok()) return refuse(paper.error());
    std::cout << paper.value().text();
    if (!paper.value().qr.empty()) std::cout << "\nQR: " << paper.value().qr << '\n';
    return kDone;
}

ExitCode TillSession::refuse(const Fault& fault) const {
    TillOptions options = options_;
    options.language = base::language_code(language_);
    return refuse_at_till(options, fault);
}

ExitCode refuse_at_till(const TillOptions& options, const Fault& fault) {
    const Language language = language_of(options, Language::english);
    if (options.json) {
        [[maybe_unused]] const ExitCode written =
            write_line(checkout::answer(fault, language, system_clock().now()));
        return kRefused;
    }
    std::cerr << "counterfoil: " << fault.code() << ": " << base::said(fault.sentence(), language)
              << '\n';
    return kRefused;
}

}  // namespace counterfoil::tool
