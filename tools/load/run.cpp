#include "tools/load/run.h"

#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>

#include "firmware/core/base/file.h"
#include "tools/load/report.h"

namespace counterfoil::load {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using std::chrono::steady_clock;

namespace {

constexpr const char* kPrefix = "L";
// What two cores take at most in a second, and what there is memory for: some 150 bytes each.
constexpr std::int64_t kPreparedPerSecond = 60'000;
constexpr std::int64_t kMostPrepared = 4'000'000;
constexpr std::chrono::seconds kPatience(60);
constexpr std::int64_t kEarlyPart = 20;
constexpr std::int64_t kComeBackS = 60;

double seconds_since(steady_clock::time_point moment) {
    return std::chrono::duration<double>(steady_clock::now() - moment).count();
}

// As tools/broker names a fleet.
std::string name_of(std::size_t place) {
    const std::string number = std::to_string(place + 1);
    return kPrefix + std::string(5 - std::min<std::size_t>(5, number.size()), '0') + number;
}

std::int64_t share_of(const Options& options, std::int64_t events) {
    const auto terminals = static_cast<std::int64_t>(options.terminals);
    return std::max<std::int64_t>((events + terminals - 1) / terminals, 1);
}

// Between two batches of a terminal.
std::chrono::microseconds interval_of(const Options& options) {
    if (options.rate <= 0) return std::chrono::microseconds(0);
    return std::chrono::microseconds(
        std::llround(1e6 * static_cast<double>(options.batch_events) / options.rate));
}

// Events of all terminals, in the time if not counted.
std::int64_t wanted(const Options& options) {
    if (options.events > 0) return options.events;
    if (options.rate <= 0) return options.seconds * kPreparedPerSecond;
    // They go on selling while it is away and until all are back.
    const std::int64_t outage_s = options.outage_s == 0 ? 0 : kComeBackS + 3 * options.outage_s;
    const double each = options.rate * static_cast<double>(options.seconds + outage_s) +
                        static_cast<double>(options.batch_events);
    return std::llround(each * static_cast<double>(options.terminals));
}

void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

void add(TerminalFigures& sum, const TerminalFigures& one) {
    sum.received += one.received;
    sum.sent += one.sent;
    sum.batches += one.batches;
    sum.receipts += one.receipts;
    sum.hellos += one.hellos;
    sum.gaps += one.gaps;
    sum.refusals += one.refusals;
    sum.wrong += one.wrong;
    if (!one.last_trouble.empty()) sum.last_trouble = one.last_trouble;
}

// One run, from an empty folder to its figures.
class Run {
  public:
    Run(const Options& options, const Ledgers& ledgers, const Watch& watch)
        : options_(options),
          ledgers_(ledgers),
          watch_(watch),
          broker_(options.folder / "broker"),
          centre_(options.folder / "centre", options.postgres) {}

    Status set_up();
    Status connect();
    Status measure();
    Status go_through_outage();
    Status finish();
    Report take_report() { return std::move(report_); }

  private:
    Status open_terminals();
    // Works until `done`; refused when it is stopped, a child has ended, or nothing comes back for
    // long.
    Status work_until(const std::function<bool()>& done, const std::string& doing);
    void work_once();
    Status check_children();
    Status wait_without_broker();
    // Works until nobody is behind any more, and takes the time.
    Status come_back(Outage& outage);
    void note_peak(Outage& outage) const;
    std::int64_t received() const;
    bool all_done() const;
    void note_usage(Usage StartAndEnd::*at);
    void note_early();

