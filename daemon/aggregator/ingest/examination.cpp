#include "daemon/aggregator/ingest/examination.h"

#include <algorithm>

namespace counterfoil::ingest {

using base::Code;
using wire::Reason;

namespace {

Refused refused_for(const base::Error& error) {
    const bool is_newer = error.code() == Code::unsupported_version;
    return {is_newer ? Reason::newer_format : Reason::malformed, error.message(), true};
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
            examined.said.push_back({message, {}, refused_for(read.error())});
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
