#include "daemon/aggregator/centre_folder.h"

#include "daemon/aggregator/store/migrations.h"
#include "daemon/aggregator/store/postgres/postgres_database.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"

namespace counterfoil::aggregator {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::int64_t kYearMs = 366LL * 24 * 60 * 60 * 1000;
constexpr std::int64_t kYears = 20;
// Who serves marks now and then anyway: a mark's sync is not one more for each transaction.
constexpr std::int64_t kMarkPatienceMs = 1000;

}  // namespace

Result<bool> CentreFolder::prepare(const base::Clock& clock, base::Entropy& entropy) const {
    std::error_code problem;
    for (const char* name : {"till.json", "journal.db"})
        if (std::filesystem::exists(folder_ / name, problem))
            return Error(Code::foreign_file, folder_.string() + " is a till's folder");
    if (std::filesystem::exists(key(), problem)) return false;
    std::filesystem::create_directories(folder_, problem);
    if (problem) return Error(Code::io_failed, folder_.string() + ": " + problem.message());
    const crypto::SigningKey made = crypto::SigningKey::generate(entropy);
    const base::WallTime now = clock.now();
    CF_LET(const auto certificate,
           crypto::Certificate::self_signed(
               made, {std::string(ingest::kCentre), now, {now.unix_ms + kYears * kYearMs}},
               crypto::Use::end_entity));
    // The key comes last: without one, what an earlier attempt has left is made anew.
    std::filesystem::remove(this->certificate(), problem);
    CF_TRY(crypto::save_chain(this->certificate(), {certificate}));
    CF_TRY(made.save(key()));
    return true;
}

Result<CentreKey> CentreFolder::load_key(base::Entropy& entropy) const {
    CF_LET(auto key, crypto::SigningKey::load(this->key(), entropy));
    CF_LET(const auto chain, crypto::load_chain(certificate()));
    if (chain.empty() || chain.front().public_key() != key.public_key())
        return Error(Code::key_mismatch, "key.pem and certificate.pem do not belong together");
    if (chain.front().name() != ingest::kCentre)
        return Error(Code::key_mismatch, "certificate.pem is not a centre's");
    return CentreKey{std::move(key), chain.front()};
}

Result<std::unique_ptr<store::Database>> reader_connection(const CentreFolder& folder,
                                                           const std::string& postgres) {
    if (!postgres.empty()) return store::PostgresDatabase::open(postgres);
    CF_LET(auto connection, store::SqliteDatabase::read(folder.database()));
    return std::unique_ptr<store::Database>(std::move(connection));
}

Result<std::unique_ptr<OpenCentre>> OpenCentre::open(const CentreFolder& folder,
                                                     const std::string& postgres,
                                                     const base::Clock& clock,
                                                     base::Entropy& entropy, Purpose purpose) {
    CF_LET(auto key, folder.load_key(entropy));
    CF_LET(auto database, postgres.empty() ? store::SqliteDatabase::open(folder.database())
                                           : store::PostgresDatabase::open(postgres));
    if (purpose == Purpose::serve) CF_TRY(database->claim());
    CF_TRY(store::migrate(*database, store::migrations()));
    std::unique_ptr<OpenCentre> centre(new OpenCentre(std::move(key), std::move(database)));
    CF_LET(auto own,
           ingest::OwnLedger::open(
               {centre->database(), centre->signer(), centre->certificate(), clock, entropy,
                folder.head(), purpose == Purpose::serve ? kMarkPatienceMs : 0, &centre->helper_}));
    centre->own_.emplace(std::move(own));
    return centre;
}

}  // namespace counterfoil::aggregator
