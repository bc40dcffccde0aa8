#include "tools/counterfoil/provision.h"

#include <iostream>

#include "firmware/core/base/file.h"
#include "firmware/core/http/origin.h"
#include "tools/counterfoil/command.h"
#include "tools/counterfoil/provision_folder.h"
#include "tools/counterfoil/till_guard.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Language;
using base::Result;
using base::Status;
using till::TillFolder;

namespace {

// A terminal's centre, asked without anybody's name: by a code alone.
class CodeCentre {
  public:
    static Result<CodeCentre> open(const ProvisionOptions& options, Language language) {
        CF_LET(const http::Origin origin, http::parse_origin(options.url));
        if (!origin.is_secure && !origin.is_loopback())
            return Error(Code::invalid_argument,
                         "over http:// the code could be read on the way: use https://");
        CF_LET(auto client, http::client_for(origin, options.authority));
        return CodeCentre(std::move(client), language);
    }

    // The answer's body; what the centre refuses in its own words.
    Result<std::string> ask(const std::string& path, const json::Object& body) {
        CF_LET(std::string text, body.write());
        http::Headers headers;
        headers.set("Content-Type", "application/json");
        headers.set("Accept-Language", base::language_code(language_));
        const auto answer =
            client_.request(http::Method::post, path, std::move(headers), std::move(text));
        if (!answer.ok()) return answer.error();
        if (answer.value().status == 200) return answer.value().body;
        return refusal_in(answer.value());
    }

  private:
    CodeCentre(http::Client client, Language language)
        : client_(std::move(client)), language_(language) {}

    static Error refusal_in(const http::Response& response) {
        const auto document = json::Document::parse(response.body);
        const std::string status = "the centre answered " + std::to_string(response.status);
        if (!document.ok()) return Error(Code::refused, status);
        const auto code = document.value().root().text("error_code");
        const auto detail = document.value().root().text("detail");
        if (!code.ok() || !detail.ok()) return Error(Code::refused, status);
        return Error(Code::refused, std::string(code.value()) + ": " + std::string(detail.value()));
    }

    http::Client client_;
    Language language_;
};

// A copy of an older state of it goes to the centre anew: it can do nothing else.
bool is_restored_copy(const TillFolder& folder, const base::Clock& clock) {
    const auto ledger = till::TillLedger::open(folder, clock);
    return !ledger.ok() && ledger.error().code() == Code::restored_copy;
}

struct Guarded {
    std::optional<journal::Unsynced> refused;
    std::string exported;  // where to; empty: nothing was
};

// What the ledger holds alone is written to a file first, before anybody is asked for anything.
Result<Guarded> guard(const TillFolder& folder, const std::string& export_to,
                      const base::Clock& clock) {
    CF_LET(const auto held, held_ledger(folder));
    if (!held || held->unsynced.count == 0) return Guarded{};
    std::string file = export_to;
    if (file.empty() && is_restored_copy(folder, clock))
        file = (folder.path / ("epoch-" + std::to_string(held->epoch) + ".ledger")).string();
    if (file.empty()) return Guarded{held->unsynced, {}};
    Status exported = export_durably(folder, file);
    // By the same command, before it was interrupted.
    if (!exported.ok() && export_to.empty() && exported.error().code() == Code::already_exists)
        exported = {};
    CF_TRY(exported);
    return Guarded{{}, file};
}

Result<Provisioning> ask(const ProvisionOptions& options, const TillFolder& folder,
                         base::Entropy& entropy, Language language) {
    CF_LET(auto centre, CodeCentre::open(options, language));
    json::Object lookup;
    lookup.set("code", options.code);
    CF_LET(const std::string found, centre.ask("/api/terminals/codes/lookup", lookup));
    CF_LET(const json::Document document, json::Document::parse(found));
    CF_LET(const std::string_view terminal, document.root().text("terminal"));
    if (!crypto::is_terminal_name(terminal))
        return Error(Code::malformed, "the centre names no terminal");
    CF_LET(auto pending, PendingTill::begin(folder, std::string(terminal), entropy));
    json::Object request;
    request.set("code", options.code).set("request", pending.ledger_request());
    request.set("link_request", pending.link_request());
    CF_LET(const std::string answer, centre.ask("/api/terminals/provision", request));
    return pending.take(answer);
}

struct Done {
    Provisioning given;
    std::filesystem::path aside;
};

Result<Done> set_up(const ProvisionOptions& options, const TillFolder& folder,
                    const base::Clock& clock, Language language) {
    crypto::Random random;
    CF_LET(auto pending, PendingTill::find_answered(folder, random));
    if (!pending) {
        CF_TRY(ask(options, folder, random, language));
        CF_LET(pending, PendingTill::find_answered(folder, random));
    }
    CF_CHECK(pending);
    CF_LET(auto given, pending->answered());
    CF_LET(const auto aside,
           pending->install(given, {options.url, options.authority, options.code}, clock));
    return Done{std::move(given), aside};
}

void tell(const ProvisionOptions& options, const Provisioned& done) {
    if (!done.exported.empty()) std::cout << "exported: " << done.exported << '\n';
    if (!done.aside.empty())
        std::cout << "put aside: what worked here before, in " << done.aside.string() << '\n';
    const bool sells = std::filesystem::exists(TillFolder{options.data}.mirror());
    std::cout << "set up: " << done.terminal << " of store " << done.store << ", epoch "
              << done.epoch << ", in " << options.data
              << (sells ? "" : "; its prices, staff and members come by sync, or by bundle load")
              << '\n';
}

// Nothing where it may go on.
Result<Guarded> guard_claimed(const TillFolder& folder, const ProvisionOptions& options,
                              const base::Clock& clock) {
    crypto::Random random;
    CF_LET(const auto pending, PendingTill::find_answered(folder, random));
    // What it went by then was judged then.
    if (pending) return Guarded{};
    { CF_LET(const auto claim, claim_till(folder)); }
    return guard(folder, options.export_to, clock);
}

}  // namespace

