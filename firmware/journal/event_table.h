#pragma once

#include <functional>
#include <optional>

#include "firmware/core/ledger/chain.h"
#include "firmware/core/sqlite/connection.h"

namespace counterfoil::journal {

// An event as it lies in the journal; `bytes` is valid only where it was handed over.
struct StoredEvent {
    std::int64_t seq = 0;
    std::string_view bytes;
    std::optional<crypto::Signature> signature;
};

// The events of a journal, in their order. The connection must outlive it.
class EventTable {
  public:
    static base::Result<EventTable> open(sqlite::Connection& connection);

    base::Status insert(std::int64_t seq, std::string_view bytes,
                        const std::optional<crypto::Signature>& signature);

    // The last event's number; 0 where there is none.
    base::Result<std::int64_t> last_seq();
    base::Result<std::optional<ledger::SignedEvent>> find(std::int64_t seq);
    // The number of the last event with a signature; 0 where there is none.
    base::Result<std::int64_t> last_signed_seq();

    // Hands over the events from `first` on, until there are no more or `visit` fails.
    base::Status visit(std::int64_t first,
                       const std::function<base::Status(const StoredEvent&)>& visit);

  private:
    EventTable(sqlite::Connection& connection, sqlite::Statement insert, sqlite::Statement select)
        : connection_(&connection), insert_(std::move(insert)), select_(std::move(select)) {}

    sqlite::Connection* connection_;
    sqlite::Statement insert_;
    sqlite::Statement select_;
};

}  // namespace counterfoil::journal
