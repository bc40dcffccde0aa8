#include "daemon/aggregator/services/handout.h"

#include <algorithm>
#include <limits>

#include "daemon/aggregator/ingest/class_versions.h"
#include "daemon/aggregator/ingest/projection.h"
#include "daemon/aggregator/services/coupons.h"
#include "firmware/core/base/coding.h"
#include "firmware/core/central/change.h"
#include "firmware/core/central/names.h"
#include "firmware/core/central/phone.h"

namespace counterfoil::services {

using base::Code;
using base::Error;
using base::Result;
using central::Change;
using central::Gone;
using central::Key;
using store::Database;
using store::Rows;
using store::Value;

namespace {

constexpr std::int64_t kMostRows = 1000;
// The book of coupons that are in none, at terminals; those of books follow it.
constexpr std::int64_t kBookless = 1;
constexpr std::int64_t kMsPerS = 1000;
constexpr auto kLastSecond = static_cast<std::int64_t>(token::kMaxSeconds);

// What stands before a row's own columns: the class's version, the terminal's ledger, the row's
// version. One query is of one moment; where nothing has changed, it has one row of these alone.
constexpr std::size_t kClassVersion = 0;
constexpr std::size_t kEpoch = 1;
constexpr std::size_t kSeq = 2;
constexpr std::size_t kVersion = 3;
constexpr std::size_t kOwn = 4;

std::string query_of(std::string_view rows) {
    return "SELECT d.version, "
           "(SELECT l.epoch FROM ledger l WHERE l.terminal = $1 ORDER BY l.epoch DESC LIMIT 1), "
           "(SELECT l.seq FROM ledger l WHERE l.terminal = $1 ORDER BY l.epoch DESC LIMIT 1), r.* "
           "FROM data_class d LEFT JOIN (" +
           std::string(rows) +
           " ORDER BY 1 LIMIT $3) r ON r.version > 0 WHERE d.name = $4 ORDER BY r.version";
}

// In the order of the rows' kinds.
const std::array<std::string, central::kRowKinds>& queries() {
    static const std::array<std::string, central::kRowKinds> kQueries{
        query_of("SELECT version, name, value, removed FROM shop_setting WHERE version > $2"),
        query_of("SELECT version, number, name, max_redemptions FROM book WHERE version > $2"),
        query_of("SELECT version, gtin, plu, name, category, unit_price_minor, vat_basis_points, "
                 "sold_by, removed FROM product WHERE version > $2"),
        query_of("SELECT version, id, name, role, pin_hash, removed FROM staff_member "
                 "WHERE version > $2"),
        query_of("SELECT m.version, m.id, m.points, a.role, a.tier, a.removed, p.loyalty_id, "
                 "p.name, p.phone FROM member m JOIN account a ON a.id = m.id "
                 "LEFT JOIN profile p ON p.account = m.id "
                 "WHERE m.is_account = 1 AND m.version > $2"),
        query_of(
            "SELECT c.version, c.id, c.code, c.value_minor, c.holder, c.state, "
            "c.uses - c.used - c.at_tills AS uses_left, "
            "c.created_ms, b.number, b.expires_ms, (SELECT MIN(o.id) FROM coupon o WHERE "
            "replace(substr(o.id, 20), '-', '') = replace(substr(c.id, 20), '-', '')) AS first "
            "FROM coupon c LEFT JOIN book b ON b.id = c.book WHERE c.version > $2")};
    return kQueries;
}

std::optional<std::int64_t> integer_in(const Rows& rows, std::size_t row, std::size_t column) {
    if (rows.is_null(row, column)) return {};
    return rows.integer(row, column);
}

// As much of the text as a terminal takes, in whole characters.
std::string cut(std::string_view text) {
    if (text.size() > central::kMaxNameBytes) {
        std::size_t end = central::kMaxNameBytes;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
        text = text.substr(0, end);
    }
    return std::string(text);
}

// One pull's rows become changes; a row that can be none is left out.
class Reading {
  public:
    Reading(Database& database, const Settings& settings, base::WallTime now)
        : database_(database), settings_(settings), now_(now) {}

    base::Status prepare(std::size_t kind) {
        if (kind != central::row_index<central::Member>()) return {};
        CF_LET(const Rows rows,
               database_.query("SELECT value FROM shop_setting WHERE name = $1 AND removed = 0",
                               {central::kPhoneSaltSetting}));
        if (rows.empty()) return {};
        CF_LET(const auto document, json::Document::parse(rows.text(0, 0)));
        CF_LET(salt_, base::from_hex(document.root().text().value_or("-")));
        return {};
    }

