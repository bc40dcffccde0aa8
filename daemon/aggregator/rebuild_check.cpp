#include "daemon/aggregator/rebuild_check.h"

#include "daemon/aggregator/backup/backup.h"
#include "daemon/aggregator/ingest/rebuild.h"
#include "daemon/aggregator/store/migrations.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"

namespace counterfoil::aggregator {

base::Result<std::vector<std::string>> differing_from_rebuilt(OpenCentre& centre,
                                                              const std::filesystem::path& beside) {
    backup::remove_database(beside);
    CF_LET(auto fresh, store::SqliteDatabase::open(beside));
    CF_TRY(store::migrate(*fresh, store::migrations()));
    CF_TRY(ingest::project_all(centre.database(), *fresh));
    auto differing = ingest::differing_tables(centre.database(), *fresh);
    fresh.reset();
    backup::remove_database(beside);
    return differing;
}

}  // namespace counterfoil::aggregator
