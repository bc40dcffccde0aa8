#pragma once

#include <string>
#include <string_view>

#include "firmware/core/ledger/event.h"

namespace counterfoil::journal {

// The refusal of an event that does not fit what came before it.
inline base::Error contradiction(const ledger::EventView& event, std::string_view why) {
    return base::Error(base::Code::refused, "event " + std::to_string(event.seq) + " (" +
                                                std::string(event.type) + "): " + std::string(why));
}

}  // namespace counterfoil::journal
