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

Result<ClassVersions::Run*> ClassVersions::hold(std::string_view data_class) {
    const auto known = runs_.find(data_class);
    if (known != runs_.end()) return known->second ? &*known->second : nullptr;
    CF_LET(const Rows rows, database_.query("UPDATE data_class SET version = version WHERE name = "
                                            "$1 RETURNING version",
                                            {data_class}));
    auto& run = runs_[std::string(data_class)];
    if (rows.empty()) return nullptr;
    run = Run{rows.integer(0, 0), rows.integer(0, 0)};
    return &*run;
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

void ClassVersions::end_at(std::string_view data_class, std::int64_t version) {
    const auto known = runs_.find(data_class);
    CF_CHECK(known != runs_.end() && known->second && version <= known->second->last);
    known->second->last = std::max(version, known->second->before);
}

Status ClassVersions::write() {
    for (auto& [name, run] : runs_) {
        if (!run || run->last == run->before) continue;
        CF_TRY(database_.run("UPDATE data_class SET version = $1 WHERE name = $2",
                             {run->last, std::string_view(name)}));
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