    std::optional<Change> change(std::size_t kind, const Rows& rows, std::size_t row) const {
        switch (kind) {
            case central::row_index<central::Setting>():
                return setting(rows, row);
            case central::row_index<central::Book>():
                return book(rows, row);
            case central::row_index<central::Product>():
                return product(rows, row);
            case central::row_index<central::Staff>():
                return staff(rows, row);
            case central::row_index<central::Member>():
                return member(rows, row);
            default:
                return coupon(rows, row);
        }
    }

    static Change bookless() {
        central::Book book;
        book.number = kBookless;
        book.name = "-";
        return central::Row(book);
    }

  private:
    static std::optional<Change> setting(const Rows& rows, std::size_t row) {
        const std::string name(rows.text(row, kOwn));
        if (rows.integer(row, kOwn + 2) != 0) return Gone{Key(name)};
        return central::Row(central::Setting{name, std::string(rows.text(row, kOwn + 1))});
    }

    static std::optional<Change> book(const Rows& rows, std::size_t row) {
        central::Book book;
        book.number = static_cast<std::uint32_t>(rows.integer(row, kOwn));
        book.name = cut(rows.text(row, kOwn + 1));
        const std::int64_t limit = rows.integer(row, kOwn + 2);
        if (limit > 0) book.per_customer_limit = limit;
        return central::Row(std::move(book));
    }

    static std::optional<Change> product(const Rows& rows, std::size_t row) {
        const std::int64_t gtin = rows.integer(row, kOwn);
        if (rows.integer(row, kOwn + 7) != 0) return Gone{Key(gtin)};
        const auto sold_by = central::from_name<central::SoldBy>(rows.text(row, kOwn + 6));
        if (!sold_by) return {};
        return central::Row(central::Product{
            gtin, integer_in(rows, row, kOwn + 1), std::string(rows.text(row, kOwn + 2)),
            std::string(rows.text(row, kOwn + 3)), rows.integer(row, kOwn + 4),
            rows.integer(row, kOwn + 5), *sold_by});
    }

    static std::optional<Change> staff(const Rows& rows, std::size_t row) {
        const std::string id(rows.text(row, kOwn));
        if (rows.integer(row, kOwn + 4) != 0) return Gone{Key(id)};
        const auto role = central::from_name<central::Role>(rows.text(row, kOwn + 2));
        if (!role) return {};
        return central::Row(central::Staff{id, std::string(rows.text(row, kOwn + 1)), *role,
                                           std::string(rows.text(row, kOwn + 3))});
    }

    std::optional<Change> member(const Rows& rows, std::size_t row) const {
        const auto id = base::Uuid::parse(rows.text(row, kOwn));
        if (!id.ok()) return {};
        const bool is_there = rows.text(row, kOwn + 2) == "customer" &&
                              rows.integer(row, kOwn + 4) == 0 && !rows.is_null(row, kOwn + 5);
        if (!is_there) return Gone{Key(id.value())};
        central::Member member;
        member.id = id.value();
        member.points =
            std::clamp(rows.integer(row, kOwn + 1), -central::kMaxAmount, central::kMaxAmount);
        member.tier = tier_number(rows.text(row, kOwn + 3));
        member.loyalty_id = rows.text(row, kOwn + 5);
        member.name = cut(rows.text(row, kOwn + 6));
        member.version = rows.integer(row, kVersion);
        const auto hash = central::phone_hash(rows.text(row, kOwn + 7), salt_);
        if (!salt_.empty() && hash.ok()) member.phone_hash = hash.value();
        return central::Row(std::move(member));
    }

    std::uint8_t tier_number(std::string_view name) const {
        const auto& tiers = settings_.tiers.tiers();
        for (std::size_t i = 0; i < tiers.size(); ++i)
            if (tiers[i].name == name) return static_cast<std::uint8_t>(i);
        return 0;
    }

