#pragma once

#include <functional>
#include <limits>
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
    static constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

    static base::Result<EventTable> open(sqlite::Connection& connection);

    base::Status insert(std::int64_t seq, std::string_view bytes,
                        const std::optional<crypto::Signature>& signature);

    // The last event's number; 0 where there is none.
    base::Result<std::int64_t> last_seq();
    base::Result<std::optional<ledger::SignedEvent>> find(std::int64_t seq);
    // Hands over the events from `first` to `last`, until there are no more or `visit` fails. It
    // asks nothing else of the table.
    using Visit = std::function<base::Status(const StoredEvent&)>;
    base::Status visit(std::int64_t first, const Visit& visit) {
        return this->visit(first, kEnd, visit);
    }
    base::Status visit(std::int64_t first, std::int64_t last, const Visit& visit);

    // The last event with a signature up to `last`, the first one from `first` on; 0 where there is
    // none.
    base::Result<std::int64_t> last_signed_seq(std::int64_t last = kEnd);
    base::Result<std::int64_t> first_signed_seq(std::int64_t first);

    // Those that the base has passed; any other is refused.
    base::Status remove_up_to(std::int64_t last);

  private:
    EventTable(sqlite::Connection& connection, sqlite::Statement insert, sqlite::Statement select)
        : connection_(&connection), insert_(std::move(insert)), select_(std::move(select)) {}
    // The number that the query gives for one; 0 where it gives none.
    base::Result<std::int64_t> find_seq(const char* sql, std::int64_t bound);

    sqlite::Connection* connection_;
    sqlite::Statement insert_;
    sqlite::Statement select_;
};

}  // namespace counterfoil::journal
