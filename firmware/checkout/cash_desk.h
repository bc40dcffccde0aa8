#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/checkout/counter.h"
#include "firmware/checkout/coupon_desk.h"
#include "firmware/checkout/shop.h"
#include "firmware/checkout/staff.h"
#include "firmware/core/token/scanned.h"
#include "firmware/receipt/receipt.h"

namespace counterfoil::checkout {

// Who asks, from which screen; a manager beside, where it takes one; and the caller's key for a
// write, see By.
struct Asked {
    std::string screen;
    std::string request;
    Approver approval;
};

// A coupon that is not taken, and why.
struct RefusedCoupon {
    std::string text;
    Fault fault;
};

// A basket with its prices. Why a coupon that is taken applies or not is in the evaluation.
struct Quote {
    Cart cart;
    PricedCart priced;
    std::optional<KnownMember> member;
    std::vector<RefusedCoupon> refused;
    std::int64_t cash_minor = 0;  // what is due where all of it is paid in cash
};

// A receipt of the ledger, and what of it can still be given back.
struct ReceiptFacts {
    struct Line {
        ledger::SaleLine sold;
        std::int64_t left_milli = 0;
    };
    std::int64_t seq = 0;
    ledger::EventType type = ledger::EventType::sale;  // or refund, or void_sale
    base::WallTime at;
    std::int64_t total_minor = 0;
    std::int64_t back_minor = 0;        // so much was given back so far
    std::int64_t original_receipt = 0;  // of what was given back; else 0
    std::vector<Line> lines;            // none of what was given back
    std::vector<ledger::SaleTender> tenders;
};

// What was parked, without its content.
struct Parked {
    std::string label;
    std::string staff;
    base::WallTime at;
};

// A till's use cases: who may, what the shop knows, what the ledger records. Every write is durable
// when it returns, or has changed nothing; with the key of an earlier one it gives that one's
// answer. All that it is given must outlive it. One thread.
class CashDesk {
  public:
    struct World {
        Shop::World shop;
        base::Entropy& entropy;
        std::uint16_t store = 0;
    };
    static base::Result<std::unique_ptr<CashDesk>> open(const World& world);

    Shop& shop() { return shop_; }
    StaffDesk& staff() { return staff_; }
    Outcome<std::optional<mirror::Staff>> signed_in(const std::string& screen);
    // manager_needed where neither who is signed in nor who approves is a manager.
    Outcome<void> check_manager(const Asked& asked);
    // When the central data may have changed. Another currency is refused while a shift is open.
    Outcome<void> reload();

    Outcome<ShiftReport> open_shift(std::int64_t float_minor, const Asked& asked);
    Outcome<ShiftReport> report(const Asked& asked);
    // The same for the till's own sake, for nobody in particular to see.
    Outcome<ShiftReport> open_report() { return counter_.report(); }
    Outcome<Recorded<ShiftReport>> close_shift(std::int64_t counted_minor, const Asked& asked);
    Outcome<void> cash_in(std::int64_t amount_minor, const std::string& reason, const Asked& asked);
    Outcome<void> cash_out(std::int64_t amount_minor, const std::string& reason,
                           const Asked& asked);
    Outcome<void> open_drawer(const std::string& reason, const Asked& asked);

    // A line's price or a discount on it, allowed by who is signed in or by the one who approves.
    Outcome<void> approve(BasketLine& line, const Asked& asked);
    // A dry run: nothing is spent.
    Outcome<Quote> quote(const Basket& basket);
    // Refused where a coupon of the basket is not taken, or does not apply.
    Outcome<Recorded<ledger::Sale>> sell(const Basket& basket, const std::vector<Payment>& payments,
                                         const Asked& asked);
    Outcome<Recorded<ledger::Sale>> train(const Basket& basket,
                                          const std::vector<Payment>& payments, const Asked& asked);
    // The sale that the request was before; request_reused where it was of other products than the
    // basket's. Asked before a phone's code is, which is good for one showing.
    Outcome<std::optional<Recorded<ledger::Sale>>> sold_before(const Basket& basket,
                                                               const Asked& asked);
    // The same for a caller who has no basket any more.
    Outcome<std::optional<Recorded<ledger::Sale>>> sold_by_request(const Asked& asked);
    Outcome<std::optional<Recorded<ledger::Sale>>> trained_before(const Asked& asked);

