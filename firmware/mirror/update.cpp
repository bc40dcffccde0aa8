#include "firmware/mirror/update.h"

#include <algorithm>
#include <limits>

#include "firmware/mirror/loader.h"

namespace counterfoil::mirror {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

// Whose rows take account of a till's events.
constexpr std::array<std::size_t, 2> kCounted{central::row_index<Member>(),
                                              central::row_index<Coupon>()};

Error refused(const Update& update, const std::string& why) {
    return Error(Code::refused, std::string(update.data_class) + " from version " +
                                    std::to_string(update.from) + " to " +
                                    std::to_string(update.to) + ": " + why);
}

Status check_leads_on(const Update& update, const ClassState& state) {
    if (update.to < update.from || (update.more && update.to == update.from))
        return refused(update, "it leads nowhere");
    if (update.from == 0 && update.told_at < state.told_at)
        return refused(update, "a later one was taken before");
    if (update.from != 0 && update.from != state.version)
        return refused(update, "version " + std::to_string(state.version) + " is there");
    return {};
}

ClassState led_on(const Update& update, const ClassState& state) {
    ClassState next = state;
    if (update.from == 0) {
        ++next.round;
        next.is_whole = false;
    }
    next.version = update.to;
    next.told_at = std::max(state.told_at, update.told_at);
    if (update.more) return next;
    next.is_whole = true;
    next.included_seq = update.included_seq;
    return next;
}

}  // namespace

Status Loader::follow(const Source& source) {
    CF_LET(const auto known, tables_.source());
    if (known == source) return {};
    CF_LET(sqlite::Transaction transaction, sqlite::Transaction::begin(*connection_));
    // What is there without a name is a bundle's, for this till or any; it stays as it is.
    if (known) CF_TRY(tables_.forget_included());
    CF_TRY(tables_.set_source(source));
    return transaction.commit();
}

Result<ClassState> Loader::apply(const Update& update) {
    const auto kind = central::kind_of_class(update.data_class);
    if (!kind) return refused(update, "no mirror holds such a class");
    CF_LET(sqlite::Transaction transaction, sqlite::Transaction::begin(*connection_));
    CF_LET(const ClassState state, tables_.class_state(update.data_class));
    CF_TRY(check_leads_on(update, state));
    const ClassState next = led_on(update, state);
    const Tables::Mark mark{update.included_seq, next.round};
    for (const std::string_view row : update.rows) CF_TRY(take_row(row, *kind, mark));
    const bool is_new_round = update.from == 0 || !state.is_whole;
    if (next.is_whole && is_new_round) CF_TRY(tables_.keep_round(*kind, next.round));
    CF_TRY(tables_.set_class_state(update.data_class, next));
    if (std::ranges::find(kCounted, *kind) != kCounted.end()) CF_TRY(move_cursor());
    CF_TRY(transaction.commit());
    return next;
}

Status Loader::take_row(std::string_view row, std::size_t kind, const Tables::Mark& mark) {
    CF_LET(const central::Change change, central::read_change(row, kind));
    if (const auto* gone = std::get_if<central::Gone>(&change))
        return tables_.remove(kind, gone->key);
    return tables_.replace(std::get<Row>(change), mark);
}

// Up to there every row takes account of every event, also one that no delta had to bring. A class
// of which nothing is there holds nobody up.
Status Loader::move_cursor() {
    std::int64_t cursor = std::numeric_limits<std::int64_t>::max();
    for (const std::size_t kind : kCounted) {
        CF_LET(const ClassState state, tables_.class_state(central::class_name(kind)));
        CF_LET(const bool is_empty, tables_.is_empty(kind));
        if (state.version > 0 || !is_empty) cursor = std::min(cursor, state.included_seq);
    }
    CF_LET(Meta meta, tables_.meta());
    if (cursor == std::numeric_limits<std::int64_t>::max() || cursor <= meta.cursor) return {};
    meta.cursor = cursor;
    return tables_.set_meta(meta);
}

Status Loader::confirm(base::WallTime made_at, base::WallTime now) {
    CF_LET(Meta meta, tables_.meta());
    if (made_at <= meta.made_at) return {};
    meta.made_at = made_at;
    meta.loaded_at = now;
    // A content of any bundle's version, so that there is one at all.
    meta.version = std::max<std::int64_t>(meta.version, 1);
    return tables_.set_meta(meta);
}

}  // namespace counterfoil::mirror
