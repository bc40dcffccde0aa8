#pragma once

#include <gtest/gtest.h>

#include "daemon/aggregator/backup/restore.h"
#include "daemon/aggregator/centre_folder.h"
#include "daemon/aggregator/ingest/rebuild.h"
#include "daemon/aggregator/ingest/reception.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "firmware/core/crypto/random.h"
#include "firmware/core/wire/from_centre.h"
#include "tests/support/fleet.h"
#include "tests/support/postgres_server.h"

namespace counterfoil::backup {

using store::Dialect;

// A fleet of terminals, and a centre's keys, which several folders and databases may have.
class BackupTest : public testing::Test {
  protected:
    static constexpr std::int64_t kEvents = 60;

    BackupTest() {
        CF_CHECK(first_.prepare(clock_, random_).ok());
        key_.emplace(first_.load_key(random_).value());
    }
    ~BackupTest() override {
        for (const std::string& dsn : databases_) test::PostgresServer::shared().drop_database(dsn);
    }

    // A place without a database: another folder with the same keys, or another database.
    struct Site {
        aggregator::CentreFolder folder;
        std::string postgres;

        Place place() const { return {folder.database(), postgres}; }
    };
    Site new_site(Dialect dialect) {
        const std::filesystem::path path = folder_ / ("site" + std::to_string(sites_++));
        std::filesystem::create_directories(path);
        for (const char* name : {"key.pem", "certificate.pem"})
            std::filesystem::copy_file(folder_ / "first" / name, path / name);
        Site site{aggregator::CentreFolder(path), ""};
        if (dialect == Dialect::postgres)
            site.postgres = databases_.emplace_back(test::PostgresServer::shared().make_database());
        return site;
    }
    std::unique_ptr<aggregator::OpenCentre> open(const Site& site) {
        return aggregator::OpenCentre::open(site.folder, site.postgres, clock_, random_).value();
    }
    std::unique_ptr<aggregator::OpenCentre> open_provisioned(const Site& site) {
        auto centre = open(site);
        for (const auto& made : fleet_.ledgers())
            CF_CHECK(centre->own().provision(made.certificates().front(), 1, "admin").ok());
        return centre;
    }

    // What the terminals send up to an event, in batches; how many events were new.
    std::uint64_t send(aggregator::OpenCentre& centre, std::int64_t from, std::int64_t to) {
        auto reception = ingest::Reception::open({centre.database(), centre.key(), clock_}).value();
        for (std::size_t i = 0; i < fleet_.ledgers().size(); ++i)
            for (std::int64_t at = from; at <= to; at += 7) {
                const std::string name = test::Fleet::name(i);
                const std::string payload =
                    wire::write(wire::Batch{fleet_.batch(i, at, std::min(at + 6, to))});
                const std::vector<ingest::Incoming> one{{name, payload}};
                CF_CHECK(reception.take(one).ok());
            }
        return reception.figures().events_kept;
    }

    base::Result<Contents> back_up(const Site& site, const std::filesystem::path& file) {
        return backup::back_up(site.place(), file, key_->key, clock_, silent_);
    }
    base::Result<Contents> restore(const std::filesystem::path& file, const Site& site) {
        const Restorer restorer{key_->key, key_->certificate, clock_, random_, site.folder.head()};
        return backup::restore(file, site.place(), restorer, silent_);
    }

    // All but the centre's own ledger, which has another epoch. Batches can be cut differently.
    static void expect_same(store::Database& left, store::Database& right, bool with_batches) {
        std::vector<std::string> differing = ingest::differing_tables(left, right).value();
        std::erase(differing, "terminal_figures");
        EXPECT_EQ(differing, std::vector<std::string>());
        for (const std::string_view sql :
             {"SELECT * FROM terminal_figures WHERE terminal <> 'centre' ORDER BY terminal",
              "SELECT terminal, epoch, seq, head, frozen, incarnation, unsigned_from FROM ledger "
              "WHERE terminal <> 'centre' ORDER BY terminal, epoch",
              "SELECT terminal, epoch, seq, head, at_ms, bytes FROM fork ORDER BY head",
              "SELECT digest, terminal, reason, at_ms, bytes FROM quarantine ORDER BY digest",
              "SELECT * FROM batch WHERE terminal <> 'centre' ORDER BY terminal, epoch, to_seq"}) {
            if (sql.find("batch") != std::string_view::npos && !with_batches) continue;
            const auto ours = left.query(sql).value();
            EXPECT_FALSE(ours.empty() && with_batches) << sql;
            EXPECT_TRUE(ours == right.query(sql).value()) << sql;
        }
    }

    test::TemporaryFolder folder_;
    // Signers fail at times, also where a backup is made.
    test::Fleet fleet_{3, kEvents, 11, test::Fleet::Signers::fail_at_times};
    base::SettableClock clock_{test::kMorning};
    crypto::Random random_;
    const Progress silent_ = [](std::string_view, std::int64_t, std::int64_t) {};
    const aggregator::CentreFolder first_{folder_ / "first"};
    std::optional<aggregator::CentreKey> key_;
    std::vector<std::string> databases_;
    int sites_ = 0;
};

}  // namespace counterfoil::backup
