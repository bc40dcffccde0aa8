#include "firmware/journal/prune_limit.h"

#include <algorithm>

#include "firmware/core/base/check.h"

namespace counterfoil::journal {

using base::Wording;

namespace {

// Nothing that stands open is a bound far away.
void lower(PruneLimit& limit, std::int64_t seq, KeptFor reason) {
    if (seq < limit.seq) limit = {seq, reason};
}

}  // namespace

PruneLimit prune_limit(const PruneFacts& facts) {
    PruneLimit limit{facts.received, KeptFor::receipt};
    lower(limit, facts.head - kKeptEvents, KeptFor::recent);
    if (facts.unreported > 0) lower(limit, facts.unreported - 1, KeptFor::shift);
    if (facts.needed_from > 0) lower(limit, facts.needed_from - 1, KeptFor::need);
    limit.seq = std::max<std::int64_t>(limit.seq, 0);
    return limit;
}

std::string_view kept_for_name(KeptFor reason) {
    switch (reason) {
        case KeptFor::receipt:
            return "receipt";
        case KeptFor::age:
            return "age";
        case KeptFor::recent:
            return "recent";
        case KeptFor::shift:
            return "shift";
        case KeptFor::need:
            return "need";
        case KeptFor::signer:
            return "signer";
    }
    CF_CHECK(false);
}

Wording kept_for_sentence(KeptFor reason) {
    switch (reason) {
        case KeptFor::receipt:
            return {"the centre has not signed to hold what follows; let the till sync",
                    "a továbbiakról a központ még nem adott elismervényt; várja meg a "
                    "szinkronizálást"};
        case KeptFor::age:
            return {"what follows is not old enough, or all is to be kept",
                    "a többi még nem elég régi, vagy mindent meg kell őrizni"};
        case KeptFor::recent:
            return {"the last events always stay", "az utolsó események mindig maradnak"};
        case KeptFor::shift:
            return {"a shift has no Z report yet; close it",
                    "egy műszaknak még nincs Z jelentése; zárja le"};
        case KeptFor::need:
            return {
                "a paper that is not printed, or central data that are older, still need it; "
                "print or dismiss the papers, and let the till sync",
                "egy ki nem nyomtatott bizonylathoz vagy a régebbi központi adatokhoz még "
                "kell; nyomtassa ki vagy vesse el a bizonylatokat, és várja meg a "
                "szinkronizálást"};
        case KeptFor::signer:
            return {"the signer failed, and nothing vouches for what follows yet",
                    "az aláíró kiesett, és a továbbiakat még semmi nem igazolja"};
    }
    CF_CHECK(false);
}

}  // namespace counterfoil::journal
