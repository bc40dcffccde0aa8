#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/core/ledger/event.h"
#include "firmware/core/ledger/spending.h"
#include "firmware/core/sqlite/connection.h"

namespace counterfoil::journal {

// What the terminal has taken without a right to it since an event: how much may be lost at most.
struct Exposure {
    std::int64_t terminal_minor = 0;
    std::int64_t member_minor = 0;
};

// One coupon that was taken so.
struct Risk {
    std::int64_t seq = 0;  // the event
    std::string member;    // empty: nobody known
    std::int64_t face_minor = 0;
};

// A coupon made here, and whose it is.
struct HeldCoupon {
    ledger::MadeCoupon coupon;
    std::string member;
};

// Counts what was spent of coupons and points, and keeps the coupons made here: a part of the
// projections. What may not be spent any more is refused here, in the transaction that would record
// it, whoever asks and however many ask at once. The connection must outlive it.
class SpendingTable {
  public:
    static base::Result<SpendingTable> open(sqlite::Connection& connection);
    SpendingTable(SpendingTable&&) noexcept;
    SpendingTable& operator=(SpendingTable&&) noexcept;
    ~SpendingTable();

    // refused where all uses were spent, or the limits of the risk would be passed.
    base::Status redeemed(const ledger::EventView& event, const json::Value& body);
    // refused where that use never was.
    base::Status rolled_back(const ledger::EventView& event, const json::Value& body);
    base::Status points_spent(const ledger::EventView& event, const json::Value& body);

    base::Result<std::int64_t> coupon_uses(std::string_view coupon);
    // How often the member has used coupons of the book; an empty member: all who did.
    base::Result<std::int64_t> book_uses(std::int64_t book, std::string_view member);
    // Over the events behind `since`.
    base::Result<Exposure> exposure(std::int64_t since, std::string_view member);
    // What that exposure is made of, the newest first, and no more than so many.
    base::Result<std::vector<Risk>> risks(std::int64_t since, std::int64_t most);
    // By its serial in hex, or its printed code.
    base::Result<std::optional<HeldCoupon>> find_made(std::string_view serial_or_code);

  private:
    struct Statements;
    explicit SpendingTable(std::unique_ptr<Statements> statements);

    base::Status count(const ledger::EventView& event, const ledger::Redemption& redemption,
                       int change);
    base::Status count_book(std::int64_t book, std::string_view member, int change);
    base::Status check_limits(const ledger::EventView& event, const ledger::Redemption& redemption);

    std::unique_ptr<Statements> statements_;
};

}  // namespace counterfoil::journal
