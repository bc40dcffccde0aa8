#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/aggregator/ingest/book_states.h"
#include "daemon/aggregator/ingest/class_versions.h"
#include "daemon/aggregator/ingest/facts.h"
#include "daemon/aggregator/ingest/ledger_name.h"
#include "daemon/aggregator/store/database.h"

namespace counterfoil::ingest {

// What new events change in the tables that are derived from them, put together for one
// transaction: each account and each figure is written once, however many events touch it. In what
// order the ledgers of different terminals come makes no difference. One thread.
class Projection {
  public:
    // The ledger's events above `after`, up to `to`, whose highest receipt was `receipt`; returns
    // what that is with them. The facts must outlive this.
    std::int64_t add(const LedgerName& name, const Facts& facts, std::int64_t after,
                     std::int64_t to, std::int64_t receipt);

    // The ledger's end is unsigned from that event on, or from none (0), and was before. Such an
    // end is flagged until a signature covers it.
    void move_unsigned_end(const LedgerName& name, std::int64_t before, std::int64_t now);

    base::Status write(store::Database& database, ClassVersions& versions) const;

  private:
    struct Account {
        std::int64_t points = 0;
        std::int64_t spent_minor = 0;
        std::int64_t visits = 0;
    };
    struct Figures {
        std::int64_t events = 0;
        std::int64_t sales = 0;
        std::int64_t sales_minor = 0;
        std::int64_t given_back = 0;
        std::int64_t given_back_minor = 0;
        std::int64_t trainings = 0;
    };
    using Name = std::map<LedgerName, Figures>::const_iterator;
    template <class Fact>
    struct Of {
        Name name;
        const Fact* fact;
    };

    void count(const Purchase& purchase, Figures& figures);
    void count(const OwnFact& fact);
    std::int64_t check_receipt(Name name, const Purchase& purchase, std::int64_t receipt);
    base::Status write_incarnations(store::Database& database) const;
    static base::Status write_terminal(store::Database& database, const Provisioned& one);
    static base::Status write_revocation(store::Database& database, std::string_view name);
    base::Status write_purchases(store::Database& database) const;
    base::Status write_references(store::Database& database) const;
    base::Status write_coupon_uses(store::Database& database) const;
    base::Status write_shifts(store::Database& database) const;
    base::Status write_unsigned_ends(store::Database& database) const;
    base::Status write_flags(store::Database& database) const;
    base::Status write_used_coupons(store::Database& database, ClassVersions& versions,
                                    BookStates& states) const;
    base::Status count_used_coupons(store::Database& database, BookStates& states) const;
    base::Status write_members(store::Database& database, ClassVersions& versions) const;
    // The first one has that version, and each that follows the next; 0: none has any.
    base::Status write_accounts(store::Database& database, std::int64_t version) const;
    base::Status write_new_accounts(store::Database& database) const;
    base::Status write_figures(store::Database& database) const;

    std::map<LedgerName, Figures> figures_;
    std::map<std::string, Account, std::less<>> accounts_;
    std::vector<const std::string*> new_accounts_;
    std::vector<Of<std::string>> incarnations_;
    std::vector<Of<Purchase>> purchases_;
    std::vector<Of<CouponUse>> coupon_uses_;
    std::vector<Of<ClosedShift>> shifts_;
    std::vector<Of<OwnFact>> own_;
    struct Flagged {
        Name name;
        Flag flag;
    };
    std::vector<Flagged> flags_;
    std::vector<const Provisioned*> provisioned_;
    struct UnsignedEnd {
        std::int64_t before = 0;
        std::int64_t now = 0;
    };
    std::map<LedgerName, UnsignedEnd> unsigned_ends_;
};

// A coupon's serial at terminals, out of its id: an index is by just this.
inline constexpr std::string_view kCouponSerial = "replace(substr(id, 20), '-', '')";

// By which a member's purchases are looked up: 64 bits of its id's hash, so that the index is
// small. Two members may share one.
std::int64_t member_key(std::string_view id);

// Opens a ledger for a terminal, or another epoch of it: from then on its events are taken.
base::Status open_ledger(store::Database& database, const LedgerName& name);

}  // namespace counterfoil::ingest
