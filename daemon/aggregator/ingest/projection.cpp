#include "daemon/aggregator/ingest/projection.h"

#include "daemon/aggregator/ingest/own_projection.h"

#include <algorithm>

namespace counterfoil::ingest {

using base::Status;
using store::Database;
using store::Value;

namespace {

Value text(const std::string& text) {
    return std::string_view(text);
}

template <class Fact>
std::span<const Fact> above(const std::vector<Fact>& facts, std::int64_t after) {
    const auto first =
        std::upper_bound(facts.begin(), facts.end(), after,
                         [](std::int64_t seq, const Fact& fact) { return seq < fact.seq; });
    return std::span(facts).subspan(static_cast<std::size_t>(first - facts.begin()));
}

// All that is left of a sum that has come so far is that it is absurd: it stays there, and does not
// stop whoever sells to the same member.
std::string bounded_sum(const std::string& column) {
    const std::string held = "member." + column;
    const std::string more = "excluded." + column;
    return column + " = CASE WHEN " + held + " > 4000000000000000000 AND " + more + " > 0 OR " +
           held + " < -4000000000000000000 AND " + more + " < 0 THEN " + held + " ELSE " + held +
           " + " + more + " END";
}

}  // namespace

void Projection::count(const Purchase& purchase, Figures& figures) {
    if (purchase.kind == "sale") {
        ++figures.sales;
        figures.sales_minor += purchase.total_minor;
    } else {
        ++figures.given_back;
        figures.given_back_minor -= purchase.total_minor;
    }
    if (purchase.member.empty()) return;
    Account& account = accounts_[purchase.member];
    account.points += purchase.points;
    account.spent_minor += purchase.total_minor;
    account.visits += purchase.visits;
}

void Projection::count(const OwnFact& fact) {
    if (const auto* created = std::get_if<AccountCreated>(&fact.what)) {
        accounts_.try_emplace(created->id);
        new_accounts_.push_back(&created->id);
    }
    // Terminals are told.
    if (const auto* changed = std::get_if<AccountChanged>(&fact.what))
        accounts_.try_emplace(changed->id);
    if (const auto* removed = std::get_if<AccountRemoved>(&fact.what))
        accounts_.try_emplace(removed->id);
    if (const auto* adjusted = std::get_if<PointsAdjusted>(&fact.what)) {
        Account& account = accounts_[adjusted->id];
        account.points += adjusted->points;
        account.spent_minor += adjusted->spent_minor;
        account.visits += adjusted->visits;
    }
    if (const auto* issued = std::get_if<CouponIssued>(&fact.what))
        if (issued->price_points > 0) accounts_[issued->account].points -= issued->price_points;
}

// A terminal numbers its receipts without a gap; another epoch goes on from the one before.
std::int64_t Projection::check_receipt(Name name, const Purchase& purchase, std::int64_t receipt) {
    if (purchase.receipt == 0) return receipt;
    if (receipt == 0) return purchase.receipt;
    if (purchase.receipt <= receipt)
        flags_.push_back({name, {purchase.seq, "receipt_repeated"}});
    else if (purchase.receipt > receipt + 1)
        flags_.push_back({name, {purchase.seq, "receipts_missing"}});
    return std::max(receipt, purchase.receipt);
}

std::int64_t Projection::add(const LedgerName& name, const Facts& facts, std::int64_t after,
                             std::int64_t to, std::int64_t receipt) {
    CF_CHECK(after < to);
    const auto of = figures_.try_emplace(name).first;
    of->second.events += to - after;
    of->second.trainings +=
        facts.trainings.end() - std::ranges::upper_bound(facts.trainings, after);
    if (after == 0 && !facts.incarnation.empty()) incarnations_.push_back({of, &facts.incarnation});
    for (const Purchase& purchase : above(facts.purchases, after)) {
        purchases_.push_back({of, &purchase});
        count(purchase, of->second);
        receipt = check_receipt(of, purchase, receipt);
    }
    for (const CouponUse& use : above(facts.coupon_uses, after)) coupon_uses_.push_back({of, &use});
    for (const PointsUsed& used : above(facts.points_used, after))
        accounts_[used.member].points -= used.points;
    for (const ClosedShift& shift : above(facts.closed_shifts, after))
        shifts_.push_back({of, &shift});
    for (const OwnFact& fact : above(facts.own, after)) {
        own_.push_back({of, &fact});
        count(fact);
    }
    for (const Flag& flag : above(facts.flags, after)) flags_.push_back({of, flag});
    for (const Provisioned& one : above(facts.provisioned, after)) provisioned_.push_back(&one);
    return receipt;
}

void Projection::move_unsigned_end(const LedgerName& name, std::int64_t before, std::int64_t now) {
    if (before == 0 && now == 0) return;
    const auto end = unsigned_ends_.try_emplace(name, UnsignedEnd{before, now}).first;
    end->second.now = now;
}

Status Projection::write(Database& database, ClassVersions& versions) const {
    CF_TRY(write_incarnations(database));
    for (const Provisioned* one : provisioned_) CF_TRY(write_terminal(database, *one));
    BookStates states;
    for (const auto& [name, fact] : own_)
        if (!std::holds_alternative<PurchaseNamed>(fact->what))
            CF_TRY(write_own_fact(database, versions, states, *fact));
    CF_TRY(write_references(database));
    CF_TRY(write_purchases(database));
    CF_TRY(write_coupon_uses(database));
    CF_TRY(write_shifts(database));
    CF_TRY(write_unsigned_ends(database));
    CF_TRY(write_flags(database));
    CF_TRY(write_used_coupons(database, versions, states));
    CF_TRY(states.write(database));
    // Those that several writers may want come last, and always in the same order.
    CF_TRY(write_members(database, versions));
    CF_TRY(versions.write());
    return write_figures(database);
}

// Whatever was claimed before: the genesis is signed.
Status Projection::write_incarnations(Database& database) const {
    for (const auto& [name, incarnation] : incarnations_)
        CF_TRY(database.run("UPDATE ledger SET incarnation = $1 WHERE terminal = $2 AND epoch = $3",
                            {text(*incarnation), text(name->first.terminal), name->first.epoch}));
    return {};
}

Status Projection::write_revocation(Database& database, std::string_view name) {
    CF_TRY(database.run("UPDATE terminal SET revoked = 1 WHERE name = $1", {name}));
    return database.run("UPDATE ledger SET revoked = 1 WHERE terminal = $1", {name});
}

// That epoch of the terminal's ledger is open from then on, for that key. While nothing of it is
// held, it may begin with another incarnation. The epochs before stay those of their
// own keys; a key that was taken back and is introduced again is believed for all that it signed.
Status Projection::write_terminal(Database& database, const Provisioned& one) {
    const std::string_view name = one.terminal;
    const base::ByteView certificate(one.certificate);
    if (one.certificate.empty()) return write_revocation(database, name);
    CF_TRY(database.run(
        "UPDATE ledger SET certificate = (SELECT certificate FROM terminal WHERE name = $1) "
        "WHERE terminal = $1 AND certificate IS NULL",
        {name}));
    CF_TRY(
        database.run("INSERT INTO terminal (name, store, certificate) VALUES ($1, $2, $3) "
                     "ON CONFLICT (name) DO UPDATE SET store = excluded.store, "
                     "certificate = excluded.certificate, revoked = 0",
                     {name, one.store, certificate}));
    CF_TRY(database.run(
        "UPDATE ledger SET incarnation = NULL WHERE terminal = $1 AND epoch = $2 AND seq = 0",
        {name, one.epoch}));
    CF_TRY(open_ledger(database, {one.terminal, one.epoch}));
    CF_TRY(database.run("UPDATE ledger SET certificate = $1 WHERE terminal = $2 AND epoch = $3",
                        {certificate, name, one.epoch}));
    return database.run("UPDATE ledger SET revoked = 0 WHERE terminal = $1 AND certificate = $2",
                        {name, certificate});
}

std::int64_t member_key(std::string_view id) {
    const crypto::Digest digest = crypto::sha256({base::as_bytes(id)});
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < sizeof key; ++i) key = key << 8 | digest[i];
    return static_cast<std::int64_t>(key);
}

