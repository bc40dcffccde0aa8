#pragma once

#include <set>

#include "daemon/aggregator/ingest/projection.h"
#include "daemon/aggregator/ingest/rebuild.h"
#include "daemon/aggregator/services/clerk.h"
#include "daemon/aggregator/services/codes.h"
#include "daemon/aggregator/services/distribution.h"
#include "daemon/aggregator/services/draw.h"
#include "daemon/aggregator/services/redemptions.h"
#include "tests/daemon/aggregator/store/store_support.h"
#include "tests/support/fleet.h"

namespace counterfoil::services {

// As the projection of a till's ledger writes it.
struct SpentAtTill {
    std::int64_t seq = 0;
    std::string coupon;
    std::int64_t uses = 1;
};
inline void spend_at_till(store::Database& database, const SpentAtTill& spent) {
    constexpr std::size_t kSerialAt = 19;
    std::string serial = spent.coupon.substr(kSerialAt);
    std::erase(serial, '-');
    ingest::Facts facts;
    facts.coupon_uses.push_back({spent.seq, serial, spent.seq, spent.uses});
    ingest::Projection projection;
    projection.add({"T01", 1}, facts, spent.seq - 1, spent.seq, 0);
    ingest::ClassVersions versions(database);
    auto transaction = store::Transaction::begin(database);
    CF_CHECK(transaction.ok() && projection.write(database, versions).ok());
    CF_CHECK(transaction.value().commit().ok());
}

// A centre's services on a store of one kind, with a clock that moves when told.
class BookShop {
  public:
    explicit BookShop(store::Dialect dialect) : store_(store::make_store(dialect)) {
        CF_CHECK(store::migrate(database(), store::migrations()).ok());
        own_.emplace(ingest::OwnLedger::open(
                         {database(), key_.key, key_.certificates.front(), clock_, key_.entropy})
                         .value());
    }

    store::Database& database() { return **store_; }
    base::SettableClock& clock() { return clock_; }
    std::int64_t events() const { return own_->cursor().seq; }
    Desk::World world() { return {database(), *own_, clock_, ids_, key_.entropy}; }

    // In a transaction of its own.
    template <class Act>
    auto act(Act act) -> decltype(act(std::declval<Desk&>())) {
        std::optional<decltype(act(std::declval<Desk&>()))> made;
        const base::Status done = own_->within([&]() -> base::Status {
            Desk desk(world(), "");
            made.emplace(act(desk));
            if (!made->ok() && made->error().cause) return *made->error().cause;
            return {};
        });
        // What fails at its end is answered as the clerk answers it.
        if (!done.ok()) made.emplace(Fault(done.error()));
        return *made;
    }

    std::string user(const std::string& email, std::string_view role = kCustomerRole) {
        return act([&](Desk& desk) {
                   NewAccount fresh;
                   fresh.role = role;
                   fresh.tier = "normal";
                   fresh.profile.name = email;
                   fresh.profile.email = email;
                   return create_account(desk, Settings(), fresh);
               })
            .value()
            .id;
    }
    std::string book(const Book& fresh, std::int64_t codes = 0) {
        const std::string id = act([&](Desk& desk) { return create_book(desk, fresh); }).value().id;
        if (codes > 0) {
            CF_CHECK(act([&](Desk& desk) { return generate_codes(desk, id, codes); }).ok());
        }
        return id;
    }
    static Book plain() {
        Book book;
        book.name = "Summer";
        book.pattern = {"SUM", "26", 10, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"};
        book.value_minor = 500;
        return book;
    }
    std::string pool(const std::vector<std::string>& users) {
        const std::string id = act([&](Desk& desk) {
                                   return create_pool(desk, {"Beta Testers", ""});
                               })
                                   .value()
                                   .id;
        for (const std::string& user : users)
            CF_CHECK(act([&](Desk& desk) { return add_to_pool(desk, id, user); }).ok());
        return id;
    }

    Outcome<Coupon> assign(const std::string& book, const std::string& user) {
        return act([&](Desk& desk) { return assign_any(desk, book, user); });
    }
    using Deed = Outcome<Coupon> (*)(Desk&, const std::string&, const Actor&);
    // As soon as it came.
    Outcome<Coupon> deed(Deed wanted, const std::string& code, const std::string& by,
                         bool is_admin = false) {
        clock_.advance(10);
        return act([&](Desk& desk) {
            return wanted(desk, code, {by, is_admin, clock_.now().unix_ms});
        });
    }
    Coupon coupon(const std::string& code) {
        return find_coupon(database(), code, clock_.now()).value();
    }
    StateCounts counts(const std::string& book) {
        const Book found = find_book(database(), book).value();
        return count_states(database(), found, clock_.now()).value();
    }

    // The tables that its ledger does not amount to; none, whatever was done.
    std::vector<std::string> differing() {
        const test::TemporaryFolder beside;
        const auto fresh = store::SqliteDatabase::open(beside / "fresh.db").value();
        CF_CHECK(store::migrate(*fresh, store::migrations()).ok());
        CF_CHECK(ingest::project_all(database(), *fresh).ok());
        return ingest::differing_tables(database(), *fresh).value();
    }

  private:
    test::TemporaryFolder folder_;
    std::unique_ptr<store::Store> store_;
    test::TestTill key_{99, "centre"};
    base::SettableClock clock_{test::kMorning};
    base::UuidMaker ids_{clock_, key_.entropy};
    std::optional<ingest::OwnLedger> own_;
};

// "" where it was done.
template <class T>
std::string code_of(const Outcome<T>& outcome) {
    return outcome.ok() ? std::string() : outcome.error().code;
}

class BookTest : public testing::TestWithParam<store::Dialect> {
  protected:
    BookShop shop_{GetParam()};
    const std::string alice_ = shop_.user("alice@example.com");
    const std::string bob_ = shop_.user("bob@example.com");
    const std::string boss_ = shop_.user("boss@example.com", kAdminRole);
};

}  // namespace counterfoil::services
