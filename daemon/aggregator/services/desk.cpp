#include "daemon/aggregator/services/desk.h"

#include <algorithm>

namespace counterfoil::services {

base::Result<wire::Cursor> Desk::record(ledger::EventType type, const json::Object& body) {
    has_recorded_ = true;
    // A name in an event has no room for the hyphens.
    std::string staff = by_;
    std::erase(staff, '-');
    return world_.own.add(type, body, staff);
}

}  // namespace counterfoil::services
