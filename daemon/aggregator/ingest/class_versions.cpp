#include "daemon/aggregator/ingest/class_versions.h"

#include <algorithm>
#include <array>

namespace counterfoil::ingest {

using base::Result;
using base::Status;
using store::Database;
using store::Rows;

namespace {

// The row that is no class: where versions begin.
constexpr std::string_view kFirst;
// Whose rows have versions.
constexpr std::array<std::string_view, 6> kTables{"member",  "coupon",       "book",
                                                  "product", "staff_member", "shop_setting"};

}  // namespace

ClassVersions::ClassVersions(Database& database)
    : database_(database),
      hold_("SELECT version FROM data_class WHERE name = $1" + std::string(database.for_update())) {
}

store::Question ClassVersions::question(std::string_view data_class) const {
    return {hold_, {data_class}};
}

void ClassVersions::note(std::string_view data_class, const Rows& answer) {
    auto& run = runs_[std::string(data_class)];
    run.reset();
    if (!answer.empty()) run = Run{answer.integer(0, 0), answer.integer(0, 0)};
}

Result<ClassVersions::Run*> ClassVersions::hold(std::string_view data_class) {
    auto known = runs_.find(data_class);
    if (known == runs_.end()) {
        const store::Question asked = question(data_class);
        CF_LET(const Rows rows, database_.query(asked.sql, asked.values));
        note(data_class, rows);
        known = runs_.find(data_class);
    }
    return known->second ? &*known->second : nullptr;
}

Status ClassVersions::make(std::string_view data_class) {
    CF_TRY(
        database_.run("INSERT INTO data_class (name, version) VALUES ($1, "
                      "COALESCE((SELECT version FROM data_class WHERE name = ''), 0)) "
                      "ON CONFLICT DO NOTHING",
                      {data_class}));
    runs_.erase(runs_.find(data_class));
    return {};
}

Result<bool> ClassVersions::exists(std::string_view data_class) {
    CF_LET(const Run* run, hold(data_class));
    return run != nullptr;
}

Result<std::int64_t> ClassVersions::take(std::string_view data_class, std::size_t count) {
    CF_LET(Run * run, hold(data_class));
    if (run == nullptr) {
        CF_TRY(make(data_class));
        CF_LET(run, hold(data_class));
    }
    CF_CHECK(run != nullptr);
    const std::int64_t first = run->last + 1;
    run->last += static_cast<std::int64_t>(count);
    return first;
}

Result<std::int64_t> ClassVersions::next(std::string_view data_class) {
    return take(data_class, 1);
}

// How far that is, the store alone knows, and is not asked: it would have to be waited for.
Status ClassVersions::end_members() {
    runs_.erase(std::string(kMembers));
    const std::array<store::Value, 1> name{kMembers};
    return database_.run_each(
        "UPDATE data_class SET version = (SELECT MAX(version) FROM member WHERE is_account = 1) "
        "WHERE name = $1 AND version < (SELECT MAX(version) FROM member WHERE is_account = 1)",
        name.size(), name);
}

Status ClassVersions::write() {
    for (auto& [name, run] : runs_) {
        if (!run || run->last == run->before) continue;
        const std::array<store::Value, 2> ended{run->last, std::string_view(name)};
        CF_TRY(database_.run_each("UPDATE data_class SET version = $1 WHERE name = $2",
                                  ended.size(), ended));
        run->before = run->last;
    }
    return {};
}

Result<wire::Versions> read_class_versions(Database& database) {
    CF_LET(const Rows rows,
           database.query("SELECT name, version FROM data_class WHERE name <> $1", {kFirst}));
    wire::Versions versions;
    for (std::size_t row = 0; row < rows.size(); ++row)
        versions[std::string(rows.text(row, 0))] = rows.integer(row, 1);
    return versions;
}

Result<std::int64_t> first_version(Database& database) {
    CF_LET(const Rows rows,
           database.query("SELECT version FROM data_class WHERE name = $1", {kFirst}));
    return rows.empty() ? 0 : rows.integer(0, 0);
}

Status begin_versions(Database& database, base::WallTime now) {
    constexpr std::int64_t kMicrosecondsPerMs = 1000;
    CF_LET(const std::int64_t before, first_version(database));
    CF_LET(const wire::Versions versions, read_class_versions(database));
    std::int64_t highest = before;
    for (const auto& [name, version] : versions) highest = std::max(highest, version);
    const std::int64_t first = std::max(highest + 1, now.unix_ms * kMicrosecondsPerMs);
    for (const std::string_view table : kTables)
        CF_TRY(database.execute("UPDATE " + std::string(table) + " SET version = version + " +
                                std::to_string(first - before) + " WHERE version > 0"));
    CF_TRY(database.run("UPDATE data_class SET version = version + $1", {first - before}));
    return database.run(
        "INSERT INTO data_class (name, version) VALUES ($1, $2) "
        "ON CONFLICT (name) DO UPDATE SET version = excluded.version",
        {kFirst, first});
}

}  // namespace counterfoil::ingest
