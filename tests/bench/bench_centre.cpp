#include "tests/bench/bench_centre.h"

#include "daemon/aggregator/api/tokens.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "firmware/core/base/file.h"
#include "tests/support/postgres_server.h"

namespace counterfoil::bench {

std::string token_for(const std::string& account) {
    constexpr std::int64_t kLivesS = 24 * 60 * 60;
    auto tokens = api::Tokens::hs256(kTokenSecret, kLivesS);
    api::Claims claims;
    claims.account = account;
    claims.is_admin = true;
    const auto token = tokens.value().issue(claims, base::SystemClock().now());
    CF_CHECK(token.ok());
    return token.value();
}

BenchCentre::BenchCentre(std::filesystem::path folder, std::string postgres,
                         const CentreStock& members)
    : folder_(std::move(folder)), postgres_(std::move(postgres)) {
    const std::filesystem::path mark = folder_ / "stocked";
    if (!std::filesystem::exists(mark)) {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_.parent_path());
        start();
        process_.reset();
        stock(*database(), members);
        CF_CHECK(base::create_file(mark, "", base::Readers::everyone).ok());
    }
    token_ = token_for(administrator());
    start();
}

void BenchCentre::start() {
    const std::string secret = folder_.string() + ".secret";
    if (!std::filesystem::exists(secret))
        CF_CHECK(base::create_file(secret, kTokenSecret, base::Readers::owner_only).ok());
    std::vector<std::string> words{COUNTERFOIL_AGGREGATOR, "run",       "--data", folder_.string(),
                                   "--token-secret",       secret,      "--port", "0",
                                   "--requests",           "1000000000"};
    if (!postgres_.empty()) words.insert(words.end(), {"--postgres", postgres_});
    process_.emplace(std::move(words));
    port_ = process_->await_port();
}

std::unique_ptr<store::Database> BenchCentre::database() const {
    if (!postgres_.empty()) return test::connect(postgres_);
    auto opened = store::SqliteDatabase::open(database_file());
    CF_CHECK(opened.ok());
    return std::move(opened).value();
}

std::string BenchCentre::administrator() const {
    const auto rows = database()->query("SELECT id FROM account WHERE role = 'admin'");
    CF_CHECK(rows.ok() && rows.value().size() == 1);
    return std::string(rows.value().text(0, 0));
}

}  // namespace counterfoil::bench
