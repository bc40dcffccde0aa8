#include "daemon/aggregator/services/fault.h"

#include "firmware/core/base/error_code.h"

namespace counterfoil::services {
namespace {

base::Sentence sentence_of(base::Wording wording) {
    return {std::string(wording.english), std::string(wording.hungarian)};
}

Refusal refusal_of(const base::Error& error) {
    switch (error.code()) {
        case base::Code::io_failed:
        case base::Code::second_writer:
        case base::Code::disk_full:
            return Refusal::unavailable;
        default:
            return Refusal::internal;
    }
}

}  // namespace

Fault::Fault(Refusal refusal) : Fault(refusal, sentence_of(refusal_sentence(refusal))) {}

Fault::Fault(Refusal refusal, base::Sentence said)
    : status(refusal_status(refusal)), code(refusal_name(refusal)), sentence(std::move(said)) {}

Fault::Fault(loyalty::Refusal refusal)
    : Fault(refusal, sentence_of(loyalty::refusal_sentence(refusal))) {}

Fault::Fault(loyalty::Refusal refusal, base::Sentence said)
    : status(loyalty::refusal_http_status(refusal)),
      code(base::error_code(loyalty::refusal_name(refusal))),
      sentence(std::move(said)) {}

Fault::Fault(const base::Error& error) : Fault(refusal_of(error)) {
    cause = error;
}

Fault Fault::after(Refusal refusal, std::int64_t wait_ms) {
    constexpr std::int64_t kMsPerS = 1000;
    Fault fault(refusal);
    fault.wait_s = (wait_ms + kMsPerS - 1) / kMsPerS;
    return fault;
}

}  // namespace counterfoil::services
