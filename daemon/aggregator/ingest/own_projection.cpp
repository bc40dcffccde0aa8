#include "daemon/aggregator/ingest/own_projection.h"

#include <algorithm>
#include <set>

#include "daemon/aggregator/ingest/projection.h"
#include "daemon/aggregator/ingest/shop_projection.h"
#include "firmware/core/json/json.h"
#include "firmware/core/ledger/members.h"

namespace counterfoil::ingest {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using store::Database;
using store::Rows;
using store::Value;

namespace {

constexpr std::string_view kBooks = "books";
// A hundred characters of four bytes.
constexpr std::size_t kMaxProfileText = 400;

std::string context_of(std::string_view account) {
    return "account:" + std::string(account);
}

Value text(const std::string& text) {
    return std::string_view(text);
}

Value text_or_null(const std::string& text) {
    return text.empty() ? Value() : Value(std::string_view(text));
}

Result<Profile> open_profile(const crypto::SealKey& key, std::string_view account,
                             base::ByteView sealed) {
    CF_LET(const base::Bytes opened, crypto::open_seal(key, context_of(account), sealed));
    CF_LET(const auto document, json::Document::parse(base::as_text(opened)));
    ledger::Members members(document.root());
    Profile profile;
    profile.loyalty_id = members.text("loyalty_id", kMaxProfileText);
    profile.name = members.text("name", kMaxProfileText);
    profile.email = members.text("email", kMaxProfileText);
    profile.phone = members.text("phone", kMaxProfileText);
    profile.pin_hash = members.text("pin_hash", kMaxProfileText);
    profile.password_hash = members.text("password_hash", kMaxProfileText);
    if (members.error()) return *members.error();
    return profile;
}

// As kCouponSerial says.
std::string serial_of(const std::string& id) {
    constexpr std::size_t kBefore = 19;
    std::string serial = id.substr(std::min(kBefore, id.size()));
    std::erase(serial, '-');
    return serial;
}

class Writing {
  public:
    Writing(Database& database, ClassVersions& versions, BookStates& states, const OwnFact& fact)
        : database_(database), versions_(versions), states_(states), fact_(fact) {}

    Status operator()(const AccountCreated& created) {
        CF_TRY(database_.run(
            "INSERT INTO account (id, number, business, role, tier, generation, removed, "
            "created_ms, updated_ms) VALUES ($1, $2, 1, $3, $4, 1, 0, $5, $6)",
            {text(created.id), created.number, text(created.role), text(created.tier), fact_.at_ms,
             fact_.at_ms}));
        CF_TRY(count_page(created.role, created.tier, created.number, 1));
        return write_profile(created.id, created.sealed);
    }

    Status operator()(const AccountChanged& changed) {
        CF_LET(const Rows was,
               database_.query("SELECT role, tier, number, removed FROM account WHERE id = $1",
                               {text(changed.id)}));
        if (was.empty() || was.integer(0, 3) != 0) return {};
        const std::string role = changed.role.value_or(std::string(was.text(0, 0)));
        const std::string tier = changed.tier.value_or(std::string(was.text(0, 1)));
        CF_TRY(count_page(was.text(0, 0), was.text(0, 1), was.integer(0, 2), -1));
        CF_TRY(count_page(role, tier, was.integer(0, 2), 1));
        CF_TRY(
            database_.run("UPDATE account SET role = $1, tier = $2, updated_ms = $3, "
                          "generation = generation + $4 WHERE id = $5",
                          {text(role), text(tier), fact_.at_ms, std::int64_t{changed.ends_sessions},
                           text(changed.id)}));
        if (changed.sealed) return write_profile(changed.id, *changed.sealed);
        return {};
    }

    Status operator()(const AccountRemoved& removed) {
        CF_LET(const Rows was,
               database_.query("SELECT role, tier, number, removed FROM account WHERE id = $1",
                               {text(removed.id)}));
        if (was.empty() || was.integer(0, 3) != 0) return {};
        CF_TRY(count_page(was.text(0, 0), was.text(0, 1), was.integer(0, 2), -1));
        CF_TRY(
            database_.run("UPDATE account SET removed = 1, updated_ms = $1, "
                          "generation = generation + 1 WHERE id = $2",
                          {fact_.at_ms, text(removed.id)}));
        CF_TRY(database_.run("DELETE FROM account_key WHERE account = $1", {text(removed.id)}));
        CF_TRY(database_.run("DELETE FROM pool_member WHERE account = $1", {text(removed.id)}));
        return database_.run("DELETE FROM profile WHERE account = $1", {text(removed.id)});
    }

