#include "firmware/journal/spending_table.h"

#include "firmware/journal/contradiction.h"

namespace counterfoil::journal {

using base::Result;
using base::Status;
using ledger::Basis;
using ledger::EventView;
using ledger::MadeCoupon;
using ledger::Redemption;

struct SpendingTable::Statements {
    sqlite::Statement count_use;
    sqlite::Statement count_book;
    sqlite::Statement add_exposure;
    sqlite::Statement drop_exposure;
    sqlite::Statement add_made;
    sqlite::Statement find_use;
    sqlite::Statement find_book;
    sqlite::Statement sum_exposure;
    sqlite::Statement find_made;
    sqlite::Statement list_exposure;
};

SpendingTable::SpendingTable(std::unique_ptr<Statements> statements)
    : statements_(std::move(statements)) {}
SpendingTable::SpendingTable(SpendingTable&&) noexcept = default;
SpendingTable& SpendingTable::operator=(SpendingTable&&) noexcept = default;
SpendingTable::~SpendingTable() = default;

Result<SpendingTable> SpendingTable::open(sqlite::Connection& connection) {
    // A count that falls is one that is there; the row that would be new must hold all the same.
    CF_LET(sqlite::Statement count_use,
           connection.prepare("INSERT INTO coupon_use VALUES (?1, max(?2, 0), ?3) ON CONFLICT "
                              "DO UPDATE SET uses = uses + ?2, last_seq = ?3"));
    CF_LET(sqlite::Statement count_book,
           connection.prepare("INSERT INTO book_use VALUES (?1, ?2, max(?3, 0)) ON CONFLICT "
                              "DO UPDATE SET uses = uses + ?3"));
    CF_LET(sqlite::Statement add_exposure,
           connection.prepare("INSERT INTO exposure VALUES (?, ?, ?)"));
    CF_LET(sqlite::Statement drop_exposure,
           connection.prepare("DELETE FROM exposure WHERE seq = ?"));
    CF_LET(sqlite::Statement add_made,
           connection.prepare("INSERT INTO made_coupon VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
    CF_LET(sqlite::Statement find_use,
           connection.prepare("SELECT uses FROM coupon_use WHERE coupon = ?"));
    CF_LET(sqlite::Statement find_book,
           connection.prepare("SELECT uses FROM book_use WHERE book = ? AND member = ?"));
    CF_LET(sqlite::Statement sum_exposure,
           connection.prepare("SELECT coalesce(sum(face_minor), 0), coalesce(sum(face_minor) "
                              "FILTER (WHERE member = ?2), 0) FROM exposure WHERE seq > ?1"));
    CF_LET(sqlite::Statement find_made,
           connection.prepare("SELECT serial, code, book, value_minor, not_before_s, expires_s, "
                              "member FROM made_coupon WHERE serial = ?1 OR code = ?1"));
    CF_LET(sqlite::Statement list_exposure,
           connection.prepare("SELECT seq, member, face_minor FROM exposure WHERE seq > ? "
                              "ORDER BY seq DESC LIMIT ?"));
    auto statements = std::make_unique<Statements>(Statements{
        std::move(count_use), std::move(count_book), std::move(add_exposure),
        std::move(drop_exposure), std::move(add_made), std::move(find_use), std::move(find_book),
        std::move(sum_exposure), std::move(find_made), std::move(list_exposure)});
    return SpendingTable(std::move(statements));
}

Status SpendingTable::redeemed(const EventView& event, const json::Value& body) {
    CF_LET(const Redemption redemption, ledger::read_redemption(body));
    CF_LET(const std::int64_t uses, coupon_uses(redemption.coupon));
    if (uses >= redemption.of)
        return contradiction(event, "all uses of the coupon were spent before");
    CF_LET(const std::int64_t of_book, book_uses(redemption.book, ""));
    if (redemption.cap && of_book >= *redemption.cap)
        return contradiction(event, "the book's coupons were used as often as they may be");
    if (redemption.basis == Basis::budget) CF_TRY(check_limits(event, redemption));
    return count(event, redemption, 1);
}

Status SpendingTable::rolled_back(const EventView& event, const json::Value& body) {
    CF_LET(const Redemption redemption, ledger::read_redemption(body));
    CF_LET(const std::int64_t uses, coupon_uses(redemption.coupon));
    if (uses == 0 || redemption.undoes == 0)
        return contradiction(event, "the coupon's use that it takes back never was");
    return count(event, redemption, -1);
}

Status SpendingTable::check_limits(const EventView& event, const Redemption& redemption) {
    CF_LET(const Exposure before, exposure(redemption.limits.since, redemption.member));
    if (before.terminal_minor + redemption.face_minor > redemption.limits.terminal_minor)
        return contradiction(event, "the terminal would risk more than it may");
    const bool named = !redemption.member.empty();
    if (named && before.member_minor + redemption.face_minor > redemption.limits.member_minor)
        return contradiction(event, "more would be risked with the member than may be");
    return {};
}

Status SpendingTable::count(const EventView& event, const Redemption& redemption, int change) {
    auto& use = statements_->count_use;
    use.bind(1, redemption.coupon).bind(2, std::int64_t{change}).bind(3, event.seq);
    CF_TRY(use.run());
    CF_TRY(count_book(redemption.book, "", change));
    if (!redemption.member.empty()) CF_TRY(count_book(redemption.book, redemption.member, change));
    if (redemption.basis != Basis::budget) return {};
    // What is taken back is at risk no longer, whenever it was taken.
    if (change < 0) return statements_->drop_exposure.bind(1, redemption.undoes).run();
    auto& add = statements_->add_exposure;
    return add.bind(1, event.seq).bind(2, redemption.member).bind(3, redemption.face_minor).run();
}

Status SpendingTable::count_book(std::int64_t book, std::string_view member, int change) {
    auto& count = statements_->count_book;
    return count.bind(1, book).bind(2, member).bind(3, std::int64_t{change}).run();
}

Status SpendingTable::points_spent(const EventView& event, const json::Value& body) {
    CF_LET(const ledger::PointsSpent spent, ledger::read_points_spent(body));
    const MadeCoupon& coupon = spent.coupon;
    auto& add = statements_->add_made;
    add.bind(1, coupon.serial).bind(2, coupon.code).bind(3, event.seq).bind(4, spent.member);
    add.bind(5, coupon.book).bind(6, coupon.value_minor);
    add.bind(7, coupon.not_before_s).bind(8, coupon.expires_s);
    return add.run();
}

Result<std::int64_t> SpendingTable::coupon_uses(std::string_view coupon) {
    auto& find = statements_->find_use;
    CF_LET(const bool row, find.bind(1, coupon).step());
    const std::int64_t uses = row ? find.integer(0) : 0;
    find.reset();
    return uses;
}

Result<std::int64_t> SpendingTable::book_uses(std::int64_t book, std::string_view member) {
    auto& find = statements_->find_book;
    CF_LET(const bool row, find.bind(1, book).bind(2, member).step());
    const std::int64_t uses = row ? find.integer(0) : 0;
    find.reset();
    return uses;
}

Result<Exposure> SpendingTable::exposure(std::int64_t since, std::string_view member) {
    auto& sum = statements_->sum_exposure;
    CF_LET(const bool row, sum.bind(1, since).bind(2, member).step());
    CF_CHECK(row);
    const Exposure exposure{sum.integer(0), sum.integer(1)};
    sum.reset();
    return exposure;
}

Result<std::vector<Risk>> SpendingTable::risks(std::int64_t since, std::int64_t most) {
    auto& list = statements_->list_exposure;
    list.bind(1, since).bind(2, most);
    std::vector<Risk> risks;
    for (;;) {
        CF_LET(const bool row, list.step());
        if (!row) return risks;
        risks.push_back({list.integer(0), std::string(list.text(1)), list.integer(2)});
    }
}

Result<std::optional<HeldCoupon>> SpendingTable::find_made(std::string_view serial_or_code) {
    auto& find = statements_->find_made;
    CF_LET(const bool row, find.bind(1, serial_or_code).step());
    if (!row) return std::optional<HeldCoupon>();
    HeldCoupon held{{std::string(find.text(0)), std::string(find.text(1)), find.integer(2),
                     find.integer(3), find.integer(4), find.integer(5)},
                    std::string(find.text(6))};
    find.reset();
    return std::optional(std::move(held));
}

}  // namespace counterfoil::journal
