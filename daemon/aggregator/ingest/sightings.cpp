#include "daemon/aggregator/ingest/sightings.h"

namespace counterfoil::ingest {

using store::Value;

void Sightings::see(std::string_view terminal, base::WallTime now) {
    auto found = fresh_.find(terminal);
    if (found == fresh_.end()) found = fresh_.try_emplace(std::string(terminal)).first;
    found->second.seen_ms = now.unix_ms;
}

void Sightings::see(std::string_view terminal, base::WallTime now, const wire::Cursor& cursor) {
    see(terminal, now);
    auto& said = fresh_.find(terminal)->second.cursor;
    if (!said || said->epoch <= cursor.epoch) said = cursor;
}

base::Status Sightings::write(store::Database& database) {
    constexpr std::size_t kWidth = 4;
    if (fresh_.empty()) return {};
    std::vector<Value> values;
    for (const auto& [terminal, sighting] : fresh_) {
        const auto& cursor = sighting.cursor;
        for (const Value& value :
             {Value(std::string_view(terminal)), Value(sighting.seen_ms),
              cursor ? Value(cursor->epoch) : Value(), cursor ? Value(cursor->seq) : Value()})
            values.push_back(value);
    }
    CF_TRY(database.run_each(
        "INSERT INTO terminal_contact (terminal, seen_ms, epoch, seq) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (terminal) DO UPDATE SET seen_ms = excluded.seen_ms, "
        "epoch = CASE WHEN excluded.epoch >= COALESCE(terminal_contact.epoch, 0) "
        "THEN excluded.epoch ELSE terminal_contact.epoch END, "
        "seq = CASE WHEN excluded.epoch >= COALESCE(terminal_contact.epoch, 0) "
        "THEN excluded.seq ELSE terminal_contact.seq END",
        kWidth, values));
    fresh_.clear();
    return {};
}

}  // namespace counterfoil::ingest
