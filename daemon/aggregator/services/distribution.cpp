#include "daemon/aggregator/services/distribution.h"

#include <limits>
#include <map>

#include "daemon/aggregator/services/draw.h"

namespace counterfoil::services {

using ledger::EventType;
using store::Database;
using store::Rows;

namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

// How many more each may have.
Outcome<std::vector<std::size_t>> rooms_of(Database& database, const Book& book,
                                           const std::string& pool,
                                           const std::vector<PoolUser>& users) {
    if (book.max_assignments == 0) return std::vector<std::size_t>(users.size(), kNoLimit);
    CF_LET(const Rows rows,
           database.query("SELECT c.holder, COUNT(*) FROM coupon c WHERE c.book = $1 AND "
                          "c.holder IN (SELECT account FROM pool_member WHERE pool = $2) "
                          "GROUP BY c.holder",
                          {std::string_view(book.id), std::string_view(pool)}));
    std::map<std::string, std::int64_t, std::less<>> held;
    for (std::size_t row = 0; row < rows.size(); ++row)
        held[std::string(rows.text(row, 0))] = rows.integer(row, 1);
    std::vector<std::size_t> rooms;
    for (const PoolUser& user : users) {
        const auto found = held.find(user.account);
        const std::int64_t has = found == held.end() ? 0 : found->second;
        rooms.push_back(
            static_cast<std::size_t>(std::max<std::int64_t>(book.max_assignments - has, 0)));
    }
    return rooms;
}

Fault exceeded(const Book& book, std::size_t room) {
    return too_many_assigned(
        {book.max_assignments - static_cast<std::int64_t>(room), book.max_assignments});
}

// Who gets how many.
Outcome<std::vector<std::size_t>> equal_counts(const Book& book, std::size_t coupons,
                                               const std::vector<std::size_t>& rooms, Draw& draw) {
    const std::size_t each = coupons / rooms.size();
    const std::size_t over = coupons % rooms.size();
    std::vector<std::size_t> lucky;  // who may have one more
    for (std::size_t user = 0; user < rooms.size(); ++user) {
        if (rooms[user] < each) return exceeded(book, rooms[user]);
        if (rooms[user] > each) lucky.push_back(user);
    }
    if (lucky.size() < over) return exceeded(book, 0);
    std::vector<std::size_t> counts(rooms.size(), each);
    draw.choose(lucky, over);
    for (std::size_t i = 0; i < over; ++i) ++counts[lucky[i]];
    return counts;
}

Outcome<std::vector<std::size_t>> random_counts(const Book& book, std::size_t coupons,
                                                const std::vector<std::size_t>& rooms, Draw& draw) {
    std::vector<std::size_t> counts(rooms.size(), 0);
    std::vector<std::size_t> open;
    for (std::size_t user = 0; user < rooms.size(); ++user)
        if (rooms[user] > 0) open.push_back(user);
    for (std::size_t i = 0; i < coupons; ++i) {
        if (open.empty()) return exceeded(book, 0);
        const std::size_t at = draw.below(open.size());
        const std::size_t user = open[at];
        if (++counts[user] < rooms[user]) continue;
        open[at] = open.back();
        open.pop_back();
    }
    return counts;
}

Fault too_few(std::int64_t available, std::int64_t wanted) {
    const std::string numbers =
        " (" + std::to_string(available) + "/" + std::to_string(wanted) + ")";
    const base::Wording said = refusal_sentence(Refusal::too_few_coupons);
    return {Refusal::too_few_coupons,
            {std::string(said.english) + numbers, std::string(said.hungarian) + numbers}};
}

// The places of so many available coupons, by lot.
Outcome<std::vector<std::int64_t>> draw_places(Desk& desk, const Book& book, std::int64_t wanted,
                                               Draw& draw) {
    std::vector<std::int64_t> places;
    if (!book.is_expired(desk.now())) {
        CF_LET(const Rows rows,
               desk.database().query("SELECT c.place " + available_in_book() + "ORDER BY c.place",
                                     {std::string_view(book.id)}));
        for (std::size_t row = 0; row < rows.size(); ++row) places.push_back(rows.integer(row, 0));
    }
    const auto available = static_cast<std::int64_t>(places.size());
    if (available < wanted) return too_few(available, wanted);
    draw.choose(places, static_cast<std::size_t>(wanted));
    places.resize(static_cast<std::size_t>(wanted));
    return places;
}

Fault too_large() {
    const std::string most = std::to_string(kMostInPool);
    return {Refusal::field_wrong,
            {"pool: coupons are dealt out to up to " + most + " users at once",
             "pool: egyszerre legfeljebb " + most + " felhasználó kaphat kuponokat"}};
}

Outcome<void> record(Desk& desk, const Order& order, Distribution& made) {
    made.id = desk.new_id();
    const ingest::CouponsDistributed fact{made.id,       order.pool,
                                          order.book,    std::string(dealing_name(order.dealing)),
                                          order.coupons, made.seed};
    CF_TRY(desk.record(EventType::coupons_distributed, ingest::write_body(fact)));
    std::vector<ingest::Share> shares;
    for (const Dealt& dealt : made.users)
        if (!dealt.places.empty()) shares.push_back({dealt.user.account, dealt.places});
    return record_shares(desk, order.book, shares);
}

}  // namespace

std::string_view dealing_name(Dealing dealing) {
    return dealing == Dealing::equal ? "equal" : "random";
}

Outcome<Distribution> distribute(Desk& desk, const Order& order) {
    CF_CHECK(order.coupons > 0 && order.coupons <= kMostDistributed);
    CF_LET(const Pool pool, find_pool(desk.database(), order.pool));
    if (pool.users > kMostInPool) return too_large();
    CF_LET(const Book book, find_book(desk.database(), order.book));
    CF_LET(std::vector<PoolUser> users, pool_users(desk.database(), order.pool, {0, kMostInPool}));
    if (users.empty()) return Refusal::pool_empty;
    Distribution made;
    made.seed = order.seed.empty() ? new_seed(desk) : order.seed;
    Draw draw(made.seed);
    CF_LET(const auto places, draw_places(desk, book, order.coupons, draw));
    CF_LET(const auto rooms, rooms_of(desk.database(), book, order.pool, users));
    const bool is_equal = order.dealing == Dealing::equal;
    CF_LET(const auto counts, is_equal ? equal_counts(book, places.size(), rooms, draw)
                                       : random_counts(book, places.size(), rooms, draw));
    auto next = places.begin();
    for (std::size_t user = 0; user < users.size(); ++user) {
        const auto end = next + static_cast<std::ptrdiff_t>(counts[user]);
        made.users.push_back({std::move(users[user]), {next, end}});
        next = end;
    }
    if (!order.is_preview) CF_TRY(record(desk, order, made));
    return made;
}

}  // namespace counterfoil::services
