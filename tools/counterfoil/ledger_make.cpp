#include "tools/counterfoil/ledger_make.h"

#include <iostream>
#include <limits>

#include "firmware/core/base/coding.h"
#include "firmware/till/till_folder.h"
#include "tools/counterfoil/plausible_shop.h"
#include "tools/counterfoil/progress.h"

namespace counterfoil::tool {

using base::Result;
using ledger::EventType;

namespace {

constexpr std::int64_t kProgressEvery = 500;

// How long the story takes, so that it can begin that long ago and end now.
std::int64_t story_ms(const MakeOptions& options) {
    PlausibleShop shop(options.seed);
    std::int64_t total_ms = 0;
    for (std::int64_t events = 2; events < options.events;) {
        events += static_cast<std::int64_t>(shop.next().size());
        total_ms += shop.pause_ms();
    }
    return total_ms;
}

std::vector<journal::Draft> machine_start() {
    std::vector<journal::Draft> drafts;
    drafts.push_back({EventType::boot, {}});
    drafts.back().body.set("program", "counterfoil ledger make");
    return drafts;
}

Result<journal::Head> tell_story(const MakeOptions& options, journal::Journal& ledger,
                                 base::SettableClock& clock) {
    PlausibleShop shop(options.seed);
    if (options.events > 1) CF_TRY(ledger.append(machine_start()));
    while (ledger.head().seq < options.events) {
        auto drafts = shop.next();
        const std::int64_t room = options.events - ledger.head().seq;
        while (static_cast<std::int64_t>(drafts.size()) > room) drafts.pop_back();
        clock.advance(shop.pause_ms());
        CF_LET(const journal::Head head, ledger.append(drafts));
        if (head.seq % kProgressEvery == 0) show_progress("recorded", head.seq);
    }
    end_progress();
    return ledger.head();
}

Result<journal::Head> make(const MakeOptions& options) {
    const base::WallTime now = base::SystemClock().now();
    CF_TRY(base::check_clock(now, base::build_time()));
    base::SettableClock clock({std::max<std::int64_t>(0, now.unix_ms - story_ms(options))});
    CF_LET(auto till, till::TillLedger::create({options.folder}, options.terminal, clock));
    return tell_story(options, till.journal(), clock);
}

}  // namespace

ExitCode make_ledger(const MakeOptions& options) {
    const auto head = make(options);
    if (!head.ok()) return refuse(head.error());
    std::cout << "made: " << head.value().seq << " events of " << options.terminal << " in "
              << options.folder << ", head " << base::to_hex(head.value().hash) << '\n';
    return kDone;
}

}  // namespace counterfoil::tool
