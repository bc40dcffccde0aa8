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

    // For whoever is no customer: what is broken or, where it was refused, the sentence.
    base::Error as_error() const;

    int status = 500;
    std::string code;
    base::Sentence sentence;
    std::int64_t wait_s = 0;           // after which it may be tried again; 0: not said
    std::optional<base::Error> cause;  // for the log, where something is broken
};

// It is the store that cannot do it now, whoever asks.
bool is_of_store(const base::Error& error);

template <class T>
using Outcome = base::Result<T, Fault>;

}  // namespace counterfoil::services