    // A lock is of somebody who is online, and passes without a word: it is not told.
    std::optional<Change> coupon(const Rows& rows, std::size_t row) const {
        const std::string id(rows.text(row, kOwn));
        central::Coupon coupon;
        if (id.size() != kUuidSize) return {};
        std::string serial = id.substr(kSerialAt);
        std::erase(serial, '-');
        if (!base::hex_into(serial, coupon.serial)) return {};
        // Two of one serial happen once in the life of some merchant; the other one has it.
        if (rows.text(row, kOwn + 9) != id) return {};
        const std::string_view state = rows.text(row, kOwn + 4);
        coupon.uses_left = rows.integer(row, kOwn + 5);
        const auto expires_ms = integer_in(rows, row, kOwn + 8);
        const bool is_usable = (state == "AVAILABLE" || state == "ASSIGNED" || state == "LOCKED") &&
                               coupon.uses_left > 0 && (!expires_ms || *expires_ms > now_.unix_ms);
        if (!is_usable) return Gone{Key(coupon.serial)};
        const std::int64_t value = rows.integer(row, kOwn + 2);
        if (value < 1 || value > std::numeric_limits<std::uint32_t>::max()) return {};
        coupon.value = static_cast<std::uint32_t>(value);
        coupon.code = rows.text(row, kOwn + 1);
        coupon.book =
            static_cast<std::uint32_t>(integer_in(rows, row, kOwn + 7).value_or(kBookless));
        coupon.not_before_s = rows.integer(row, kOwn + 6) / kMsPerS;
        coupon.expires_s = expires_ms ? std::min(*expires_ms / kMsPerS, kLastSecond) : kLastSecond;
        if (!rows.is_null(row, kOwn + 3)) {
            const auto holder = base::Uuid::parse(rows.text(row, kOwn + 3));
            if (!holder.ok()) return {};
            coupon.holder = holder.value();
        }
        coupon.state =
            coupon.holder ? central::CouponState::assigned : central::CouponState::available;
        return central::Row(std::move(coupon));
    }

    static constexpr std::size_t kUuidSize = 36;
    static constexpr std::size_t kSerialAt = 19;

    Database& database_;
    const Settings& settings_;
    base::WallTime now_;
    base::Bytes salt_;
};

// The line, or nothing for a row that no terminal would take.
std::optional<std::string> line_of(const Change& change) {
    if (const auto* gone = std::get_if<Gone>(&change)) return central::write_gone(gone->key);
    auto line = central::write_line(std::get<central::Row>(change));
    if (!line.ok()) return {};
    return std::move(line).value();
}

// Adds lines until there are enough; tells whether all rows are among them.
bool add_lines(const Reading& reading, std::size_t kind, const Rows& rows, Handed& handed,
               std::size_t most_rows) {
    std::size_t bytes = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (rows.is_null(row, kVersion)) return true;
        const auto change = reading.change(kind, rows, row);
        const bool is_gone = change && std::holds_alternative<Gone>(*change);
        // Whoever has nothing need not hear of what is gone.
        const bool is_told = change && !(is_gone && handed.delta.from == 0);
        const auto line = is_told ? line_of(*change) : std::nullopt;
        if (!line && !is_gone) ++handed.unfit;
        if (line) {
            if (bytes + line->size() >= kMostHandedBytes || handed.lines.size() == most_rows)
                return false;
            bytes += line->size() + 1;
            handed.lines.push_back(*line);
        }
        handed.delta.to = rows.integer(row, kVersion);
    }
    return true;
}

}  // namespace

Result<Handed> hand_out(Database& database, const Settings& settings, std::string_view terminal,
                        const wire::Pull& pull, base::WallTime now) {
    const auto kind = central::kind_of_class(pull.data_class);
    if (!kind) return Error(Code::not_found, "there is no such class");
    Reading reading(database, settings, now);
    CF_TRY(reading.prepare(*kind));
    CF_LET(const std::int64_t first, ingest::first_version(database));
    CF_LET(const wire::Versions versions, ingest::read_class_versions(database));
    const auto known = versions.find(pull.data_class);
    if (known == versions.end()) return Error(Code::not_found, "there is nothing of the class");
    const bool is_past = pull.from > 0 && (pull.from <= first || pull.from > known->second);
    Handed handed;
    handed.delta.data_class = pull.data_class;
    handed.delta.from = is_past ? 0 : pull.from;
    handed.delta.to = handed.delta.from;
    handed.delta.server_time = now;
    CF_LET(const Rows rows,
           database.query(queries()[*kind], {terminal, handed.delta.from, kMostRows,
                                             std::string_view(pull.data_class)}));
    if (rows.empty() || rows.is_null(0, kEpoch))
        return Error(Code::not_found, "nobody has opened a ledger of the terminal");
    handed.delta.includes =
        wire::Place{std::string(terminal), rows.integer(0, kEpoch), rows.integer(0, kSeq)};
    const bool is_first_of_books =
        *kind == central::row_index<central::Book>() && handed.delta.from == 0;
    if (is_first_of_books) handed.lines.push_back(*line_of(Reading::bookless()));
    const std::size_t most = static_cast<std::size_t>(pull.max_rows) + handed.lines.size();
    const bool are_all = add_lines(reading, *kind, rows, handed, most);
    handed.delta.more = !are_all || (static_cast<std::int64_t>(rows.size()) == kMostRows &&
                                     handed.delta.to < rows.integer(0, kClassVersion));
    if (!handed.delta.more) handed.delta.to = rows.integer(0, kClassVersion);
    return handed;
}

}  // namespace counterfoil::services