    // Whether a coupon would be taken, before it is laid on a basket.
    Outcome<void> judge_coupon(const std::string& text, const std::optional<BasketMember>& member);
    // Whether a basket of that name was sold.
    Outcome<bool> was_sold(const std::string& basket);

    // Puts a basket aside and gives its label; without one of its own it gets a number.
    Outcome<std::string> park(Basket basket, const std::string& label, const Asked& asked);
    Outcome<std::vector<Parked>> parked();
    // It stays until it is sold or dropped.
    Outcome<Basket> recall(const std::string& label);
    Outcome<void> drop(const std::string& label, const Asked& asked);

    Outcome<Recorded<ledger::GivingBack>> refund(Counter::RefundWish wish, const Asked& asked);
    Outcome<Recorded<ledger::GivingBack>> void_last(std::int64_t receipt, const std::string& reason,
                                                    const Asked& asked);
    Outcome<Counter::Copy> reprint(std::int64_t receipt, const Asked& asked);

    // Turns a member's points into a coupon, which can be used here at once.
    Outcome<ledger::PointsSpent> points_to_coupon(const BasketMember& member, const Asked& asked);

    Outcome<std::optional<ledger::PointsSpent>> points_spent_before(const Asked& asked);

    // What the event looks like on paper: a sale, a refund, a void, training, a Z report,
    // a coupon that was made of points.
    Outcome<receipt::Receipt> paper_of(std::int64_t seq, const receipt::Options& options);
    Outcome<ReceiptFacts> facts_of(std::int64_t receipt);
    // The event of a receipt's number.
    Outcome<std::int64_t> seq_of(std::int64_t receipt);
    // The number of the receipt that a receipt's code stands for. It has to be of this till, and
    // its hash has to be the event's.
    Outcome<std::int64_t> receipt_of(const token::ReceiptCode& code);
    // An X report's paper.
    receipt::Receipt paper_of(const ShiftReport& report, const receipt::Options& options) const;

  private:
    explicit CashDesk(const World& world, Shop shop);
    Outcome<By> by(Act act, const Asked& asked);
    Outcome<void> note_configuration(const By& by);
    Outcome<void> check_approved(const BasketLine& line);
    Outcome<void> add_line(Cart& cart, const BasketLine& line);
    Outcome<void> lay_coupons(Quote& quote, const Basket& basket);
    Outcome<void> price(Quote& quote);
    Outcome<bool> is_of(const ledger::Sale& sale, const Basket& basket);
    static Outcome<std::string> label_for(const std::string& wanted,
                                          const std::vector<ParkedBasket>& parked);
    Outcome<Quote> quote_whole(const Basket& basket);
    // Why there is no such event.
    Refusal not_there(std::int64_t seq) const;
    Outcome<receipt::CouponTerms> terms_of(const ledger::MadeCoupon& coupon);
    Outcome<std::optional<std::int64_t>> points_of_member(const Outcome<ledger::Sale>& sale);
    Outcome<std::optional<Recorded<ledger::Sale>>> sold_as(const Basket& basket, const By& by);
    Outcome<std::vector<ParkedBasket>> still_parked();
    Outcome<ParkedBasket> find_parked(const std::string& label);
    ledger::MadeCoupon make_coupon(const PointsCoupon& price, base::WallTime now);

    World world_;
    Shop shop_;
    StaffDesk staff_;
    CouponDesk coupons_;
    Counter counter_;
};

}  // namespace counterfoil::checkout