    Status operator()(const PointsAdjusted& adjusted) {
        return database_.run("UPDATE account SET updated_ms = $1 WHERE id = $2",
                             {fact_.at_ms, text(adjusted.id)});
    }

    // Written for all purchases together: see projection.cpp.
    Status operator()(const PurchaseNamed&) { return {}; }

    Status operator()(const CouponIssued& issued) {
        const std::string state = issued.account.empty() ? "AVAILABLE" : "ASSIGNED";
        const std::string serial = serial_of(issued.id);
        CF_TRY(tell_of_bookless());
        CF_LET(const std::int64_t version, versions_.next(kCoupons));
        return database_.run(
            "INSERT INTO coupon (id, code, value_minor, price_points, holder, state, uses, used, "
            "created_ms, version, at_tills) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, "
            "(SELECT COALESCE(SUM(u.uses), 0) FROM coupon_use u WHERE u.coupon = $10))",
            {text(issued.id), text(issued.code), issued.value_minor, issued.price_points,
             text_or_null(issued.account), text(state), issued.uses,
             issued.at_ms.value_or(fact_.at_ms), version, text(serial)});
    }

    Status operator()(const CouponMoved& moved) {
        CF_LET(const Rows was,
               database_.query("SELECT used, book, holder, state, uses, at_tills FROM coupon "
                               "WHERE id = $1",
                               {text(moved.id)}));
        if (!was.empty()) CF_TRY(write_redemption(moved, was));
        const bool is_locked = !moved.lock_owner.empty();
        const Value until = is_locked ? Value(moved.lock_until_ms) : Value();
        const std::int64_t at_ms = moved.at_ms.value_or(fact_.at_ms);
        const Value redeemed = moved.state == "REDEEMED" ? Value(at_ms) : Value();
        CF_LET(const std::int64_t version, versions_.next(kCoupons));
        return database_.run(
            "UPDATE coupon SET state = $1, used = $2, holder = $3, lock_owner = $4, "
            "lock_until_ms = $5, redeemed_ms = COALESCE(redeemed_ms, $6), version = $7 "
            "WHERE id = $8",
            {text(moved.state), moved.used, text_or_null(moved.account),
             text_or_null(moved.lock_owner), until, redeemed, version, text(moved.id)});
    }

    Status operator()(const BookCreated& book) {
        const Value expires = book.expires_ms ? Value(*book.expires_ms) : Value();
        const std::string key = small_letters(book.name);
        CF_LET(const std::int64_t version, versions_.next(kBooks));
        return database_.run(
            "INSERT INTO book (id, name, name_key, prefix, suffix, length, charset, is_multiple, "
            "uses, max_redemptions, max_assignments, value_minor, expires_ms, codes, created_ms, "
            "number, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, "
            "$14, (SELECT COUNT(*) + 2 FROM book), $15)",
            {text(book.id), text(book.name), text(key), text(book.prefix), text(book.suffix),
             book.length, text(book.charset), std::int64_t{book.is_multiple}, book.uses,
             book.max_redemptions, book.max_assignments, book.value_minor, expires, fact_.at_ms,
             version});
    }

    Status operator()(const CodesAdded& added) {
        CF_LET(const Rows book, database_.query("SELECT value_minor, uses FROM book WHERE id = $1",
                                                {text(added.book)}));
        if (book.empty()) return {};
        std::vector<std::string> ids;
        for (const std::string& code : added.codes) ids.push_back(coupon_id(code));
        constexpr std::size_t kWidth = 8;
        CF_LET(const std::int64_t version, versions_.take(kCoupons, ids.size()));
        std::vector<Value> values;
        values.reserve(ids.size() * kWidth);
        for (std::size_t i = 0; i < ids.size(); ++i)
            for (const Value& value :
                 {text(ids[i]), text(added.codes[i]), Value(book.integer(0, 0)),
                  Value(book.integer(0, 1)), Value(fact_.at_ms), text(added.book),
                  Value(added.first + static_cast<std::int64_t>(i)),
                  Value(version + static_cast<std::int64_t>(i))})
                values.push_back(value);
        CF_TRY(database_.run_each(
            "INSERT INTO coupon (id, code, value_minor, price_points, state, uses, used, "
            "created_ms, book, place, version) "
            "VALUES ($1, $2, $3, 0, 'AVAILABLE', $4, 0, $5, $6, $7, $8)",
            kWidth, values));
        CF_TRY(count_added(added));
        return database_.run("UPDATE book SET codes = codes + $1 WHERE id = $2",
                             {static_cast<std::int64_t>(ids.size()), text(added.book)});
    }

