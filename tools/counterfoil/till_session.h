#pragma once

#include <memory>
#include <string>

#include "firmware/checkout/answers.h"
#include "firmware/till/till_folder.h"
#include "tools/counterfoil/till_options.h"

namespace counterfoil::tool {

// One command at a till: opens it, asks in somebody's name, and tells the answer as text or JSON.
class TillSession {
  public:
    // Another program that has the till open is waited for.
    static base::Result<std::unique_ptr<TillSession>> open(const TillOptions& options);

    till::OpenTill& till() { return *till_; }
    checkout::CashDesk& desk() { return till_->desk(); }
    money::Currency currency() { return desk().shop().settings().currency; }
    receipt::Language language() const { return language_; }
    receipt::Options paper_options() const;
    // Reads the manager's PIN where one approves.
    base::Result<checkout::Asked> asked() const;

    ExitCode tell(const json::Object& answer, const std::string& text) const;
    // Prints the paper, or with --json the answer.
    ExitCode tell_paper(const json::Object& answer, std::int64_t seq, int copy = 0);
    ExitCode refuse(const checkout::Fault& fault) const;
    std::string money_text(std::int64_t minor);

  private:
    TillSession(TillOptions options, std::unique_ptr<till::OpenTill> till);

    TillOptions options_;
    std::unique_ptr<till::OpenTill> till_;
    receipt::Language language_;
};

// Says why a command was refused, before a till is open, too.
ExitCode refuse_at_till(const TillOptions& options, const checkout::Fault& fault);

// Opens the till and runs the command with it.
template <class Command>
ExitCode at_till(const TillOptions& options, Command command) {
    auto session = TillSession::open(options);
    if (!session.ok()) return refuse_at_till(options, session.error());
    const checkout::Outcome<ExitCode> done = command(*session.value());
    return done.ok() ? done.value() : session.value()->refuse(done.error());
}

}  // namespace counterfoil::tool
