#include "tools/load/report.h"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <sstream>

namespace counterfoil::load {

namespace {

std::int64_t metric(const Report& report, const std::string& name) {
    const auto at = report.metrics.find(name);
    return at == report.metrics.end() ? -1 : at->second;
}

class Table {
  public:
    explicit Table(std::ostream& out) : out_(out) {}

    void row(const std::string& what, const std::string& value, const std::string& note = {}) {
        constexpr int kWhat = 34;
        constexpr int kValue = 14;
        out_ << std::left << std::setw(kWhat) << what << std::right << std::setw(kValue) << value;
        if (!note.empty()) out_ << "  " << note;
        out_ << '\n';
    }
    void count(const std::string& what, std::int64_t value, const std::string& note = {}) {
        row(what, std::to_string(value), note);
    }

  private:
    std::ostream& out_;
};

double processor_share(const StartAndEnd& usage, const Report& report) {
    if (report.window_s <= 0) return 0;
    return (usage.end.processor_s - usage.start.processor_s) / report.window_s;
}

}  // namespace

std::string decimal(double value, int digits) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << value;
    return text.str();
}

double Outage::welcome_after_s(double share) const {
    if (welcome_s.empty()) return 0;
    return welcome_s[static_cast<std::size_t>(static_cast<double>(welcome_s.size() - 1) * share)];
}

double Report::events_per_second() const {
    return window_s > 0 ? static_cast<double>(window_events) / window_s : 0;
}

double Report::latency_ms(double share) const {
    if (latencies.empty()) return 0;
    const auto at = static_cast<std::size_t>(static_cast<double>(latencies.size() - 1) * share);
    return std::chrono::duration<double, std::milli>(latencies[at]).count();
}

std::vector<std::string> Report::faults() const {
    std::vector<std::string> faults;
    if (terminals.received != terminals.sent)
        faults.push_back("lost: " + std::to_string(terminals.sent) + " events were sent and " +
                         std::to_string(terminals.received) + " receipted");
    const std::int64_t kept = metric(*this, "events_kept_total");
    if (kept != terminals.received)
        faults.push_back("totals differ: " + std::to_string(terminals.received) +
                         " events are receipted and the centre kept " + std::to_string(kept));
    if (terminals.wrong > 0)
        faults.push_back("wrong: " + std::to_string(terminals.wrong) +
                         " answers do not hold, the last: " + terminals.last_trouble);
    if (terminals.refusals > 0)
        faults.push_back("refused: " + std::to_string(terminals.refusals) +
                         " messages, the last: " + terminals.last_trouble);
    return faults;
}

void print(std::ostream& out, const Options& options, const Report& report) {
    Table table(out);
    const TerminalFigures& sum = report.terminals;
    const auto needed =
        static_cast<std::uint64_t>(sum.sent / static_cast<std::int64_t>(options.batch_events));
    table.row(
        "events/s made durable", decimal(report.events_per_second(), 0),
        std::to_string(report.window_events) + " events in " + decimal(report.window_s, 1) + " s");
    table.row("receipt latency, ms, p50", decimal(report.latency_ms(0.5), 2));
    table.row("receipt latency, ms, p99", decimal(report.latency_ms(0.99), 2));
    table.row("receipt latency, ms, max", decimal(report.latency_ms(1), 2));
    table.row("processor s/s, broker", decimal(processor_share(report.broker, report), 2));
    table.row("processor s/s, centre", decimal(processor_share(report.centre, report), 2));
    table.row("processor s/s, this tool", decimal(processor_share(report.own, report), 2));
    const auto resident = [&](const std::string& who, const StartAndEnd& usage) {
        table.row("resident MB, " + who, decimal(usage.end.resident_mb, 1),
                  decimal(usage.start.resident_mb, 1) + " at the start");
    };
    resident("broker", report.broker);
    resident("centre", report.centre);
    if (report.early_resident_mb > 0)
        table.row("  against a twentieth of the way",
                  decimal(report.centre.end.resident_mb / report.early_resident_mb, 3),
                  decimal(report.early_resident_mb, 1) + " MB then");
    if (report.outage) {
        const Outage& outage = *report.outage;
        table.row("back after the outage, s, p50", decimal(outage.welcome_after_s(0.5), 2));
        table.row("back after the outage, s, max", decimal(outage.welcome_after_s(1), 2),
                  "at most " + std::to_string(outage.most_in_a_second) + " in one second");
        table.row("all caught up after, s", decimal(outage.caught_up_s, 2));
        table.row("resident MB at most, broker", decimal(outage.broker_peak_mb, 1));
        table.row("resident MB at most, centre", decimal(outage.centre_peak_mb, 1));
    }
    table.count("batches", static_cast<std::int64_t>(sum.batches),
                std::to_string(sum.batches - std::min(needed, sum.batches)) + " of them again, " +
                    std::to_string(report.made_late) + " made while it ran");
    table.count("gaps told", static_cast<std::int64_t>(sum.gaps));
    table.count("refused for other reasons", static_cast<std::int64_t>(sum.refusals));
    table.count("hellos", static_cast<std::int64_t>(sum.hellos));
    table.count("dropped for want of room", metric(report, "dropped_total"), "by the centre");
    table.count("events sent", sum.sent);
    table.count("events receipted", sum.received);
    table.count("events the centre kept", metric(report, "events_kept_total"), "by its /metrics");
    for (const std::string& fault : report.faults()) out << fault << '\n';
}

}  // namespace counterfoil::load