    Status operator()(const CouponsAssigned& assigned) {
        constexpr std::size_t kWidth = 4;
        CF_TRY(count_assigned(assigned));
        std::vector<Value> values;
        for (const Share& share : assigned.shares)
            for (const std::int64_t place : share.places) {
                CF_LET(const std::int64_t version, versions_.next(kCoupons));
                for (const Value& value :
                     {text(share.account), Value(version), text(assigned.book), Value(place)})
                    values.push_back(value);
            }
        return database_.run_each(
            "UPDATE coupon SET state = 'ASSIGNED', holder = $1, version = $2 "
            "WHERE book = $3 AND place = $4",
            kWidth, values);
    }

    Status operator()(const PoolCreated& pool) {
        return database_.run(
            "INSERT INTO pool (id, name, description, created_ms) VALUES ($1, $2, $3, $4)",
            {text(pool.id), text(pool.name), text(pool.description), fact_.at_ms});
    }

    Status operator()(const PoolChanged& changed) {
        if (!changed.is_member)
            return database_.run("DELETE FROM pool_member WHERE pool = $1 AND account = $2",
                                 {text(changed.id), text(changed.account)});
        return database_.run(
            "INSERT INTO pool_member (pool, account, joined_ms) VALUES ($1, $2, $3) "
            "ON CONFLICT DO NOTHING",
            {text(changed.id), text(changed.account), fact_.at_ms});
    }

    // What came of it stands in the assignments behind it.
    Status operator()(const CouponsDistributed&) { return {}; }

    // What shops sell, who works in them and how.
    template <class ShopFact>
    Status operator()(const ShopFact& fact) {
        return ShopWriting(database_, versions_)(fact);
    }

  private:
    // The book of coupons that are in none is there with the first of them.
    Status tell_of_bookless() {
        CF_LET(const bool are_there, versions_.exists(kBooks));
        if (are_there) return {};
        CF_TRY(versions_.next(kBooks));
        return {};
    }

    // A till may have been heard before: its ledger may be read first. The coupons' places follow
    // one another.
    Status count_added(const CodesAdded& added) {
        const std::vector<Value> range{text(added.book), added.first,
                                       added.first + static_cast<std::int64_t>(added.codes.size())};
        const std::string used = "FROM coupon_use u WHERE u.coupon = " + std::string(kCouponSerial);
        CF_TRY(database_.run_each("UPDATE coupon SET at_tills = (SELECT SUM(u.uses) " + used +
                                      ") WHERE book = $1 AND place >= $2 AND place < $3 AND "
                                      "EXISTS (SELECT 1 " +
                                      used + ")",
                                  range.size(), range));
        CF_LET(const Rows rows,
               database_.query("SELECT " + std::string(kToldState) +
                                   ", COUNT(*) FROM coupon c WHERE c.book = $1 AND c.place >= $2 "
                                   "AND c.place < $3 GROUP BY 1",
                               range));
        for (std::size_t row = 0; row < rows.size(); ++row)
            states_.add(added.book, rows.text(row, 0), rows.integer(row, 1));
        return {};
    }

    // Before they are.
    Status count_assigned(const CouponsAssigned& assigned) {
        std::set<std::int64_t> places;
        for (const Share& share : assigned.shares)
            places.insert(share.places.begin(), share.places.end());
        std::vector<store::Question> questions;
        for (const std::int64_t place : places)
            questions.push_back(
                {"SELECT state, uses - used, at_tills FROM coupon "
                 "WHERE book = $1 AND place = $2",
                 {text(assigned.book), place}});
        CF_LET(const auto answers, database_.query_all(questions));
        for (const Rows& was : answers) {
            if (was.empty()) continue;
            const std::int64_t left = was.integer(0, 1);
            const std::int64_t at_tills = was.integer(0, 2);
            states_.move(assigned.book, {was.text(0, 0), left, at_tills},
                         {"ASSIGNED", left, at_tills});
        }
        return {};
    }

