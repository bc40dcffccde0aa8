#pragma once

#include <gtest/gtest.h>

#include <random>

#include "firmware/core/ledger/spending.h"
#include "tests/support/pruning.h"

namespace counterfoil::journal {

// A shop's days by a seed, with all that projections count: shifts and their Z reports, sales with
// coupons and requests, refunds by lines, copies, cash, points, training. The same seed tells the
// same story to every journal. The journal and the clock must outlive it.
class SeededShop {
  public:
    SeededShop(std::uint64_t seed, Journal& journal, base::SettableClock& clock)
        : random_(seed), journal_(journal), clock_(clock) {}

    void next() {
        clock_.advance(pick(20'000, 120'000));
        if (shift_.empty()) return open();
        if (--left_ == 0) return close();
        switch (pick(0, 15)) {
            case 0:
                return refund();
            case 1:
                return cash(ledger::EventType::cash_in);
            case 2:
                return cash(ledger::EventType::cash_out);
            case 3:
                return record(ledger::EventType::drawer_opened, {});
            case 4:
                return copy();
            case 5:
                return spend_points();
            case 6:
                return take_back();
            case 7:
                return record(ledger::EventType::training_sale, {});
            default:
                return sell();
        }
    }

  private:
    std::int64_t pick(std::int64_t from, std::int64_t to) {
        return from +
               static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(to - from + 1));
    }
    Draft draft(ledger::EventType type, json::Object body) {
        return {type, std::move(body), shift_, "anna"};
    }
    void record(ledger::EventType type, json::Object body) {
        append(test::one(draft(type, std::move(body))));
    }
    void append(const std::vector<Draft>& drafts) {
        const auto head = journal_.append(drafts);
        ASSERT_TRUE(head.ok()) << head.error().line();
    }
    Totals totals() { return journal_.totals().value(); }

    void open() {
        shift_ = "S" + std::to_string(journal_.head().seq + 1);
        left_ = pick(40, 90);
        json::Object body;
        body.set("float_minor", std::int64_t{20'000});
        record(ledger::EventType::shift_opened, std::move(body));
    }
    void close() {
        record(ledger::EventType::shift_closed, {});
        report(journal_, shift_);
        shift_.clear();
        clock_.advance(kDayMs / 2);
    }

    static json::Array one_of(json::Object object) {
        json::Array array;
        array.add(std::move(object));
        return array;
    }
    static json::Array paid(std::int64_t minor) {
        json::Object tender;
        tender.set("kind", "cash").set("amount_minor", minor);
        return one_of(std::move(tender));
    }
    void sell() {
        const std::int64_t minor = pick(1, 40) * 100;
        const Totals now = totals();
        json::Object line;
        line.set("gross_minor", minor).set("discount_minor", std::int64_t{0});
        line.set("vat_bp", pick(0, 1) == 0 ? std::int64_t{500} : std::int64_t{2700});
        json::Object body;
        body.set("receipt", now.receipts + 1).set("currency", "HUF");
        body.set("turnover_minor", now.turnover_minor + minor).set("total_minor", minor);
        body.set("lines", one_of(std::move(line))).set("tenders", paid(minor));
        body.set("request", "sale " + std::to_string(now.receipts + 1));
        std::vector<Draft> drafts = test::one(draft(ledger::EventType::sale, std::move(body)));
        if (pick(0, 3) == 0) drafts.push_back(use_of_coupon(now.receipts + 1));
        append(drafts);
    }
    Draft use_of_coupon(std::int64_t receipt) {
        used_ = {};
        used_.coupon = "C" + std::to_string(receipt);
        used_.receipt = receipt;
        used_.book = pick(1, 3);
        used_.member = pick(0, 1) == 0 ? "M" + std::to_string(pick(1, 9)) : "";
        if (pick(0, 1) == 0) {
            used_.basis = ledger::Basis::budget;
            used_.face_minor = pick(1, 9);
            used_.limits = {0, 1'000'000, 1'000'000};
        }
        used_.undoes = 0;
        is_used_ = true;
        return draft(ledger::EventType::coupon_redeemed, write_body(used_));
    }
    void take_back() {
        if (!is_used_) return;
        used_.undoes = journal_.head().seq;
        is_used_ = false;
        record(ledger::EventType::coupon_rolled_back, write_body(used_));
    }
    // A part of any sale of this shop's, however long ago.
    void refund() {
        const Totals now = totals();
        if (now.receipts == 0) return;
        const auto sold = journal_.counted().find_receipt(pick(1, now.receipts)).value();
        const std::int64_t left = sold->original == 0 ? sold->total_minor - sold->back_minor : 0;
        if (left < 100) return;
        json::Object line;
        line.set("line", std::int64_t{1}).set("quantity_milli", std::int64_t{100});
        line.set("amount_minor", std::int64_t{100}).set("vat_bp", std::int64_t{500});
        json::Object body;
        body.set("receipt", now.receipts + 1).set("original_receipt", sold->receipt);
        body.set("currency", "HUF").set("total_minor", std::int64_t{100});
        body.set("lines", one_of(std::move(line))).set("tenders", paid(100));
        record(ledger::EventType::refund, std::move(body));
    }
    void copy() {
        const Totals now = totals();
        if (now.receipts == 0) return;
        const std::int64_t receipt = pick(1, now.receipts);
        json::Object body;
        body.set("receipt", receipt);
        body.set("copy", journal_.counted().copies(receipt).value() + 1);
        record(ledger::EventType::reprint, std::move(body));
    }
    void cash(ledger::EventType type) {
        json::Object body;
        body.set("amount_minor", pick(1, 50) * 10);
        record(type, std::move(body));
    }
    void spend_points() {
        const std::string number = std::to_string(journal_.head().seq);
        ledger::PointsSpent spent;
        spent.member = "M1";
        spent.points = 100;
        spent.points_before = 500;
        spent.coupon = {"00" + number, "CODE-" + number, 1, 1000, 1'795'248'000, 1'803'024'000};
        record(ledger::EventType::points_spent, write_body(spent));
    }

    std::mt19937_64 random_;
    Journal& journal_;
    base::SettableClock& clock_;
    std::string shift_;
    std::int64_t left_ = 0;
    ledger::Redemption used_;
    bool is_used_ = false;
};

}  // namespace counterfoil::journal
