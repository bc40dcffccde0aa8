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

// What became of the file's size.
struct Freed {
    std::int64_t bytes = 0;
    std::string why_not;  // where the disk has not the room that it takes
};

Result<Freed> free_room(journal::Journal& journal) {
    const auto done = journal.compact();
    if (done.ok()) return Freed{done.value(), {}};
    if (done.error().code() == base::Code::disk_nearly_full)
        return Freed{0, done.error().message()};
    return done.error();
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

std::string told(const Freed& freed) {
    if (!freed.why_not.empty()) return "\nthe file keeps its size: " + freed.why_not;
    if (freed.bytes == 0) return "";
    return "\nthe file is " + std::to_string(freed.bytes) + " bytes smaller";
}

}  // namespace

ExitCode till_prune(const TillPruneOptions& options) {
    return at_till(options.till, [&](TillSession& session) -> Outcome<ExitCode> {
        CF_LET(const journal::PruneStep done, prune_all(session, options));
        journal::Journal& journal = session.till().journal();
        CF_LET(const Freed freed, free_room(journal));
        json::Object answer;
        answer.set("pruned", done.events).set("base", journal.base().seq);
        answer.set("events", journal.head().seq);
        answer.set("kept_for", journal::kept_for_name(done.kept_for));
        answer.set("freed_bytes", freed.bytes);
        if (!freed.why_not.empty()) answer.set("not_freed", freed.why_not);
        return session.tell(answer, told(done, journal, session.language()) + told(freed));
    });
}

}  // namespace counterfoil::tool
