#pragma once

#include "tools/load/own_centre.h"
#include "tools/load/prepared_ledger.h"
#include "tools/load/terminal.h"

namespace counterfoil::load {

struct Options {
    std::size_t terminals = 200;
    std::int64_t seconds = 10;
    std::int64_t events = 0;  // of all terminals together, for as long as that takes; 0: by time
    std::size_t batch_events = ledger::kMaxBatchEvents;
    double rate = 0;  // events a second of each terminal; 0: as the centre's credit allows
    std::int64_t most_under_way = 1'000'000;  // events of each terminal
    std::int64_t outage_s = 0;  // so long the broker is away at the end; needs a rate; 0: never
    std::uint64_t seed = 1;
    Signatures signatures = Signatures::last;
    link::Protocol protocol = link::Protocol::mqtt5;
    std::string postgres;
    std::filesystem::path folder;  // for broker and centre; it must be empty
};

struct StartAndEnd {
    Usage start;
    Usage end;
};

// How the terminals came back after the broker did, of which time counts.
struct Outage {
    std::vector<double> welcome_s;     // when each was welcome again, rising
    double caught_up_s = 0;            // when all that was late was receipted
    std::size_t most_in_a_second = 0;  // that became welcome
    double broker_peak_mb = 0;
    double centre_peak_mb = 0;

    double welcome_after_s(double share) const;  // 0.5: half of them
};

// What was measured. The time starts when every terminal is connected and welcome, and ends when it
// is up or all events are receipted; only then comes what was still under way.
struct Report {
    double window_s = 0;
    std::int64_t window_events = 0;                    // that were receipted in it
    std::vector<std::chrono::microseconds> latencies;  // rising; to the very end
    StartAndEnd broker;
    StartAndEnd centre;
    StartAndEnd own;
    // Of the centre, when a twentieth of the events was receipted; 0 where it goes by time.
    double early_resident_mb = 0;
    std::uint64_t made_late = 0;  // batches, while it ran
    std::optional<Outage> outage;
    TerminalFigures terminals;   // their sum
    OwnCentre::Metrics metrics;  // of the centre, at the very end

    double events_per_second() const;
    double latency_ms(double share) const;  // 0.5: the median
    // What does not agree, each in a sentence: something is lost, wrong, or counted otherwise.
    std::vector<std::string> faults() const;
};

// The ledgers of as many terminals as the options say, with all events that these will want, at
// most what two cores take in the time; and how many events of each are to be made before, which is
// all as far as there is memory for them.
Ledgers make_ledgers(const Options& options);
std::int64_t events_to_prepare(const Options& options);

// A broker and a centre of its own, and terminals that bring these ledgers home. Telling how it
// goes is `tell`'s; `stop` ends it soon, with an error.
struct Watch {
    const std::atomic<bool>& stop;
    std::function<void(const std::string&)> tell;
};
base::Result<Report> run(const Options& options, const Ledgers& ledgers, const Watch& watch);

}  // namespace counterfoil::load
