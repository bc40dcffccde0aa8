#include "daemon/aggregator/ingest/examination.h"

namespace counterfoil::ingest {

Examined examine(std::span<const Incoming> messages, const Terminals& terminals,
                 const HeldMarks& held) {
    Examined examined;
    for (const Incoming& message : messages) {
        auto read = wire::read_from_terminal(message.payload);
        if (!read.ok()) {
            examined.said.push_back({message, {}, unreadable(read.error())});
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
