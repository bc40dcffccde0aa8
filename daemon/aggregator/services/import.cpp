#include "daemon/aggregator/services/import.h"

#include "daemon/aggregator/services/accounts.h"

namespace counterfoil::services {

using ingest::OwnLedger;
using ledger::EventType;
using store::Database;
using store::Rows;
using store::Value;

namespace {

Outcome<bool> is_there(Database& database, std::string_view sql, const std::string& name) {
    if (name.empty()) return false;
    CF_LET(const Rows rows, database.query(sql, {std::string_view(name)}));
    return !rows.empty();
}

class Writing {
  public:
    Writing(Desk& desk, const Settings& settings, const ImportPlan& plan)
        : desk_(desk), settings_(settings), plan_(plan), sums_(plan.customers.size()) {}

    Outcome<void> write() {
        CF_LET(std::int64_t number, next_account_number(desk_.database()));
        CF_TRY(write_keys());
        for (const ImportedCustomer& customer : plan_.customers) add_customer(customer, number++);
        for (const ImportedPurchase& purchase : plan_.purchases) add_purchase(purchase);
        for (const ImportedCoupon& coupon : plan_.coupons) add_coupon(coupon);
        for (std::size_t i = 0; i < plan_.customers.size(); ++i) settle(i);
        CF_TRY(desk_.record_all(entries_));
        return {};
    }

  private:
    // What the purchases amount to.
    struct Sums {
        std::int64_t points = 0;
        std::int64_t spent_minor = 0;
        std::int64_t visits = 0;
    };

    Outcome<void> write_keys() {
        constexpr std::size_t kWidth = 2;
        std::vector<Value> values;
        values.reserve(plan_.customers.size() * kWidth);
        for (const ImportedCustomer& customer : plan_.customers) {
            CF_CHECK(!customer.sealed.empty());
            values.emplace_back(std::string_view(customer.id));
            values.emplace_back(base::ByteView(customer.key));
        }
        CF_TRY(desk_.database().run_each("INSERT INTO account_key (account, key) VALUES ($1, $2)",
                                         kWidth, values));
        return {};
    }

    void add_customer(const ImportedCustomer& customer, std::int64_t number) {
        ingest::AccountCreated fact;
        fact.id = customer.id;
        fact.number = number;
        fact.role = customer.is_admin ? kAdminRole : kCustomerRole;
        fact.tier = customer.tier;
        fact.sealed = customer.sealed;
        add(EventType::account_created, ingest::write_body(fact));
    }

    void add_purchase(const ImportedPurchase& purchase) {
        ingest::RecordedPurchase recorded;
        recorded.account = id_of(purchase.customer);
        recorded.currency = settings_.currency.code();
        recorded.amount_minor = purchase.amount_minor;
        recorded.points = purchase.points;
        recorded.reference = purchase.reference;
        recorded.at_ms = purchase.at_ms;
        Sums& sums = sums_[purchase.customer];
        sums.points += purchase.points;
        sums.spent_minor += purchase.amount_minor;
        ++sums.visits;
        add(EventType::purchase_recorded, ingest::write_body(recorded));
    }

    // What it cost was taken elsewhere.
    void add_coupon(const ImportedCoupon& coupon) {
        ingest::CouponIssued issued;
        issued.id = desk_.new_id();
        issued.code = coupon.code;
        issued.value_minor = coupon.value_minor;
        issued.account = id_of(coupon.customer);
        issued.at_ms = coupon.created_ms;
        add(EventType::coupon_issued, ingest::write_body(issued));
        if (!coupon.redeemed_ms) return;
        ingest::CouponMoved moved;
        moved.id = issued.id;
        moved.state = "REDEEMED";
        moved.used = 1;
        moved.account = issued.account;
        moved.at_ms = coupon.redeemed_ms;
        add(EventType::coupon_moved, ingest::write_body(moved));
    }

    // Purchases may be missing of which the customer's sums still tell.
    void settle(std::size_t place) {
        const ImportedCustomer& customer = plan_.customers[place];
        const Sums& sums = sums_[place];
        ingest::PointsAdjusted adjusted;
        adjusted.id = customer.id;
        adjusted.points = customer.points.value_or(sums.points) - sums.points;
        adjusted.visits = customer.visits.value_or(sums.visits) - sums.visits;
        adjusted.spent_minor = customer.spent_minor.value_or(sums.spent_minor) - sums.spent_minor;
        if (adjusted.points != 0 || adjusted.visits != 0 || adjusted.spent_minor != 0)
            add(EventType::points_adjusted, ingest::write_body(adjusted, "imported"));
    }

    const std::string& id_of(std::size_t customer) const { return plan_.customers[customer].id; }

    void add(EventType type, json::Object body) { entries_.push_back({type, std::move(body)}); }

    Desk& desk_;
    const Settings& settings_;
    const ImportPlan& plan_;
    std::vector<Sums> sums_;
    std::vector<OwnLedger::Entry> entries_;
};

}  // namespace

Outcome<std::vector<ImportProblem>> check_against(Database& database, const ImportPlan& plan) {
    std::vector<ImportProblem> problems;
    const auto complain = [&](const std::string& place, Refusal refusal) {
        const base::Wording said = refusal_sentence(refusal);
        problems.push_back({place, {std::string(said.english), std::string(said.hungarian)}});
    };
    for (const ImportedCustomer& customer : plan.customers) {
        CF_LET(
            const bool is_taken,
            is_there(database, "SELECT 1 FROM profile WHERE loyalty_id = $1", customer.loyalty_id));
        if (is_taken) complain(customer.place, Refusal::loyalty_id_taken);
    }
    for (const ImportedPurchase& purchase : plan.purchases) {
        CF_LET(const bool is_taken,
               is_there(database, "SELECT 1 FROM external_receipt WHERE reference = $1",
                        purchase.reference));
        if (is_taken) complain(purchase.place, Refusal::receipt_taken);
    }
    for (const ImportedCoupon& coupon : plan.coupons) {
        CF_LET(const bool is_taken,
               is_there(database, "SELECT 1 FROM coupon WHERE code = $1", coupon.code));
        if (is_taken) complain(coupon.place, Refusal::coupon_taken);
    }
    return problems;
}

void prepare_import(ImportPlan& plan, const base::Clock& clock, base::Entropy& entropy) {
    base::UuidMaker ids(clock, entropy);
    for (ImportedCustomer& customer : plan.customers) {
        customer.id = ids.make().text();
        entropy.fill(customer.key);
        const ingest::Profile profile{customer.loyalty_id, customer.name,     customer.email,
                                      customer.phone,      customer.pin_hash, ""};
        customer.sealed = ingest::seal_profile(customer.key, customer.id, profile, entropy);
    }
}

Outcome<void> write_import(Desk& desk, const Settings& settings, const ImportPlan& plan) {
    CF_CHECK(plan.problems.empty());
    CF_LET(const auto problems, check_against(desk.database(), plan));
    if (!problems.empty()) {
        const ImportProblem& first = problems.front();
        return Fault(Refusal::import_wrong, {first.place + ": " + first.sentence.english,
                                             first.place + ": " + first.sentence.hungarian});
    }
    return Writing(desk, settings, plan).write();
}

}  // namespace counterfoil::services
