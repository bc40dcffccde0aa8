#include "daemon/aggregator/services/desk.h"

#include "daemon/aggregator/ingest/own_facts.h"

namespace counterfoil::services {

base::Result<wire::Cursor> Desk::record(ledger::EventType type, const json::Object& body) {
    has_recorded_ = true;
    return world_.own.add(type, body, ingest::staff_of(by_));
}

base::Status Desk::record_all(std::span<const ingest::OwnLedger::Entry> entries) {
    has_recorded_ = true;
    return world_.own.add_all(entries, ingest::staff_of(by_));
}

base::Result<std::int64_t> Desk::provision(const crypto::Certificate& certificate,
                                           std::int64_t store) {
    has_recorded_ = true;
    return world_.own.add_provisioning(certificate, store, ingest::staff_of(by_));
}

}  // namespace counterfoil::services
