#include "tools/counterfoil/setup_server.h"

#include <array>
#include <iostream>

#include "firmware/core/base/end_signals.h"
#include "firmware/core/base/error_code.h"
#include "firmware/core/ledger/members.h"
#include "firmware/mirror/reader.h"
#include "firmware/till/pages.h"
#include "firmware/till/schema.h"
#include "firmware/till/till_folder.h"
#include "tools/counterfoil/command.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Language;
using base::Result;
using base::Sentence;
using base::Status;
using http::Method;
using till::TillFolder;

namespace {

constexpr std::size_t kMaxPageBytes = 4 << 20;
constexpr std::size_t kMaxBodyBytes = 4 << 10;
constexpr std::int64_t kLookMs = 500;
constexpr std::int64_t kStopMs = 2000;
constexpr std::int64_t kLastLookMs = 3000;  // the pages see that it is done
constexpr std::array<std::string_view, 5> kStates{"needed", "working", "failed", "waiting_for_data",
                                                  "done"};

http::Refusal busy() {
    return {409,
            "busy",
            {"This device is being set up already. Wait for it.",
             "Az eszköz beállítása már folyik. Várja meg."}};
}

http::Refusal malformed() {
    return {400,
            "malformed",
            {"Send code, url and language (hu or en) as a JSON object.",
             "Küldje el a code, url és language (hu vagy en) mezőket JSON-objektumban."}};
}

struct Wish {
    std::string code;
    std::string url;
    Language language = Language::hungarian;
};

std::optional<Wish> read_wish(const http::Request& request) {
    const auto type = request.headers.find("Content-Type");
    const auto body = json::Document::parse(request.body);
    if (!type || !type->starts_with("application/json") || !body.ok() ||
        !body.value().root().is_object())
        return {};
    ledger::Members members(body.value().root());
    Wish wish{members.text("code"), members.text("url"), {}};
    const auto language = base::language_from_code(members.text("language"));
    if (members.error() || !language) return {};
    wish.language = *language;
    return wish;
}

// What the centre refuses begins with its code, and goes on in the language that was asked for.
struct Fault {
    std::string code;
    Sentence sentence;
};
Fault fault_of(const Error& error) {
    const std::string& text = error.message();
    const std::size_t end = text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
    if (end != std::string::npos && end > 0 && text.substr(end).starts_with(": ")) {
        const std::string said = text.substr(end + 2);
        return {text.substr(0, end), {said, said}};
    }
    return {base::error_code(base::code_name(error.code())), {text, text}};
}

// Whether central data have come, so that a till can be started.
bool has_data(const TillFolder& folder) {
    auto mirror = mirror::Mirror::open(folder.mirror());
    if (!mirror.ok()) return false;
    const auto meta = mirror.value().meta();
    return meta.ok() && meta.value().version > 0;
}

bool has_ledger(const TillFolder& folder) {
    return std::filesystem::exists(folder.journal().database);
}

}  // namespace

SetupServer::SetupServer(SetupOptions options, till::Board board, const base::Clock& clock)
    : options_(std::move(options)), board_(std::move(board)), clock_(clock) {}

Result<std::unique_ptr<SetupServer>> SetupServer::start(const SetupOptions& options,
                                                        const base::Clock& clock) {
    CF_LET(till::Board board, till::read_board(options.board));
    std::unique_ptr<SetupServer> server(new SetupServer(options, std::move(board), clock));
    CF_TRY(server->open());
    return server;
}

Status SetupServer::open() {
    CF_TRY(router_.add({Method::get,
                        "/api/setup",
                        [this](const http::Request& request, http::Responder responder) {
                            answer(request, std::move(responder));
                        },
                        {"How far setting up has come", "", "", {}},
                        {}}));
    CF_TRY(router_.add({Method::post,
                        "/api/setup",
                        [this](const http::Request& request, http::Responder responder) {
                            begin(request, std::move(responder));
                        },
                        {"Set this device up by a centre's code",
                         till::schema_of("code:string! url:string! language:string!"),
                         "",
                         {}},
                        {}}));
    auto named = board_.kiosk_folder;
    if (named) named = options_.data / *named;
    if (const auto folder = till::find_pages(named, till::this_program())) {
        pages_ = std::make_unique<http::FileFolder>(*folder, kMaxPageBytes);
        CF_TRY(router_.add(
            {Method::get, "/{page...}", http::file_handler(*pages_, clock_, "assets/"), {}, {}}));
    }
    http::ServerSettings settings;
    settings.limits.body_bytes = kMaxBodyBytes;
    settings.guards.push_back(http::security_headers(till::kPagesPolicy));
    server_ = std::make_unique<http::Server>(loop_, router_, clock_, std::move(settings));
    CF_TRY(server_->start(board_.listen.address, options_.port.value_or(board_.listen.port)));
    till::guard_names(*server_, board_.listen.address);
    if (has_ledger({options_.data})) state_ = State::waiting_for_data;
    look_soon();
    return {};
}

