#include "daemon/aggregator/ingest/examination.h"

#include <algorithm>

namespace counterfoil::ingest {

using base::Code;
using wire::Reason;

namespace {

Reason reason_of(Code code) {
    if (code == Code::unsupported_version) return Reason::newer_format;
    return code == Code::too_large ? Reason::too_large : Reason::malformed;
}

}  // namespace

void HeldMarks::raise(const LedgerName& name, std::int64_t seq) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::int64_t& mark = marks_[name];
    mark = std::max(mark, seq);
}

std::int64_t HeldMarks::of(const LedgerName& name) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = marks_.find(name);
    return found == marks_.end() ? 0 : found->second;
}

Examined examine(std::span<const Incoming> messages, const Terminals& terminals,
                 const HeldMarks& held) {
    Examined examined;
    for (const Incoming& message : messages) {
        auto read = wire::read_from_terminal(message.payload);
        if (!read.ok()) {
            examined.said.push_back(
                {message,
                 {},
                 Refused{reason_of(read.error().code()), read.error().message(), true}});
        } else if (const auto* batch = std::get_if<wire::Batch>(&read.value())) {
            auto candidate = examine(batch->bytes, message.terminal, terminals, &held);
            if (candidate.ok())
                examined.candidates.push_back(std::move(candidate).value());
            else
                examined.said.push_back({message, wire::Kind::batch, candidate.error()});
        } else if (auto* hello = std::get_if<wire::Hello>(&read.value())) {
            examined.said.push_back({message, wire::Kind::hello, std::move(*hello)});
        } else if (auto* heartbeat = std::get_if<wire::Heartbeat>(&read.value())) {
            examined.said.push_back({message, wire::Kind::heartbeat, std::move(*heartbeat)});
        } else {
            examined.said.push_back(
                {message, wire::Kind::pull, std::get<wire::Pull>(read.value())});
        }
    }
    return examined;
}

}  // namespace counterfoil::ingest
