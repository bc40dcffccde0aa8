#include "daemon/aggregator/services/fault.h"

#include "firmware/core/base/error_code.h"

namespace counterfoil::services {
namespace {

base::Sentence sentence_of(base::Wording wording) {
    return {std::string(wording.english), std::string(wording.hungarian)};
}

}  // namespace

bool is_of_store(const base::Error& error) {
    return error.code() == base::Code::io_failed || error.code() == base::Code::second_writer ||
           error.code() == base::Code::disk_full;
}

Fault::Fault(Refusal refusal) : Fault(refusal, sentence_of(refusal_sentence(refusal))) {}

Fault::Fault(Refusal refusal, base::Sentence said)
    : status(refusal_status(refusal)), code(refusal_name(refusal)), sentence(std::move(said)) {}

Fault::Fault(loyalty::Refusal refusal)
    : Fault(refusal, sentence_of(loyalty::refusal_sentence(refusal))) {}

Fault::Fault(loyalty::Refusal refusal, base::Sentence said)
    : status(loyalty::refusal_http_status(refusal)),
      code(base::error_code(loyalty::refusal_name(refusal))),
      sentence(std::move(said)) {}

Fault::Fault(const base::Error& error)
    : Fault(is_of_store(error) ? Refusal::unavailable : Refusal::internal) {
    cause = error;
}

base::Error Fault::as_error() const {
    return cause.value_or(base::Error(base::Code::refused, sentence.english));
}

Fault Fault::after(Refusal refusal, std::int64_t wait_ms) {
    constexpr std::int64_t kMsPerS = 1000;
    Fault fault(refusal);
    fault.wait_s = (wait_ms + kMsPerS - 1) / kMsPerS;
    return fault;
}

}  // namespace counterfoil::services