std::string SetupServer::url() const {
    return till::url_of(board_.listen.address, server_->port());
}

void SetupServer::stop() {
    loop_.post([this] { server_->stop(kStopMs, [this] { loop_.stop(); }); });
}

json::Object SetupServer::told(Language language) const {
    json::Object object;
    object.set_flag("needed", true);
    object.set("state", kStates.at(static_cast<std::size_t>(state_)));
    if (!terminal_.empty()) object.set("terminal", terminal_);
    if (state_ != State::failed) return object;
    object.set("error_code", fault_code_);
    return std::move(object.set("detail", base::said(fault_, language)));
}

void SetupServer::answer(const http::Request& request, http::Responder responder) const {
    const auto text = told(http::language_of(request.headers)).write();
    CF_CHECK(text.ok());
    responder.send(http::json_response(200, text.value()));
}

// It goes on although nobody waits for it, and what it came to is asked for.
void SetupServer::begin(const http::Request& request, http::Responder responder) {
    if (state_ == State::working || state_ == State::done) return responder.fail(busy());
    const auto wish = read_wish(request);
    if (!wish) return responder.fail(malformed());
    ProvisionOptions options;
    options.code = wish->code;
    options.url = wish->url;
    options.data = options_.data;
    options.authority = options_.authority;
    options.language = base::language_code(wish->language);
    const bool asked = worker_.ask([this, options] {
        // Shared by this thread and the loop, one after the other.
        const auto done = std::make_shared<const Result<Provisioned>>(provision_till(options));
        loop_.post([this, done] { take(*done); });
    });
    if (!asked) return responder.fail(busy());
    state_ = State::working;
    answer(request, std::move(responder));
}

void SetupServer::take(const Result<Provisioned>& done) {
    if (!done.ok()) {
        state_ = State::failed;
        Fault fault = fault_of(done.error());
        fault_code_ = std::move(fault.code);
        fault_ = std::move(fault.sentence);
        return;
    }
    if (done.value().unsynced) {
        state_ = State::failed;
        fault_code_ = base::error_code("unsynced");
        fault_ = journal::unsynced_sentence(*done.value().unsynced, clock_.now());
        return;
    }
    terminal_ = done.value().terminal;
    state_ = State::waiting_for_data;
    look();
}

void SetupServer::look_soon() {
    looking_ = loop_.after(kLookMs, [this] { look(); });
}

void SetupServer::look() {
    const TillFolder folder{options_.data};
    const bool is_ready = state_ != State::working && has_ledger(folder) && has_data(folder);
    if (!is_ready) return look_soon();
    state_ = State::done;
    looking_ = loop_.after(kLastLookMs, [this] { stop(); });
}

namespace {

ExitCode set_up_at_screen(const SetupOptions& options) {
    base::EndSignals signals;
    const base::SystemClock clock;
    auto server = SetupServer::start(options, clock);
    if (!server.ok()) return refuse(server.error());
    std::cout << "listening: " << server.value()->url() << '\n' << std::flush;
    signals.run([&] { server.value()->run(); }, [&] { server.value()->stop(); });
    if (server.value()->is_done()) std::cout << "set up: the till can be started\n";
    return kDone;
}

}  // namespace

void add_setup_command(CLI::App& app, ExitCode& exit_code) {
    const auto options = std::make_shared<SetupOptions>();
    CLI::App* command =
        add_command(app,
                    {"setup", "Serve the kiosk's pages that set this device up, until it can sell",
                     "counterfoil setup --data till --board boards/sim/board.json"},
                    options, set_up_at_screen, exit_code);
    command->add_option("--data", options->data, "the till's folder; made where there is none")
        ->capture_default_str();
    command->add_option("--board", options->board, "where the board's pages are served")
        ->required();
    command->add_option("--port", options->port, "in the place of the board's; 0 takes a free one");
    command->add_option("--authority", options->authority,
                        "PEM: who vouches for the centre's server; else whom this system believes");
}

}  // namespace counterfoil::tool