Status open_ledger(Database& database, const LedgerName& name) {
    const crypto::Digest nothing{};
    return database.run(
        "INSERT INTO ledger (terminal, epoch, seq, head) VALUES ($1, $2, 0, $3) "
        "ON CONFLICT DO NOTHING",
        {std::string_view(name.terminal), name.epoch, base::ByteView(nothing)});
}

Status Projection::write_purchases(Database& database) const {
    constexpr std::size_t kWidth = 14;
    std::vector<Value> values;
    values.reserve(purchases_.size() * kWidth);
    for (const auto& [name, fact] : purchases_) {
        const bool is_known = !fact->member.empty();
        const Value member = is_known ? text(fact->member) : Value();
        const Value key = is_known ? Value(member_key(fact->member)) : Value();
        const Value original = fact->original ? Value(*fact->original) : Value();
        for (const Value& value :
             {text(name->first.terminal), Value(name->first.epoch), Value(fact->seq),
              Value(fact->receipt), Value(fact->kind), text(fact->shift), text(fact->staff),
              Value(fact->at_ms), member, key, original, text(fact->currency),
              Value(fact->total_minor), Value(fact->points)})
            values.push_back(value);
    }
    return database.run_each(
        "INSERT INTO purchase (terminal, epoch, seq, receipt, kind, shift, staff, at_ms, member, "
        "member_key, original, currency, total_minor, points) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        kWidth, values);
}

Status Projection::write_references(Database& database) const {
    constexpr std::size_t kWidth = 4;
    std::vector<Value> values;
    for (const auto& [name, fact] : own_) {
        const auto* named = std::get_if<PurchaseNamed>(&fact->what);
        if (named == nullptr || named->reference.empty()) continue;
        for (const Value& value : {text(named->reference), text(name->first.terminal),
                                   Value(name->first.epoch), Value(fact->seq)})
            values.push_back(value);
    }
    return database.run_each(
        "INSERT INTO external_receipt (reference, terminal, epoch, seq) VALUES ($1, $2, $3, $4)",
        kWidth, values);
}

Status Projection::write_coupon_uses(Database& database) const {
    constexpr std::size_t kWidth = 6;
    std::vector<Value> values;
    for (const auto& [name, fact] : coupon_uses_)
        for (const Value& value :
             {text(name->first.terminal), Value(name->first.epoch), Value(fact->seq),
              text(fact->coupon), Value(fact->receipt), Value(fact->uses)})
            values.push_back(value);
    return database.run_each(
        "INSERT INTO coupon_use (terminal, epoch, seq, coupon, receipt, uses) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        kWidth, values);
}

Status Projection::write_shifts(Database& database) const {
    constexpr std::size_t kWidth = 11;
    std::vector<Value> values;
    for (const auto& [name, fact] : shifts_)
        for (const Value& value :
             {text(name->first.terminal), Value(name->first.epoch), Value(fact->seq),
              text(fact->name), Value(fact->number), Value(fact->sales), Value(fact->sales_minor),
              Value(fact->refunds), Value(fact->refunded_minor), Value(fact->expected_minor),
              Value(fact->counted_minor)})
            values.push_back(value);
    return database.run_each(
        "INSERT INTO shift (terminal, epoch, seq, name, number, sales, sales_minor, refunds, "
        "refunded_minor, expected_minor, counted_minor) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        kWidth, values);
}

Status Projection::write_unsigned_ends(Database& database) const {
    constexpr std::string_view kReason = "unverified";
    for (const auto& [name, end] : unsigned_ends_) {
        if (end.before == end.now) continue;
        const std::string_view terminal = name.terminal;
        if (end.before != 0)
            CF_TRY(
                database.run("DELETE FROM flag WHERE terminal = $1 AND epoch = $2 AND seq = $3 "
                             "AND reason = $4",
                             {terminal, name.epoch, end.before, kReason}));
        if (end.now != 0)
            CF_TRY(
                database.run("INSERT INTO flag (terminal, epoch, seq, reason) "
                             "VALUES ($1, $2, $3, $4)",
                             {terminal, name.epoch, end.now, kReason}));
    }
    return {};
}

Status Projection::write_flags(Database& database) const {
    constexpr std::size_t kWidth = 4;
    std::vector<Value> values;
    for (const auto& [name, flag] : flags_)
        for (const Value& value : {text(name->first.terminal), Value(name->first.epoch),
                                   Value(flag.seq), Value(flag.reason)})
            values.push_back(value);
    return database.run_each(
        "INSERT INTO flag (terminal, epoch, seq, reason) "
        "VALUES ($1, $2, $3, $4)",
        kWidth, values);
}

// In which state they are then.
Status Projection::count_used_coupons(Database& database, BookStates& states) const {
    static const std::string kOne =
        "SELECT book, state, uses - used, at_tills FROM coupon WHERE book IS NOT NULL AND " +
        std::string(kCouponSerial) + " = $1";
    std::map<std::string_view, std::int64_t> uses;
    for (const auto& [name, fact] : coupon_uses_) uses[fact->coupon] += fact->uses;
    std::vector<store::Question> questions;
    for (const auto& [serial, more] : uses) questions.push_back({kOne, {serial}});
    CF_LET(const auto answers, database.query_all(questions));
    auto answer = answers.begin();
    for (const auto& [serial, more] : uses) {
        const store::Rows& rows = *answer++;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const CouponStanding was{rows.text(row, 1), rows.integer(row, 2), rows.integer(row, 3)};
            states.move(rows.text(row, 0), was, {was.state, was.uses_left, was.at_tills + more});
        }
    }
    return {};
}

// Those that the centre has issued; a terminal may have taken others.
Status Projection::write_used_coupons(Database& database, ClassVersions& versions,
                                      BookStates& states) const {
    if (coupon_uses_.empty()) return {};
    CF_LET(const bool are_there, versions.exists(kCoupons));
    if (!are_there) return {};
    CF_LET(std::int64_t version, versions.take(kCoupons, coupon_uses_.size()));
    CF_TRY(count_used_coupons(database, states));
    constexpr std::size_t kWidth = 3;
    std::vector<Value> values;
    for (const auto& [name, fact] : coupon_uses_)
        for (const Value& value : {Value(version++), Value(fact->uses), text(fact->coupon)})
            values.push_back(value);
    return database.run_each("UPDATE coupon SET version = $1, at_tills = at_tills + $2 WHERE " +
                                 std::string(kCouponSerial) + " = $3",
                             kWidth, values);
}

// Members who have an account are told to terminals. Of others nobody is told, however many there
// are, and no version moves for them.
Status Projection::write_members(Database& database, ClassVersions& versions) const {
    if (accounts_.empty()) return {};
    CF_LET(const bool are_there, versions.exists(kMembers));
    if (!are_there && new_accounts_.empty()) return write_accounts(database, 0);
    CF_LET(const std::int64_t first, versions.take(kMembers, accounts_.size()));
    CF_TRY(write_accounts(database, first));
    CF_TRY(write_new_accounts(database));
    return versions.end_members();
}

Status Projection::write_accounts(Database& database, std::int64_t version) const {
    static const std::string kAdd =
        "INSERT INTO member (id, points, spent_minor, visits, version) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (id) DO UPDATE SET " +
        bounded_sum("points") + ", " + bounded_sum("spent_minor") + ", " + bounded_sum("visits") +
        ", version = excluded.version";
    constexpr std::size_t kWidth = 5;
    std::vector<Value> values;
    for (const auto& [id, account] : accounts_) {
        for (const Value& value : {text(id), Value(account.points), Value(account.spent_minor),
                                   Value(account.visits), Value(version)})
            values.push_back(value);
        if (version != 0) ++version;
    }
    return database.run_each(kAdd, kWidth, values, store::Keys::all_differ);
}

Status Projection::write_new_accounts(Database& database) const {
    std::vector<Value> values;
    for (const std::string* id : new_accounts_) values.push_back(text(*id));
    return database.run_each("UPDATE member SET is_account = 1 WHERE id = $1", 1, values);
}

Status Projection::write_figures(Database& database) const {
    constexpr std::size_t kWidth = 8;
    std::vector<Value> values;
    for (const auto& [name, figures] : figures_)
        for (const Value& value :
             {text(name.terminal), Value(name.epoch), Value(figures.events), Value(figures.sales),
              Value(figures.sales_minor), Value(figures.given_back),
              Value(figures.given_back_minor), Value(figures.trainings)})
            values.push_back(value);
    return database.run_each(
        "INSERT INTO terminal_figures (terminal, epoch, events, sales, sales_minor, given_back, "
        "given_back_minor, trainings) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
        "ON CONFLICT (terminal, epoch) DO UPDATE SET "
        "events = terminal_figures.events + excluded.events, "
        "sales = terminal_figures.sales + excluded.sales, "
        "sales_minor = terminal_figures.sales_minor + excluded.sales_minor, "
        "given_back = terminal_figures.given_back + excluded.given_back, "
        "given_back_minor = terminal_figures.given_back_minor + excluded.given_back_minor, "
        "trainings = terminal_figures.trainings + excluded.trainings",
        kWidth, values, store::Keys::all_differ);
}

}  // namespace counterfoil::ingest
