#include "tests/support/fleet.h"

#include "daemon/aggregator/ingest/keeper.h"
#include "firmware/core/ledger/sale.h"
#include "firmware/core/ledger/spending.h"

namespace counterfoil::test {
namespace {

using ledger::Sale;

std::string text_of(const json::Object& object) {
    return object.write().value();
}

// What a till would record next, from its own receipts on.
class Day {
  public:
    Day(MadeLedger& made, std::mt19937_64& random) : made_(made), random_(random) {}

    void add() {
        switch (pick(8)) {
            case 0:
                return give_back("refund");
            case 1:
                return give_back("void");
            case 2:
                return redeem();
            case 3:
                return spend_points();
            case 4:
                return made_.add("drawer_opened", R"({"reason":"coins"})");
            case 5:
                return made_.add("training_sale", R"({"total_minor":100})");
            default:
                return sell();
        }
    }

  private:
    std::uint64_t pick(std::uint64_t below) { return random_() % below; }
    std::string member() {
        return "01934f00-0000-7000-8001-00000000000" + std::to_string(1 + pick(5));
    }
    std::string coupon() { return "000000000000000" + std::to_string(1 + pick(5)); }

    void sell() {
        Sale sale;
        sale.receipt = ++receipts_;
        const auto price = static_cast<std::int64_t>(100 + 5 * pick(400));
        turnover_ += price;
        sale.turnover_minor = turnover_;
        sale.lines.push_back({"5991234000017", "Sajtburger", 1000, false, price, price, 0, 500});
        sale.tenders.push_back({"cash", price, price, ""});
        sale.total_minor = price;
        if (pick(2) == 0) sale.member = ledger::SaleMember{member(), 0, price / 100};
        made_.add("sale", text_of(ledger::write_body(sale)));
        last_ = sale;
    }

    void give_back(const std::string& type) {
        if (!last_) return sell();
        ledger::GivingBack back;
        back.receipt = ++receipts_;
        back.original_receipt = last_->receipt;
        back.reason = "cold";
        back.lines.push_back({1, 1000, last_->total_minor, 500});
        back.tenders = last_->tenders;
        back.total_minor = last_->total_minor;
        back.member = last_->member;
        made_.add(type, text_of(ledger::write_body(back)));
        last_.reset();
    }

    void redeem() {
        ledger::Redemption redemption;
        redemption.coupon = coupon();
        redemption.receipt = receipts_ + 1;
        redemption.book = 1;
        made_.add("coupon_redeemed", text_of(ledger::write_body(redemption)));
    }

    void spend_points() {
        ledger::PointsSpent spent;
        spent.member = member();
        spent.points = 100;
        spent.points_before = 500;
        spent.coupon = {"0908070605040301", "COUP-2026-7Q3K9DXW2M", 1, 1000,
                        1'795'248'000,      1'803'024'000};
        made_.add("points_spent", text_of(ledger::write_body(spent)));
    }

    MadeLedger& made_;
    std::mt19937_64& random_;
    std::optional<Sale> last_;
    std::int64_t receipts_ = 0;
    std::int64_t turnover_ = 0;
};

// Failures of any length, some of them up to the ledger's end.
void trouble_signer(MadeLedger& made, std::mt19937_64& random) {
    if (made.is_signer_failing() && random() % 5 == 0)
        made.recover_signer();
    else if (!made.is_signer_failing() && random() % 4 == 0)
        made.fail_signer();
}

}  // namespace

Fleet::Fleet(int terminals, int events, std::uint64_t seed, Signers signers) {
    std::mt19937_64 random(seed);
    for (int terminal = 0; terminal < terminals; ++terminal) {
        ledgers_.emplace_back(1, name(ledgers_.size()), seed + ledgers_.size());
        Day day(ledgers_.back(), random);
        for (int event = 1; event < events; ++event) {
            if (signers == Signers::fail_at_times) trouble_signer(ledgers_.back(), random);
            day.add();
        }
    }
}

base::Status Fleet::provision(store::Database& database) const {
    for (std::size_t terminal = 0; terminal < ledgers_.size(); ++terminal) {
        const std::string own = name(terminal);
        const auto& certificate = ledgers_[terminal].certificates().front();
        CF_TRY(database.run(
            "INSERT INTO terminal (name, store, certificate) VALUES ($1, $2, $3)",
            {std::string_view(own), std::int64_t{1}, base::ByteView(certificate.der())}));
        CF_TRY(ingest::open_ledger(database, {own, 1}));
    }
    return {};
}

std::string Fleet::batch(std::size_t terminal, std::int64_t from, std::int64_t to) const {
    const auto& events = ledgers_[terminal].events();
    const crypto::Digest prev =
        from == 1 ? ledger::kNoEvent
                  : ledger::event_hash(events[static_cast<std::size_t>(from - 2)].bytes);
    const auto some = std::span(events).subspan(static_cast<std::size_t>(from - 1),
                                                static_cast<std::size_t>(to - from + 1));
    const auto written = ledger::write_batch(name(terminal), 1, from, prev, some);
    CF_CHECK(written.header.to == to);
    return written.bytes;
}

std::vector<std::string> Fleet::cut(std::size_t terminal, std::mt19937_64& random) const {
    std::vector<std::string> batches;
    for (std::int64_t from = 1; from <= events(terminal);) {
        const std::int64_t rest = events(terminal) - from;
        const std::int64_t to =
            from + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(rest + 1));
        batches.push_back(batch(terminal, from, to));
        from = to + 1;
    }
    return batches;
}

}  // namespace counterfoil::test