Result<Provisioned> provision_till(const ProvisionOptions& options) {
    const base::SystemClock clock;
    const TillFolder folder{options.data};
    if (PendingTill::is_done_by(folder, options.code)) return Provisioned{};
    CF_LET(const auto claim, claim_sync(folder));
    CF_LET(const Guarded guarded, guard_claimed(folder, options, clock));
    Provisioned provisioned;
    provisioned.unsynced = guarded.refused;
    if (guarded.refused) return provisioned;
    CF_LET(const Done done,
           set_up(options, folder, clock, language_of_till(folder, options.language)));
    provisioned.terminal = done.given.terminal;
    provisioned.store = done.given.store;
    provisioned.epoch = done.given.opening.epoch;
    provisioned.aside = done.aside;
    provisioned.exported = guarded.exported;
    return provisioned;
}

ExitCode provision(const ProvisionOptions& options) {
    const auto done = provision_till(options);
    if (!done.ok()) return refuse(done.error());
    if (done.value().unsynced)
        return refuse_unsynced(*done.value().unsynced,
                               language_of_till({options.data}, options.language));
    if (done.value().terminal.empty())
        std::cout << "set up: by this code, before\n";
    else
        tell(options, done.value());
    return kDone;
}

void add_provision_command(CLI::App& app, ExitCode& exit_code) {
    const auto options = std::make_shared<ProvisionOptions>();
    CLI::App* command = add_command(
        app,
        {"provision", "Set up this device as the terminal that a code of the centre's is for",
         "counterfoil provision --data till --url https://centre.example --code ABCD-EFGH-JKMN"},
        options, provision, exit_code);
    command->add_option("--code", options->code, "as the centre told it")->required();
    command->add_option("--url", options->url, "where the centre is; http:// on this machine only")
        ->required();
    command->add_option("--data", options->data, "the till's folder; made where there is none")
        ->capture_default_str();
    command->add_option("--authority", options->authority,
                        "PEM: who vouches for the centre's server; else whom this system believes");
    command->add_option("--export", options->export_to,
                        "where events go that only this till holds, if it has worked before");
    command->add_option("--language", options->language, "hu or en; as the till is set up")
        ->check(CLI::IsMember({"hu", "en"}));
    command->footer(
        "The keys are made here and stay here. Whatever interrupts it: repeat the same command.\n"
        "Over a till that has worked, its files are put aside in DIR/old/epoch-N, and it begins "
        "the next epoch of its ledger.\n"
        "Example:\n  counterfoil provision --data till --url https://centre.example --code "
        "ABCD-EFGH-JKMN");
}

}  // namespace counterfoil::tool
