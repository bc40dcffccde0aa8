#include "firmware/till/pruning.h"
#include "tools/counterfoil/till_session.h"

namespace counterfoil::tool {

using base::Result;
using checkout::Outcome;

namespace {

Result<journal::PruneStep> prune_all(TillSession& session, const TillPruneOptions& options) {
    till::Pruning pruning({options.till.data}, session.till());
    journal::PruneStep all;
    for (;;) {
        CF_LET(const journal::PruneStep step, pruning.step(options.keep_days));
        all.events += step.events;
        all.kept_for = step.kept_for;
        if (!step.is_more) return all;
    }
}

std::string told(const journal::PruneStep& done, const journal::Journal& journal,
                 base::Language language) {
    const std::int64_t begin = journal.base().seq + 1;
    const base::Wording why = journal::kept_for_sentence(done.kept_for);
    const bool is_hungarian = language == base::Language::hungarian;
    return "pruned: " + std::to_string(done.events) + " events; from event " +
           std::to_string(begin) + " to " + std::to_string(journal.head().seq) +
           " are here: " + std::string(is_hungarian ? why.hungarian : why.english);
}

}  // namespace

ExitCode till_prune(const TillPruneOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const journal::PruneStep done, prune_all(session, options));
        const journal::Journal& journal = session.till().journal();
        json::Object answer;
        answer.set("pruned", done.events).set("base", journal.base().seq);
        answer.set("events", journal.head().seq);
        answer.set("kept_for", journal::kept_for_name(done.kept_for));
        return session.tell(answer, told(done, journal, session.language()));
    });
}

}  // namespace counterfoil::tool
