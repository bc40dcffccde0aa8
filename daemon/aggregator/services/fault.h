#pragma once

#include <optional>

#include "daemon/aggregator/services/refusal.h"
#include "firmware/core/base/result.h"
#include "firmware/core/loyalty/refusal.h"

namespace counterfoil::services {

// Why something was not done, whichever layer said so: a stable code for programs and a sentence
// for people. What is broken is told to the operator alone.
struct Fault {
    Fault(Refusal refusal);
    Fault(Refusal refusal, base::Sentence sentence);
    Fault(loyalty::Refusal refusal);
    Fault(loyalty::Refusal refusal, base::Sentence sentence);
    Fault(const base::Error& error);
    // Whoever asked may ask again after that.
    static Fault after(Refusal refusal, std::int64_t wait_ms);

    int status = 500;
    std::string code;
    base::Sentence sentence;
    std::int64_t wait_s = 0;           // after which it may be tried again; 0: not said
    std::optional<base::Error> cause;  // for the log, where something is broken
};

template <class T>
using Outcome = base::Result<T, Fault>;

}  // namespace counterfoil::services