    // A coupon moves for many reasons; one more use is a redemption.
    Status write_redemption(const CouponMoved& moved, const Rows& was) {
        const std::int64_t used = was.integer(0, 0);
        const std::int64_t uses = was.integer(0, 4);
        const std::int64_t at_tills = was.integer(0, 5);
        if (!was.is_null(0, 1))
            states_.move(was.text(0, 1), {was.text(0, 3), uses - used, at_tills},
                         {moved.state, uses - moved.used, at_tills});
        if (moved.used <= used) return {};
        const Value book = was.is_null(0, 1) ? Value() : Value(was.text(0, 1));
        const Value holder = was.is_null(0, 2) ? Value() : Value(was.text(0, 2));
        return database_.run(
            "INSERT INTO redemption (coupon, number, book, account, redeemed_by, at_ms) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            {text(moved.id), moved.used, book, holder, text_or_null(fact_.by), fact_.at_ms});
    }

    Status count_page(std::string_view role, std::string_view tier, std::int64_t number,
                      std::int64_t change) {
        return database_.run(
            "INSERT INTO account_page (role, tier, page, accounts) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT (role, tier, page) DO UPDATE SET "
            "accounts = account_page.accounts + excluded.accounts",
            {role, tier, number / kAccountsOfPage, change});
    }

    // Where the key was destroyed since, nothing can be read, and nothing is to be.
    Status write_profile(const std::string& account, base::ByteView sealed) {
        CF_LET(const auto key, find_account_key(database_, account));
        if (!key) return {};
        CF_LET(const Profile profile, open_profile(*key, account, sealed));
        const std::string email = small_letters(profile.email);
        return database_.run(
            "INSERT INTO profile (account, loyalty_id, name, email, email_key, phone, pin_hash, "
            "password_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
            "ON CONFLICT (account) DO UPDATE SET loyalty_id = excluded.loyalty_id, "
            "name = excluded.name, email = excluded.email, email_key = excluded.email_key, "
            "phone = excluded.phone, pin_hash = excluded.pin_hash, "
            "password_hash = excluded.password_hash",
            {text(account), text_or_null(profile.loyalty_id), text(profile.name),
             text(profile.email), text(email), text(profile.phone), text(profile.pin_hash),
             text(profile.password_hash)});
    }

    Database& database_;
    ClassVersions& versions_;
    BookStates& states_;
    const OwnFact& fact_;
};

}  // namespace

std::string small_letters(std::string_view text) {
    std::string key(text);
    std::ranges::transform(key, key.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return key;
}

base::Bytes seal_profile(const crypto::SealKey& key, const std::string& account,
                         const Profile& profile, base::Entropy& entropy) {
    json::Object object;
    object.set("loyalty_id", profile.loyalty_id).set("name", profile.name);
    object.set("email", profile.email).set("phone", profile.phone);
    object.set("pin_hash", profile.pin_hash).set("password_hash", profile.password_hash);
    const auto text = object.write();
    CF_CHECK(text.ok());
    return crypto::seal(key, context_of(account), base::as_bytes(text.value()), entropy);
}

Result<std::optional<crypto::SealKey>> find_account_key(Database& database,
                                                        std::string_view account) {
    CF_LET(const Rows rows,
           database.query("SELECT key FROM account_key WHERE account = $1", {account}));
    if (rows.empty()) return std::optional<crypto::SealKey>();
    crypto::SealKey key{};
    if (rows.blob(0, 0).size() != key.size())
        return Error(Code::corrupt, "an account's key is none");
    std::ranges::copy(rows.blob(0, 0), key.begin());
    return std::optional(key);
}

Status write_own_fact(Database& database, ClassVersions& versions, BookStates& states,
                      const OwnFact& fact) {
    return std::visit(Writing(database, versions, states, fact), fact.what);
}

}  // namespace counterfoil::ingest
