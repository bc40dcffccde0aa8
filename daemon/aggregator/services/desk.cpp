#include "daemon/aggregator/services/desk.h"

namespace counterfoil::services {

void Desk::serve(std::string by) {
    by_ = std::move(by);
    has_recorded_ = false;
}

store::Database& Desk::database() {
    // Where this fails, the whole transaction does: whoever ends it is told.
    [[maybe_unused]] const base::Status settled = world_.own.settle();
    return world_.database;
}

Outcome<Caller> Desk::find_caller(const std::string& account, std::int64_t generation) {
    if (slate_.standing(account) == nullptr) CF_TRY(learn({{account}, {}, {}}));
    return slate_.standing(account)->caller(account, generation);
}

Outcome<Account> Desk::find_account(const std::string& id) {
    if (slate_.account(id) == nullptr) CF_TRY(learn({{}, {id}, {}}));
    return slate_.find_account(id);
}

Outcome<bool> Desk::is_receipt_taken(const std::string& reference) {
    if (slate_.is_taken(reference) == nullptr) CF_TRY(learn({{}, {}, {reference}}));
    return *slate_.is_taken(reference);
}

void Desk::begin_record() {
    has_recorded_ = true;
    slate_.forget();
}

base::Result<wire::Cursor> Desk::record(ledger::EventType type, const json::Object& body) {
    begin_record();
    return world_.own.add(type, body, ingest::staff_of(by_));
}

base::Result<wire::Cursor> Desk::record(const ingest::RecordedPurchase& purchase) {
    has_recorded_ = true;
    CF_LET(const wire::Cursor place,
           world_.own.add(ledger::EventType::purchase_recorded, ingest::write_body(purchase),
                          ingest::staff_of(by_)));
    slate_.note(purchase);
    return place;
}

base::Status Desk::record_all(std::span<const ingest::OwnLedger::Entry> entries) {
    begin_record();
    return world_.own.add_all(entries, ingest::staff_of(by_));
}

base::Result<std::int64_t> Desk::provision(const crypto::Certificate& certificate,
                                           std::int64_t store) {
    begin_record();
    return world_.own.add_provisioning(certificate, store, ingest::staff_of(by_));
}

}  // namespace counterfoil::services
