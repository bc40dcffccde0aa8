#include "daemon/aggregator/program.h"

#include <algorithm>

#include "daemon/aggregator/portal/description_page.h"
#include "firmware/core/http/openapi.h"

namespace counterfoil::aggregator {

using base::Result;
using base::Status;
using http::Request;
using http::Responder;

namespace {

constexpr std::int64_t kStopMs = 2000;
constexpr TurnBounds kMostOutgoing{1UL << 20, 32UL << 20};
// Of what waits for the loop, whoever it is from.
constexpr std::size_t kMostHeard = 20'000;
constexpr std::size_t kMostHeardBytes = 64UL << 20;
// So many before the loop turns to others.
constexpr int kHeardAtOnce = 500;
constexpr std::int64_t kBetweenNoiseMs = 60'000;

}  // namespace

Program::Program(const ProgramOptions& options, const base::Clock& clock, base::Log& log,
                 std::unique_ptr<crypto::Random> random, std::unique_ptr<OpenCentre> centre,
                 wire::Topics topics)
    : clock_(clock),
      log_(log),
      data_(options.data),
      random_(std::move(random)),
      centre_(std::move(centre)),
      topics_(std::move(topics)),
      broker_(options.broker),
      outbox_(kMostOutgoing, Dropping::oldest) {}

// The worker answers into the loop: it ends while that is still there.
Program::~Program() {
    if (front_) front_->stop();
    if (!intake_) return;
    // Its threads ask for it until they have ended.
    intake_.get_deleter()(intake_.get());
    static_cast<void>(intake_.release());
    deltas_.reset();
    const Status marked = centre_->own().mark();
    if (!marked.ok()) log_.error("mark_failed", {{"reason", marked.error().line()}});
}

Result<std::unique_ptr<Program>> Program::start(const ProgramOptions& options,
                                                const base::Clock& clock, base::Log& log) {
    CF_LET(auto topics, wire::Topics::create(options.tenant));
    auto random = std::make_unique<crypto::Random>();
    const CentreFolder folder(options.data);
    CF_LET(const bool is_new, folder.prepare(clock, *random));
    if (is_new) log.info("keys_made", {{"certificate", folder.certificate().string()}});
    CF_LET(auto centre, OpenCentre::open(folder, options.postgres, clock, *random, Purpose::serve));
    std::unique_ptr<Program> program(
        new Program(options, clock, log, std::move(random), std::move(centre), std::move(topics)));
    CF_TRY(program->open_front(options, folder));
    if (!options.broker.authority.empty()) CF_TRY(program->open_link());
    CF_TRY(program->open_server(options));
    // Whose PIN is told once: by a start that nothing stands against any more.
    CF_LET(program->first_admin_, program->front_->make_first_admin());
    CF_TRY(program->open_deltas(options, folder));
    CF_TRY(program->open_intake(options.credit_of_all));
    return program;
}

Status Program::open_deltas(const ProgramOptions& options, const CentreFolder& folder) {
    CF_LET(auto key, folder.load_key(delta_random_));
    CF_LET(auto connection, reader_connection(folder, options.postgres));
    deltas_ = std::make_unique<DeltaClerk>(
        DeltaClerk::World{std::move(connection), std::move(key), front_->settings(), clock_,
                          [this](ingest::Outgoing answer) {
                              loop_.post([this, answer = std::move(answer)]() mutable {
                                  add_answer(std::move(answer));
                                  send();
                              });
                          },
                          [this](base::Error error) {
                              loop_.post([this, error = std::move(error)] {
                                  log_.error("store_failed", {{"reason", error.line()}});
                              });
                          }});
    return {};
}

Status Program::open_front(const ProgramOptions& options, const CentreFolder& folder) {
    FrontOptions front = options.front;
    front.postgres = options.postgres;
    front.tenant = options.tenant;
    CF_LET(front_, Front::open({*centre_, loop_, clock_, log_, *random_,
                                [this] { intake_->wake(); }, [this] { take_up_changes(); }},
                               folder, front));
    return front_->add_routes(router_);
}

Status Program::open_link() {
    // All terminals wait for this one: it is back before most of them.
    broker_.backoff = {200, 2000};
    broker_.subscriptions = {{topics_.all_shards(), link::Qos::at_least_once}};
    broker_.max_payload_bytes = wire::kMaxFromCentreBytes;
    broker_.max_waiting_messages = kMostHeard;
    broker_.max_waiting_bytes = kMostHeardBytes;
    CF_LET(auto session, link::Session::open(broker_, clock_, link_random_));
    session_.emplace(std::move(session));
    CF_LET(watch_, loop_.watch(session_->descriptor(), http::Readiness::read, [this] { hear(); }));
    loop_.post([this] { hear(); });
    return {};
}

Status Program::open_intake(std::int64_t credit_of_all) {
    const auto judged = [this](const ingest::Judgement& judgement) {
        loop_.post([this, judgement] { tell_judged(judgement); });
    };
    const auto pulled = [this](std::string_view terminal, const wire::Pull& pull) {
        deltas_->ask(terminal, pull);
    };
    CF_LET(auto reception, ingest::Reception::open({centre_->database(), centre_->key(), clock_,
                                                    judged, credit_of_all, pulled}));
    reception_.emplace(std::move(reception));
    auditor_.emplace(ingest::Auditor::World{centre_->database(), reception_->terminals(), clock_,
                                            [this](const ingest::AuditFinding& finding) {
                                                loop_.post(
                                                    [this, finding] { tell_found(finding); });
                                            }});
    announcer_.emplace(Announcer::World{centre_->database(), centre_->signer(), clock_});
    ingest::Terminals terminals;
    CF_TRY(terminals.load(centre_->database()));
    intake_ = std::make_unique<Intake>(
        Intake::World{*reception_, std::move(terminals),
                      [this](std::vector<ingest::Outgoing> answers) {
                          loop_.post([this, answers = std::move(answers)]() mutable {
                              take_answers(std::move(answers));
                          });
                      },
                      [this](base::Error error) {
                          loop_.post([this, error = std::move(error)] {
                              log_.error("store_failed", {{"reason", error.line()}});
                          });
                      },
                      [this](Intake& intake) { work_beside(intake); }, [this] { front_->work(); }});
    return {};
}

void Program::work_beside(Intake& intake) {
    constexpr std::int64_t kBetweenLooksMs = 400;
    // How much of what came last an older store can be short of without being noticed.
    constexpr std::int64_t kBetweenMarksMs = 5000;
    constexpr std::int64_t kBetweenSightingsMs = 5000;
    constexpr std::int64_t kBetweenRoundsMs = 60'000;
    const std::int64_t now_ms = clock_.steady_ms();
    Status done;
    if (now_ms >= look_due_ms_) {
        look_due_ms_ = now_ms + kBetweenLooksMs;
        done = look_for_changes(intake);
    }
    if (done.ok() && now_ms >= mark_due_ms_) {
        mark_due_ms_ = now_ms + kBetweenMarksMs;
        done = centre_->own().mark();
    }
    if (done.ok() && now_ms >= sightings_due_ms_) {
        sightings_due_ms_ = now_ms + kBetweenSightingsMs;
        done = reception_->write_sightings();
    }
    if (done.ok() && session_) done = announce();
    if (done.ok()) done = front_->write_revocations_if_due();
    // Once, until it goes well again.
    if (!done.ok() && !is_beside_failing_)
        loop_.post([this, error = done.error()] {
            log_.error("store_failed", {{"reason", error.line()}});
        });
    is_beside_failing_ = !done.ok();
    if (done.ok() && now_ms >= audit_due_ms_)
        audit_due_ms_ = now_ms + (audit() ? 0 : kBetweenRoundsMs);
}

Status Program::announce() {
    CF_LET(auto announcements, announcer_->due());
    if (announcements.empty()) return {};
    loop_.post([this, announcements = std::move(announcements)]() mutable {
        take_announcements(std::move(announcements));
    });
    return {};
}

void Program::take_announcements(std::vector<Announcer::Announcement> announcements) {
    if (!is_connected()) return;
    for (Announcer::Announcement& one : announcements)
        announcements_.insert_or_assign(one.data_class, std::move(one));
    send();
}

// False where the line is full: the rest goes when there is room.
bool Program::send_announcements() {
    for (; !announcements_.empty(); announcements_.erase(announcements_.begin())) {
        const Announcer::Announcement& one = announcements_.begin()->second;
        const auto sent =
            session_->publish(topics_.manifest(one.data_class), base::as_bytes(one.payload),
                              one.is_kept ? link::Qos::at_least_once : link::Qos::at_most_once,
                              one.is_kept ? link::Retain::yes : link::Retain::no);
        if (sent.ok()) continue;
        if (sent.error() == link::NotPublished::busy) return false;
        ++announcements_dropped_;
    }
    return true;
}

// Another program may have provisioned or revoked a terminal. What is known here changes last:
// where anything fails, it is all looked at again.
Status Program::look_for_changes(Intake& intake) {
    CF_LET(const bool is_outdated, reception_->is_outdated());
    if (!is_outdated) return {};
    ingest::Terminals terminals;
    CF_TRY(terminals.load(centre_->database()));
    CF_TRY(reception_->reload());
    intake.renew(std::move(terminals));
    front_->hurry_revocations();
    return {};
}

// At once, where it was this program. Where it fails, it is looked for again in a moment anyway.
void Program::take_up_changes() {
    if (!look_for_changes(*intake_).ok()) look_due_ms_ = 0;
}

// On the worker's thread. Where it fails it is asked again after a while: so are the lines bounded.
bool Program::audit() {
    const auto more = auditor_->step();
    if (!more.ok()) {
        ++audit_failures_;
        loop_.post([this, error = more.error()] {
            log_.error("audit_failed", {{"reason", error.line()}});
        });
    }
    const auto& figures = auditor_->figures();
    is_audit_failing_ = !more.ok();
    if (more.ok()) audited_ms_ = clock_.steady_ms();
    audited_signatures_ = figures.signatures;
    audit_findings_ = figures.findings;
    return more.ok() && more.value();
}

void Program::tell_judged(const ingest::Judgement& judgement) {
    log_.warn("terminal_judged", {{"terminal", judgement.terminal},
                                  {"reason", ingest::judged_name(judgement.judged)},
                                  {"sentence", judgement.sentence}});
}

void Program::tell_found(const ingest::AuditFinding& finding) {
    log_.error("audit_finding", {{"terminal", finding.name.terminal},
                                 {"epoch", finding.name.epoch},
                                 {"seq", finding.seq},
                                 {"events", finding.events},
                                 {"reason", finding.reason},
                                 {"sentence", ingest::sentence_of(finding)}});
}

// What is left is heard at the loop's next turn: the session's descriptor stays readable.
void Program::hear() {
    for (int heard = 0; heard < kHeardAtOnce; ++heard) {
        auto event = session_->poll();
        if (!event) break;
        hear(*event);
    }
    send();
}

void Program::hear(link::Event& event) {
    if (auto* message = std::get_if<link::Message>(&event)) return hear(*message);
    if (std::holds_alternative<link::Connected>(event)) {
        log_.info("broker_connected");
        note_reached(true);
        announcer_->repeat();
    }
    if (const auto* gone = std::get_if<link::Disconnected>(&event)) {
        log_.warn("broker_gone", {{"broker", broker_.broker},
                                  {"port", std::int64_t{broker_.port}},
                                  {"reason", gone->reason},
                                  {"retry_ms", gone->retry_ms}});
        note_reached(false);
        // Terminals ask anew when they are back.
        answers_dropped_ += outbox_.size();
        outbox_.clear();
        announcements_.clear();
    }
    if (const auto* dropped = std::get_if<link::Dropped>(&event)) {
        at_link_.messages += dropped->messages;
        at_link_.bytes += dropped->bytes;
    }
}

void Program::note_reached(bool is_reached) {
    is_reached_ = is_reached;
    reached_changed_ms_ = clock_.steady_ms();
}

void Program::hear(link::Message& message) {
    const auto topic = topics_.read(message.topic);
    if (!topic.ok() || topic.value().channel != wire::Channel::up) {
        ++misaddressed_;
        return;
    }
    // A broker would hand it out again at each connection; no terminal of ours asks for that.
    if (message.retained) {
        ++retained_;
        return;
    }
    const auto dropped = intake_->offer(topic.value().name, std::move(message.payload));
    if (dropped.empty()) return;
    tell_noise();
    tell_busy(dropped);
}

void Program::tell_busy(const std::vector<std::string>& terminals) {
    for (const std::string& terminal : terminals) {
        if (!busy_word_.is_due(terminal, clock_.steady_ms())) continue;
        ++told_busy_;
        add_answer({terminal, BusyWord::message()});
    }
}

void Program::tell_noise() {
    const std::int64_t now_ms = clock_.steady_ms();
    if (noise_told_ms_ && now_ms - *noise_told_ms_ < kBetweenNoiseMs) return;
    noise_told_ms_ = now_ms;
    const auto noise = intake_->noisiest();
    if (!noise) return;
    log_.warn("terminal_floods", {{"terminal", noise->terminal},
                                  {"dropped", static_cast<std::int64_t>(noise->messages)},
                                  {"dropped_bytes", static_cast<std::int64_t>(noise->bytes)}});
}

void Program::take_answers(std::vector<ingest::Outgoing> answers) {
    for (ingest::Outgoing& answer : answers) add_answer(std::move(answer));
    send();
}

void Program::add_answer(ingest::Outgoing answer) {
    const std::string terminal = answer.terminal;
    const std::size_t bytes = answer.payload.size();
    answers_dropped_ += outbox_.add(terminal, std::move(answer), bytes).size();
}

void Program::send() {
    if (send_announcements()) send_answers();
    wake_later();
}

void Program::send_answers() {
    for (; !outbox_.empty(); outbox_.pop()) {
        const ingest::Outgoing& next = outbox_.front();
        const auto sent = session_->publish(topics_.down(next.terminal),
                                            base::as_bytes(next.payload), link::Qos::at_least_once);
        if (!sent.ok() && sent.error() == link::NotPublished::busy) break;
        if (!sent.ok()) ++answers_dropped_;
    }
}

void Program::wake_later() {
    const auto due_ms = session_->due_ms();
    if (!due_ms) return due_.stop();
    const std::int64_t wait_ms = std::max<std::int64_t>(*due_ms - clock_.steady_ms(), 0);
    due_ = loop_.after(wait_ms, [this] { hear(); });
}

void Program::stop() {
    loop_.post([this] { server_->stop(kStopMs, [this] { loop_.stop(); }); });
}

Status Program::open_server(const ProgramOptions& options) {
    const auto serve = [&](const std::string& path, const std::string& summary,
                           std::function<http::Response()> make) {
        return router_.add({http::Method::get,
                            path,
                            [make](const Request&, Responder responder) { responder.send(make()); },
                            {summary, "", "", {}},
                            {}});
    };
    CF_TRY(add_operation_routes());
    CF_TRY(serve("/api/openapi.json", "This description", [this] {
        const auto text = http::openapi(router_, "Counterfoil centre", "1");
        CF_CHECK(text.ok());
        return http::json_response(200, text.value());
    }));
    CF_TRY(portal::add_description_page(router_));
    http::ServerSettings settings;
    settings.limits.connections_per_address =
        static_cast<std::size_t>(options.front.limits.connections_per_address);
    settings.limits.connections =
        std::max(settings.limits.connections, settings.limits.connections_per_address);
    settings.trusted_proxy = options.front.limits.proxy;
    settings.guards.push_back(http::security_headers("default-src 'self'"));
    http::CorsSettings cors;
    cors.origins = options.front.origins;
    cors.headers += ", Idempotency-Key";
    settings.guards.push_back(http::cors(std::move(cors)));
    if (!options.front.certificate.empty()) {
        CF_LET(auto tls, http::Tls::load(options.front.certificate, options.front.key));
        // Shared with the server's connections.
        settings.tls = std::make_shared<http::Tls>(std::move(tls));
    }
    server_ = std::make_unique<http::Server>(loop_, router_, clock_, std::move(settings));
    return server_->start(options.listen, options.port);
}

}  // namespace counterfoil::aggregator