    const Options& options_;
    const Ledgers& ledgers_;
    const Watch& watch_;
    OwnBroker broker_;
    OwnCentre centre_;
    std::vector<std::unique_ptr<Terminal>> terminals_;
    std::vector<pollfd> polled_;
    bool is_broker_away_ = false;
    Report report_;
};

Status Run::set_up() {
    const auto start = steady_clock::now();
    CF_TRY(broker_.init());
    CF_TRY(broker_.tool("fleet", {kPrefix, std::to_string(ledgers_.size())}));
    std::vector<std::filesystem::path> paths;
    std::error_code fault;
    std::filesystem::create_directory(options_.folder / "terminals", fault);
    if (fault) return base::system_error(fault.value(), options_.folder / "terminals");
    for (const auto& ledger : ledgers_) {
        paths.push_back(options_.folder / "terminals" / (ledger->name() + ".pem"));
        CF_TRY(crypto::save_chain(paths.back(), ledger->certificates()));
    }
    CF_TRY(centre_.provision(paths));
    CF_TRY(broker_.start());
    CF_TRY(centre_.start(broker_, options_.protocol));
    watch_.tell("set up " + std::to_string(ledgers_.size()) + " terminals, broker and centre in " +
                decimal(seconds_since(start), 1) + " s");
    return {};
}

Status Run::open_terminals() {
    TerminalSettings settings;
    CF_LET(settings.centre, centre_.key());
    settings.most_under_way = options_.most_under_way;
    settings.interval = interval_of(options_);
    settings.link.port = broker_.port();
    settings.link.authority = broker_.authority();
    settings.link.protocol = options_.protocol;
    // As terminals in the field, where that is what is looked at.
    if (options_.outage_s == 0) settings.link.backoff = {100, 2000};
    for (const auto& ledger : ledgers_) {
        settings.link.client_id = ledger->name();
        settings.link.certificate = broker_.certificate(ledger->name());
        settings.link.key = broker_.key(ledger->name());
        CF_LET(auto terminal, Terminal::open(*ledger, settings));
        polled_.push_back({terminal->descriptor(), POLLIN, 0});
        terminals_.push_back(std::move(terminal));
    }
    return {};
}

Status Run::connect() {
    const auto start = steady_clock::now();
    CF_TRY(open_terminals());
    for (const auto& terminal : terminals_) terminal->work();
    CF_TRY(work_until(
        [this] {
            return std::ranges::all_of(terminals_,
                                       [](const auto& one) { return one->is_welcome(); });
        },
        "connecting"));
    watch_.tell("all are welcome after " + decimal(seconds_since(start), 1) + " s");
    // In turns, so that they do not all send in the same moment.
    const auto now = steady_clock::now();
    const std::chrono::nanoseconds between =
        interval_of(options_) / static_cast<std::int64_t>(terminals_.size());
    for (std::size_t i = 0; i < terminals_.size(); ++i)
        terminals_[i]->begin(now + static_cast<std::int64_t>(i) * between);
    return {};
}

void Run::note_usage(Usage StartAndEnd::*at) {
    report_.broker.*at = broker_.usage();
    report_.centre.*at = centre_.usage();
    report_.own.*at = own_usage();
}

void Run::note_early() {
    if (options_.events == 0 || report_.early_resident_mb > 0) return;
    if (received() >= options_.events / kEarlyPart)
        report_.early_resident_mb = centre_.usage().resident_mb;
}

Status Run::measure() {
    const auto start = steady_clock::now();
    note_usage(&StartAndEnd::start);
    for (const auto& terminal : terminals_) terminal->work();
    const auto end = start + std::chrono::seconds(options_.seconds);
    const bool by_time = options_.events == 0;
    CF_TRY(work_until(
        [&] {
            note_early();
            return all_done() || (by_time && steady_clock::now() >= end);
        },
        "measuring"));
    report_.window_s = seconds_since(start);
    report_.window_events = received();
    note_usage(&StartAndEnd::end);
    return {};
}

Status Run::wait_without_broker() {
    broker_.kill();
    is_broker_away_ = true;
    watch_.tell("the broker is away for " + std::to_string(options_.outage_s) + " s");
    const auto end = steady_clock::now() + std::chrono::seconds(options_.outage_s);
    while (steady_clock::now() < end && !watch_.stop) work_once();
    is_broker_away_ = false;
    return broker_.start();
}

void Run::note_peak(Outage& outage) const {
    outage.broker_peak_mb = std::max(outage.broker_peak_mb, broker_.usage().resident_mb);
    outage.centre_peak_mb = std::max(outage.centre_peak_mb, centre_.usage().resident_mb);
}

Status Run::come_back(Outage& outage) {
    const auto start = steady_clock::now();
    std::vector<bool> is_back(terminals_.size());
    return work_until(
        [&] {
            note_peak(outage);
            bool are_all = true;
            for (std::size_t i = 0; i < terminals_.size(); ++i) {
                if (!is_back[i] && terminals_[i]->is_welcome()) {
                    is_back[i] = true;
                    outage.welcome_s.push_back(seconds_since(start));
                }
                are_all = are_all && is_back[i] && !terminals_[i]->is_behind(start);
            }
            if (are_all) outage.caught_up_s = seconds_since(start);
            return are_all;
        },
        "coming back");
}

// What was late because of it is no figure of the time before.
Status Run::go_through_outage() {
    if (options_.outage_s == 0) return {};
    const std::size_t timed = report_.latencies.size();
    Outage outage;
    CF_TRY(wait_without_broker());
    CF_TRY(come_back(outage));
    report_.latencies.resize(timed);
    for (std::size_t i = 0, first = 0; i < outage.welcome_s.size(); ++i) {
        while (outage.welcome_s[i] - outage.welcome_s[first] > 1) ++first;
        outage.most_in_a_second = std::max(outage.most_in_a_second, i - first + 1);
    }
    report_.outage = std::move(outage);
    return {};
}

Status Run::finish() {
    for (const auto& terminal : terminals_) terminal->end();
    CF_TRY(work_until([this] { return all_done(); }, "waiting for the last receipts"));
    for (const auto& terminal : terminals_) add(report_.terminals, terminal->figures());
    for (const auto& ledger : ledgers_) report_.made_late += ledger->made_late();
    std::ranges::sort(report_.latencies);
    CF_LET(report_.metrics, centre_.metrics());
    terminals_.clear();
    return centre_.stop();
}

std::int64_t Run::received() const {
    std::int64_t received = 0;
    for (const auto& terminal : terminals_) received += terminal->figures().received;
    return received;
}

bool Run::all_done() const {
    return std::ranges::all_of(terminals_, [](const auto& one) { return one->is_done(); });
}

void Run::work_once() {
    std::int64_t wait_ms = 100;
    for (const auto& terminal : terminals_) wait_ms = std::min(wait_ms, terminal->wait_ms());
    ::poll(polled_.data(), polled_.size(), static_cast<int>(wait_ms));
    for (std::size_t i = 0; i < terminals_.size(); ++i) {
        Terminal& terminal = *terminals_[i];
        if (polled_[i].revents == 0 && terminal.wait_ms() > 0) continue;
        terminal.work();
        for (const auto latency : terminal.take_latencies()) report_.latencies.push_back(latency);
    }
}

Status Run::check_children() {
    if (watch_.stop) return Error(Code::refused, "it was stopped");
    if (!is_broker_away_ && broker_.has_ended())
        return Error(Code::io_failed, "the broker ended: " + broker_.log());
    if (centre_.has_ended()) return Error(Code::io_failed, "the centre ended: " + centre_.log());
    return {};
}

Status Run::work_until(const std::function<bool()>& done, const std::string& doing) {
    auto told = steady_clock::now();
    auto moved = told;
    std::int64_t before = received();
    std::int64_t last = before;
    while (!done()) {
        work_once();
        const auto now = steady_clock::now();
        if (watch_.stop || now - told >= std::chrono::seconds(1)) {
            CF_TRY(check_children());
            const std::int64_t current = received();
            if (current != last) moved = now;
            last = current;
            const double rate = static_cast<double>(current - before) /
                                std::chrono::duration<double>(now - told).count();
            watch_.tell(doing + ": " + std::to_string(current) + " events receipted, " +
                        decimal(rate, 0) + " a second");
            before = current;
            told = now;
        }
        if (now - moved >
            kPatience + std::chrono::seconds(options_.outage_s) + 2 * interval_of(options_)) {
            TerminalFigures sum;
            for (const auto& terminal : terminals_) add(sum, terminal->figures());
            return Error(Code::io_failed,
                         doing + ": nothing comes any more; last: " + sum.last_trouble);
        }
    }
    return {};
}

}  // namespace

Ledgers make_ledgers(const Options& options) {
    CF_CHECK(options.terminals >= 1);
    const base::WallTime now = base::SystemClock().now();
    Ledgers ledgers;
    for (std::size_t i = 0; i < options.terminals; ++i)
        ledgers.push_back(std::make_unique<PreparedLedger>(
            SellerSettings{name_of(i), options.seed + i, now, options.signatures},
            options.batch_events, share_of(options, wanted(options))));
    return ledgers;
}

std::int64_t events_to_prepare(const Options& options) {
    return share_of(options, std::min(wanted(options), kMostPrepared));
}

Result<Report> run(const Options& options, const Ledgers& ledgers, const Watch& watch) {
    raise_descriptor_limit();
    Run run(options, ledgers, watch);
    CF_TRY(run.set_up());
    CF_TRY(run.connect());
    CF_TRY(run.measure());
    CF_TRY(run.go_through_outage());
    CF_TRY(run.finish());
    return run.take_report();
}

}  // namespace counterfoil::load
