#pragma once

#include <map>
#include <optional>
#include <string>

#include "firmware/core/base/clock.h"
#include "firmware/core/wire/from_centre.h"
#include "firmware/core/wire/from_terminal.h"
#include "firmware/mirror/loader.h"

namespace counterfoil::sync {

// Keeps a till's mirror as new as the centre's data: it is told what versions there are, tells what
// is to be asked for, and takes what comes into the mirror, one class after the other, so that what
// decides most is there first. It knows no network; whatever it is given has been proven to be the
// centre's. One thread.
class Puller {
  public:
    struct World {
        mirror::Loader& loader;  // must outlive this
        const base::Clock& clock;
        mirror::Source till;  // whose ledger the deltas must take account of
    };
    static base::Result<Puller> open(const World& world);

    // What a welcome or a receipt said of all classes.
    base::Status hear(const wire::Versions& versions, base::WallTime server_time);
    // What a manifest said of one; of a class that no mirror holds, nothing.
    base::Status hear(const wire::Manifest& manifest);

    // What is to be sent now. It counts as sent, and is due again after a while where no answer
    // comes; each time that takes twice as long, up to kLongestWaitMs.
    std::optional<wire::Pull> due();
    // When due() is worth asking again, by the clock's steady_ms(); nothing: when something was
    // heard.
    std::optional<std::int64_t> due_ms() const;

    // Takes a delta, whole or not at all. refused where it was not asked for or does not lead on,
    // or is another terminal's: then the mirror is as it was, and it is asked for again.
    base::Status take(const wire::Delta& delta);
    // The answer to a pull, where it is one.
    void take(const wire::Nak& nak);
    // The connection is gone, and with it what was under way.
    void forget_sent();

    struct Figures {
        std::uint64_t deltas = 0;
        std::uint64_t rows = 0;
        std::uint64_t refused = 0;
        std::uint64_t timeouts = 0;
    };
    const Figures& figures() const { return figures_; }
    // Whether all that was heard of is there.
    bool is_up_to_date() const;
    // Why the last delta was refused; nothing after one that was not.
    const std::optional<base::Error>& trouble() const { return trouble_; }
    // Grows whenever the mirror's content has changed.
    std::uint64_t changes() const { return changes_; }
    // Of all classes together: only grows, and a mirror that is opened anew has it again.
    std::int64_t version() const;

    static constexpr std::int64_t kFirstWaitMs = 5'000;
    static constexpr std::int64_t kLongestWaitMs = 300'000;
    // So far apart is it noted that nothing has changed.
    static constexpr std::int64_t kBetweenNotesMs = 60'000;

  private:
    struct Class {
        mirror::ClassState state;
        std::int64_t told = 0;  // the highest version that was heard of
        bool is_wanted() const { return told > 0 && (told > state.version || !state.is_whole); }
    };
    struct Told {
        wire::Versions versions;
        base::WallTime server_time;
    };
    explicit Puller(const World& world) : world_(world) {}

    base::Result<mirror::Update> update_of(const wire::Delta& delta) const;
    base::Status apply(const wire::Delta& delta);
    void wait_longer();
    bool is_reached(const wire::Versions& versions) const;
    base::Status confirm();

    World world_;
    std::map<std::string, Class, std::less<>> classes_;
    // What all classes were to become, and how it is now as far as it is known.
    std::optional<Told> goal_;
    std::optional<Told> latest_;
    std::string asked_;  // the class of the pull that is under way; empty: none is
    std::int64_t wait_ms_ = kFirstWaitMs;
    std::int64_t not_before_ms_ = 0;
    std::optional<std::int64_t> noted_ms_;
    std::uint64_t noted_changes_ = 0;
    std::uint64_t changes_ = 0;
    Figures figures_;
    std::optional<base::Error> trouble_;
};

}  // namespace counterfoil::sync
