#include "firmware/till/program.h"

#include <algorithm>

#include "firmware/checkout/answers.h"
#include "firmware/core/http/openapi.h"
#include "firmware/till/pages.h"
#include "firmware/till/schema.h"
#include "firmware/vision/decoder_process.h"

namespace counterfoil::till {

using base::Result;
using base::Status;
using http::Method;
using http::Request;
using http::Responder;

namespace {

constexpr std::int64_t kPatienceMs = 2000;
constexpr std::int64_t kStopMs = 2000;
// Pruning begins, goes on and waits for a pause in selling by these.
constexpr std::int64_t kPruneFirstMs = 3000;
constexpr std::int64_t kPruneNextMs = 200;
constexpr std::int64_t kPauseMs = 1500;
constexpr std::size_t kMaxPageBytes = 4 << 20;

http::Response json_text(const json::Object& object) {
    const auto text = object.write();
    CF_CHECK(text.ok());
    return http::json_response(200, text.value());
}

}  // namespace

Program::Program(TillFolder folder, Board board, std::unique_ptr<OpenTill> till,
                 const base::Clock& clock)
    : clock_(clock),
      folder_(std::move(folder)),
      board_(std::move(board)),
      till_(std::move(till)),
      kiosk_(till_->desk(), till_->desk_file(), clock, till_->entropy()) {}

Program::~Program() = default;

Result<std::unique_ptr<Program>> Program::start(const ProgramOptions& options,
                                                const base::Clock& clock) {
    CF_LET(Board board, read_board(options.board));
    CF_LET(auto till, OpenTill::open({options.data}, clock, kPatienceMs));
    std::unique_ptr<Program> program(
        new Program({options.data}, std::move(board), std::move(till), clock));
    CF_TRY(program->record_boot());
    CF_TRY(program->open_printing(options));
    CF_TRY(program->open_server(options));
    program->open_doorbell(options);
    CF_TRY(program->open_devices());
    program->pruning_.emplace(TillFolder{options.data}, *program->till_);
    program->prune_later(kPruneFirstMs);
    return program;
}

// That the till was started, by which program, stands in its ledger.
Status Program::record_boot() {
    json::Object body;
    body.set("program", "counterfoil-till").set("board", board_.name);
    std::vector<journal::Draft> drafts;
    drafts.push_back({ledger::EventType::boot, std::move(body), "", ""});
    CF_TRY(till_->journal().append(drafts));
    return {};
}

Status Program::open_printing(const ProgramOptions& options) {
    CF_LET(const std::filesystem::path decoder, vision::decoder_beside_program());
    attached_ = attach(board_, {options.data, decoder}, clock_);
    CF_LET(PaperStyle style, paper_style(till_->card().language, board_.printer));
    papers_ = std::make_unique<Papers>(till_->desk(), std::move(style));
    CF_LET(PrintQueue queue,
           PrintQueue::open({till_->journal(), till_->desk_file(), attached_.printer.get(), clock_},
                            [this](const Owed& owed) { return (*papers_)(owed); }));
    queue_.emplace(std::move(queue));
    return {};
}

Status Program::open_devices() {
    CF_LET(devices_, DeviceLoop::start(loop_, clock_, attached_,
                                       {[this](const devices::Scan& scan) {
                                            api_->scanned(scan.text, scan.format);
                                            show_soon();
                                        },
                                        [this] { work_printer(); }}));
    return {};
}

// Where it cannot listen, as where the folder's path is too long for a socket, it sells all the
// same, and says that no daemon runs. Central data that are refused, as of another currency while a
// shift is open, leave what was there.
void Program::open_doorbell(const ProgramOptions& options) {
    doorbell_.emplace(Doorbell::World{loop_, till_->journal(), clock_,
                                      [this] {
                                          feed_.tell_each("sync", [this](base::Language language) {
                                              return doorbell_->answer(language);
                                          });
                                      },
                                      [this] {
                                          [[maybe_unused]] const auto reloaded =
                                              till_->desk().reload();
                                          api_->tell_all();
                                      }},
                      options.data);
    [[maybe_unused]] const Status open = doorbell_->open();
}

Status Program::open_server(const ProgramOptions& options) {
    api_ = std::make_unique<Api>(Api::World{
        loop_, kiosk_, feed_, figures_, worker_, clock_, till_->entropy(), [this] { recorded(); },
        [this](base::Language language) { return printing_state(language); },
        [this](base::Language language) { return doorbell_->answer(language); },
        till_->card().language});
    figures_.counted_seq = till_->journal().head().seq;
    CF_TRY(api_->add_routes(router_));
    add_papers();
    add_health();
    CF_TRY(add_managers());
    CF_TRY(add_board());
    CF_TRY(add_pages(options));
    http::ServerSettings settings;
    settings.limits.body_bytes = std::size_t{64} << 10;
    settings.guards.push_back(http::security_headers(kPagesPolicy));
    server_ = std::make_unique<http::Server>(loop_, router_, clock_, std::move(settings));
    CF_TRY(server_->start(board_.listen.address, options.port.value_or(board_.listen.port)));
    guard_names(*server_, board_.listen.address);
    return {};
}

Status Program::add_pages(const ProgramOptions& options) {
    auto named = board_.kiosk_folder;
    if (named) named = options.data / *named;
    const auto folder = find_pages(named, this_program());
    if (!folder) return {};
    pages_ = std::make_unique<http::FileFolder>(*folder, kMaxPageBytes);
    return router_.add(
        {Method::get, "/{page...}", http::file_handler(*pages_, clock_, "assets/"), {}, {}});
}

Status Program::add_managers() {
    managers_ = std::make_unique<ManagerRoutes>(
        ManagerRoutes::World{loop_, *api_, till_->desk(), till_->journal(), folder_,
                             [this]() -> Doorbell& { return *doorbell_; }});
    return managers_->add_routes(router_);
}

std::string Program::url() const {
    return url_of(board_.listen.address, server_->port());
}

void Program::stop() {
    loop_.post([this] { server_->stop(kStopMs, [this] { loop_.stop(); }); });
}

// What was recorded owes its paper, soon and not before its answer's own turn.
void Program::recorded() {
    doorbell_->ring();
    managers_->follow();
    if (devices_) devices_->wake_printer();
    show_soon();
    recorded_ms_ = clock_.steady_ms();
    const auto totals = till_->journal().totals();
    if (!totals.ok() || totals.value().z_reports == reports_) return;
    reports_ = totals.value().z_reports;
    prune_later(kPruneFirstMs);
}

void Program::prune_later(std::int64_t ms) {
    prune_timer_ = loop_.after(ms, [this] { prune(); });
}

// A step, for which everybody waits a moment, and never while something is sold. What is wrong is
// shown, and selling goes on.
void Program::prune() {
    if (clock_.steady_ms() - recorded_ms_ < kPauseMs) return prune_later(kPauseMs);
    const auto step = pruning_->step();
    prune_fault_.reset();
    if (!step.ok()) prune_fault_ = step.error().code();
    if (step.ok() && step.value().is_more) prune_later(kPruneNextMs);
}

void Program::work_printer() {
    queue_->work();
    tell_notices();
    tell_waiting();
    const std::int64_t due_ms = queue_->due_ms();
    const std::int64_t wait_ms = due_ms - clock_.steady_ms();
    constexpr std::int64_t kLongest = 60'000;
    if (wait_ms < kLongest)
        printing_ =
            loop_.after(std::max<std::int64_t>(wait_ms, 1), [this] { devices_->wake_printer(); });
}

void Program::tell_notices() {
    while (const auto notice = queue_->take_notice()) {
        if (notice->kind == PrintNotice::Kind::back)
            trouble_.reset();
        else if (!notice->owed)
            trouble_ = *notice;
        feed_.tell_each("printer", [&](base::Language language) {
            json::Object told;
            told.set("code", notice->code());
            told.set("detail", base::said(notice->sentence(), language));
            if (notice->owed) told.set("seq", notice->owed->seq);
            return told;
        });
        api_->tell_all();
    }
}

// The screens' states have it; the answer to what owes a paper comes before the queue has seen it.
void Program::tell_waiting() {
    const std::size_t waiting = queue_->papers_waiting();
    if (waiting == told_waiting_) return;
    told_waiting_ = waiting;
    api_->tell_all();
}

// What a screen that comes later must know, too.
json::Object Program::printing_state(base::Language language) {
    json::Object object;
    std::string_view state = "none";
    for (const DeviceState& device : states(attached_))
        if (device.name == "printer") state = device.state;
    object.set("state", state);
    object.set("papers_waiting", static_cast<std::int64_t>(queue_->papers_waiting()));
    const auto offered = queue_->offered();
    object.set("papers_offered",
               offered.ok() ? static_cast<std::int64_t>(offered.value().size()) : 0);
    if (trouble_)
        object.set("code", trouble_->code())
            .set("detail", base::said(trouble_->sentence(), language));
    return object;
}

// The customer sees what was rung up last, and the total.
void Program::show_soon() {
    if (!attached_.display || !devices_) return;
    const auto quote = kiosk_.quote(api_->active_screen());
    if (!quote.ok() || !quote.value()) {
        // Nothing of the last customer stays for the next.
        attached_.display->show(
            devices::display_amount(till_->desk().shop().settings().issuer.name, ""));
        return devices_->wake_display();
    }
    const auto& lines = quote.value()->priced.lines;
    const auto touched = std::ranges::find(lines, kiosk_.touched(), &ledger::SaleLine::code);
    const ledger::SaleLine& last = touched == lines.end() ? lines.back() : *touched;
    const auto currency = quote.value()->cart.currency();
    attached_.display->show(devices::display_amount(
        last.name, receipt::amount_text(money::Money(quote.value()->priced.total_minor, currency),
                                        till_->card().language)));
    devices_->wake_display();
}

json::Object Program::health() {
    json::Array devices;
    for (const DeviceState& state : states(attached_)) {
        json::Object device;
        device.set("name", state.name).set("state", state.state).set("trouble", state.trouble);
        devices.add(std::move(device));
    }
    const auto& journal = till_->journal();
    const bool stopped = journal.disk() == journal::DiskLevel::stop;
    const bool whole = std::ranges::all_of(
        states(attached_), [](const DeviceState& device) { return device.state != "away"; });
    json::Object object;
    const bool refused = doorbell_->state() == wire::UplinkState::refused;
    object.set("status", journal.signer_down() || stopped || !whole || refused || prune_fault_
                             ? "degraded"
                             : "ok");
    object.set("terminal", journal.terminal()).set("events", journal.head().seq);
    object.set("pruned", journal.base().seq);
    if (prune_fault_) object.set("prune_fault", base::code_name(*prune_fault_));
    object.set("sync", wire::state_name(doorbell_->state())).set("unsynced", doorbell_->unsynced());
    object.set("unsynced_older", doorbell_->unsynced_older());
    object.set_flag("signer_down", journal.signer_down());
    object.set_flag("selling_stopped", stopped);
    return std::move(object.set("devices", std::move(devices)));
}

Figures Program::figures_now() {
    Figures now = figures_;
    now.events = till_->journal().head().seq;
    now.papers_owed = static_cast<std::int64_t>(queue_->papers_waiting());
    now.papers_printed = queue_->printed();
    now.unsynced = doorbell_->unsynced();
    now.unsynced_older = doorbell_->unsynced_older();
    now.oldest_unsynced_s = doorbell_->oldest_s();
    now.online = doorbell_->state() == wire::UplinkState::online;
    now.screens = static_cast<std::int64_t>(feed_.listeners());
    const auto state = queue_->printer_state();
    now.printer_ready = state && (*state == devices::PrinterState::ready ||
                                  *state == devices::PrinterState::unknown);
    now.signer_down = till_->journal().signer_down();
    now.requests = server_->figures().requests;
    return now;
}

void Program::add_health() {
    const auto add = [this](const std::string& pattern, const std::string& summary,
                            std::function<http::Response()> make) {
        const Status added =
            router_.add({Method::get,
                         pattern,
                         [make](const Request&, Responder responder) { responder.send(make()); },
                         {summary, "", "", {}},
                         {}});
        CF_CHECK(added.ok());
    };
    add("/health", "Whether the till works, and how its devices are",
        [this] { return json_text(health()); });
    add("/metrics", "Its figures, as Prometheus reads them", [this] {
        http::Response response;
        response.headers.set("Content-Type", "text/plain; version=0.0.4");
        response.body = figures_now().text();
        return response;
    });
    // Pages that are served before there is a till ask for the same.
    add("/api/setup", "Whether this till has yet to be set up", [] {
        json::Object object;
        return json_text(object.set_flag("needed", false));
    });
    add("/api/openapi.json", "This description", [this] {
        const auto text = http::openapi(router_, "Counterfoil till", "1");
        CF_CHECK(text.ok());
        return http::json_response(200, text.value());
    });
}

// What is owed on paper, and what may be missing.
void Program::add_papers() {
    const auto list = [](const std::vector<Owed>& papers, base::Language language) {
        json::Array array;
        for (const Owed& owed : papers) {
            json::Object object;
            object.set("seq", owed.seq).set("receipt", owed.receipt).set("copy", owed.copy);
            array.add(std::move(object.set("name", base::said(name_of(owed), language))));
        }
        return array;
    };
    Status added = api_->add_read(
        router_, "/api/papers", "Papers that wait, and papers that may be missing",
        schema_of("waiting:list! offered:list!"), [this, list](Call& call) -> Answer {
            CF_LET(const auto offered, queue_->offered());
            json::Object object;
            object.set("waiting", list(queue_->waiting(), call.language));
            return std::move(object.set("offered", list(offered, call.language)));
        });
    CF_CHECK(added.ok());
    added = api_->add_change(router_, Method::post, "/api/papers/{seq}/print",
                             "Print one that may be missing, as a copy",
                             [this](Call& call) { return print_offered(call); });
    CF_CHECK(added.ok());
    added = api_->add_change(
        router_, Method::remove, "/api/papers",
        "Of what waits, none up to that event (up_to) is wanted",
        [this](Call& call) -> Answer {
            ledger::Members members = call.members();
            const std::int64_t up_to = members.number("up_to", 0, json::kMaxInteger);
            if (members.error()) return checkout::Fault(*members.error());
            CF_TRY(queue_->dismiss_waiting(up_to));
            return json::Object();
        },
        schema_of("up_to:integer!"));
    CF_CHECK(added.ok());
    added = api_->add_change(router_, Method::remove, "/api/papers/{seq}",
                             "It is there after all, or not wanted", [this](Call& call) -> Answer {
                                 CF_TRY(queue_->dismiss(call.number("seq")));
                                 return json::Object();
                             });
    CF_CHECK(added.ok());
}

Answer Program::print_offered(Call& call) {
    const std::int64_t seq = call.number("seq");
    CF_LET(const auto offered, queue_->offered());
    const auto owed = std::ranges::find(offered, seq, &Owed::seq);
    if (owed == offered.end() || owed->receipt == 0) {
        CF_TRY(queue_->print_again(seq));
        return json::Object();
    }
    // The same however often it is asked: one copy of one paper.
    call.asked.request = "paper " + std::to_string(seq);
    CF_TRY(till_->desk().reprint(owed->receipt, call.asked));
    // The copy is owed; at worst the paper is offered once more.
    [[maybe_unused]] const Status settled = queue_->dismiss(seq);
    return json::Object();
}

}  // namespace counterfoil::till
