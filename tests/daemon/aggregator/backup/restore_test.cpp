#include "firmware/core/base/file.h"
#include "tests/daemon/aggregator/backup/backed_up_centre.h"

namespace counterfoil::backup {
namespace {

using base::Code;

struct Way {
    Dialect from;
    Dialect to;
};

class RestoreWay : public BackupTest, public testing::WithParamInterface<Way> {};

// A fork, a poison and a terminal that has only said hello are in it, too.
TEST_P(RestoreWay, AnOlderBackupAndWhatIsSentAgainAreWhatNeverBroke) {
    const Site before = new_site(GetParam().from);
    const auto centre = open_provisioned(before);
    send(*centre, 1, 30);
    const test::MadeLedger other(9, "T3", 13);
    const std::string forked = wire::write(
        wire::Batch{ledger::write_batch("T3", 1, 1, ledger::kNoEvent,
                                        std::vector(other.events().begin(), other.events().end()))
                        .bytes});
    {
        auto reception =
            ingest::Reception::open({centre->database(), centre->key(), clock_}).value();
        const std::vector<ingest::Incoming> odd{{"T3", forked}, {"T1", "rubbish"}};
        ASSERT_TRUE(reception.take(odd).ok());
        ASSERT_EQ(reception.figures().refused_for(wire::Reason::fork), 1u);
    }
    const auto waiting = [](store::Database& database) {
        return database.query("SELECT count(*) FROM flag WHERE reason = 'unverified'")
            .value()
            .integer(0, 0);
    };
    ASSERT_GT(waiting(centre->database()), 0) << "some ledger ends unsigned";
    const auto written = back_up(before, folder_ / "a.backup");
    ASSERT_TRUE(written.ok()) << written.error().line();
    EXPECT_EQ(written.value().events, 90);
    EXPECT_EQ(written.value().terminals, 3);
    EXPECT_EQ(written.value().centre, centre->own().cursor());
    send(*centre, 31, kEvents);

    const Site after = new_site(GetParam().to);
    const auto restored = restore(folder_ / "a.backup", after);
    ASSERT_TRUE(restored.ok()) << restored.error().line();
    EXPECT_EQ(restored.value().events, 90);
    const auto second = open(after);
    EXPECT_EQ(second->own().cursor(), restored.value().centre);
    EXPECT_EQ(send(*second, 31, kEvents), 60u) << "of the two that are not frozen";
    EXPECT_EQ(send(*second, 1, kEvents), 0u) << "what it had counts nothing";
    expect_same(centre->database(), second->database(), true);
}

INSTANTIATE_TEST_SUITE_P(, RestoreWay,
                         testing::Values(Way{Dialect::sqlite, Dialect::sqlite},
                                         Way{Dialect::sqlite, Dialect::postgres},
                                         Way{Dialect::postgres, Dialect::sqlite}),
                         [](const auto& tried) {
                             const auto name = [](Dialect dialect) {
                                 return dialect == Dialect::sqlite ? "Sqlite" : "Postgres";
                             };
                             return std::string(name(tried.param.from)) + "To" +
                                    name(tried.param.to);
                         });

class RestoreTest : public BackupTest {
  protected:
    RestoreTest() {
        const auto centre = open_provisioned(site_);
        send(*centre, 1, 20);
        CF_CHECK(back_up(site_, file_).ok());
    }
    std::optional<Code> code_of(const base::Result<Contents>& done) {
        if (done.ok()) return std::nullopt;
        return done.error().code();
    }

    const Site site_ = new_site(Dialect::sqlite);
    const std::filesystem::path file_ = folder_ / "a.backup";
};

TEST_F(RestoreTest, RaisesTheEpochThatWelcomesAndReceiptsName) {
    const Site after = new_site(Dialect::sqlite);
    const std::int64_t epoch = restore(file_, after).value().centre.epoch;
    EXPECT_GT(epoch, 1);
    const auto centre = open(after);
    auto reception = ingest::Reception::open({centre->database(), centre->key(), clock_}).value();
    wire::Hello hello;
    hello.terminal = "T1";
    hello.cursor = {1, kEvents, fleet_.ledgers()[0].head()};
    hello.incarnation = fleet_.ledgers()[0].incarnation();
    const std::string asked = wire::write(hello);
    const std::string sent = wire::write(wire::Batch{fleet_.batch(0, 21, 30)});
    const std::vector<ingest::Incoming> both{{"T1", asked}, {"T1", sent}};
    const auto answers = reception.take(both).value();
    const auto key = crypto::Verifier::create(key_->key.public_key()).value();
    const auto welcome = wire::read_from_centre(answers[0].payload, key).value();
    const auto receipt = wire::read_from_centre(answers[1].payload, key).value();
    EXPECT_EQ(std::get<wire::Welcome>(welcome).cursor.seq, 20);
    EXPECT_EQ(std::get<wire::Welcome>(welcome).versions.at("centre"), epoch);
    EXPECT_EQ(std::get<wire::Receipt>(receipt).content.versions.at("centre"), epoch);
}

TEST_F(RestoreTest, EachRestorationHasAnEpochOfItsOwn) {
    const Site one = new_site(Dialect::sqlite);
    const std::int64_t first = restore(file_, one).value().centre.epoch;
    clock_.advance(1000);
    EXPECT_GT(restore(file_, new_site(Dialect::sqlite)).value().centre.epoch, first)
        << "also where nothing is known of the other one";
    clock_.set({0});
    std::filesystem::remove(one.folder.database());
    EXPECT_EQ(restore(file_, one).value().centre.epoch, first + 1) << "by the folder's centre.head";
}

TEST_F(RestoreTest, AnOldStoreThatIsPutBackWithoutItIsRefused) {
    const std::filesystem::path old = folder_ / "old.db";
    const Site after = new_site(Dialect::sqlite);
    ASSERT_TRUE(restore(file_, after).ok());
    std::filesystem::copy_file(after.folder.database(), old);
    const test::MadeLedger another(1, "T9", 5);
    ASSERT_TRUE(open(after)->own().provision(another.certificates().front(), 1, "admin").ok());
    std::filesystem::copy_file(old, after.folder.database(),
                               std::filesystem::copy_options::overwrite_existing);
    const auto opened = aggregator::OpenCentre::open(after.folder, "", clock_, random_);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code(), Code::rolled_back);
    EXPECT_NE(opened.error().message().find("restore"), std::string::npos);
}

// The centre has done nothing itself in between; terminals have.
class PutBack : public BackupTest, public testing::WithParamInterface<Dialect> {
  protected:
    PutBack() {
        open_provisioned(site_);
        send(*open(site_), 1, 20);
        copy();
    }
    // Nobody is at work on it.
    void copy() {
        if (GetParam() == Dialect::sqlite) {
            std::filesystem::copy_file(site_.folder.database(), old_);
            return;
        }
        const std::size_t at = site_.postgres.find("dbname=");
        databases_.push_back(test::PostgresServer::shared().make_database(
            "TEMPLATE " + site_.postgres.substr(at + std::string_view("dbname=").size())));
    }
    base::Result<std::unique_ptr<aggregator::OpenCentre>> open_put_back() {
        Site back = site_;
        if (GetParam() == Dialect::sqlite)
            std::filesystem::copy_file(old_, site_.folder.database(),
                                       std::filesystem::copy_options::overwrite_existing);
        else
            back.postgres = databases_.back();
        return aggregator::OpenCentre::open(back.folder, back.postgres, clock_, random_);
    }

    const Site site_ = new_site(GetParam());
    const std::filesystem::path old_ = folder_ / "old.db";
};
INSTANTIATE_TEST_SUITE_P(, PutBack, testing::Values(Dialect::sqlite, Dialect::postgres),
                         [](const auto& tried) {
                             return tried.param == Dialect::sqlite ? "Sqlite" : "Postgres";
                         });

TEST_P(PutBack, AStoreWithoutWhatWasMarkedIsRefused) {
    {
        const auto centre = open(site_);
        EXPECT_EQ(send(*centre, 21, 30), 30u);
        ASSERT_TRUE(centre->own().mark().ok());
    }
    const auto opened = open_put_back();
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code(), Code::rolled_back);
    EXPECT_NE(opened.error().message().find("says 94 events, and the store holds 64"),
              std::string::npos)
        << opened.error().line();
}

TEST_P(PutBack, WhatCameBehindTheLastMarkIsNotMissed) {
    send(*open(site_), 21, 30);
    EXPECT_TRUE(open_put_back().ok());
}

TEST_F(RestoreTest, OnlyAnEmptyPlaceIsRestoredInto) {
    EXPECT_EQ(code_of(restore(file_, site_)), Code::already_exists);
    const Site log = new_site(Dialect::sqlite);
    ASSERT_TRUE(
        base::create_file(log.folder.database().string() + "-wal", "old", base::Readers::everyone)
            .ok());
    EXPECT_EQ(code_of(restore(file_, log)), Code::already_exists);
    const Site postgres = new_site(Dialect::postgres);
    ASSERT_TRUE(restore(file_, postgres).ok());
    EXPECT_EQ(code_of(restore(file_, postgres)), Code::already_exists);
    const Site foreign = new_site(Dialect::postgres);
    ASSERT_TRUE(test::connect(foreign.postgres)->execute("CREATE TABLE theirs (i BIGINT)").ok());
    EXPECT_EQ(code_of(restore(file_, foreign)), Code::already_exists);
}

TEST_F(RestoreTest, AnotherCentresBackupIsRefused) {
    const aggregator::CentreFolder other(folder_ / "other");
    ASSERT_TRUE(other.prepare(clock_, random_).ok());
    auto key = other.load_key(random_).value();
    const Restorer restorer{key.key, key.certificate, clock_, random_, other.head()};
    EXPECT_EQ(code_of(backup::restore(file_, {other.database(), ""}, restorer, silent_)),
              Code::bad_signature);
}

// Whoever has the key can seal what he likes: the events must still be the terminals'.
class ForgedBackup : public RestoreTest, public testing::WithParamInterface<const char*> {};

TEST_P(ForgedBackup, IsRefusedThoughItIsSealedAndNothingIsLeft) {
    const std::filesystem::path forged = folder_ / "forged.db";
    std::filesystem::copy_file(file_, forged);
    Contents contents;
    {
        const auto database = store::SqliteDatabase::open(forged).value();
        ASSERT_TRUE(database
                        ->execute("DROP TRIGGER batch_no_update; DROP TRIGGER batch_no_delete; "
                                  "DROP TRIGGER ledger_no_delete")
                        .ok());
        ASSERT_TRUE(database->execute(GetParam()).ok());
        contents = contents_of(*database).value();
    }
    ASSERT_TRUE(make_single_file(forged).ok());
    ASSERT_TRUE(seal(forged, contents, key_->key).ok());
    for (const Dialect dialect : {Dialect::sqlite, Dialect::postgres}) {
        const Site after = new_site(dialect);
        const auto done = restore(forged, after);
        EXPECT_EQ(code_of(done), Code::corrupt) << (done.ok() ? "" : done.error().line());
        EXPECT_FALSE(std::filesystem::exists(after.folder.database()));
        EXPECT_TRUE(restore(file_, after).ok()) << "and it can be tried again";
    }
}

INSTANTIATE_TEST_SUITE_P(
    , ForgedBackup,
    testing::Values(
        "UPDATE batch SET bytes = (SELECT bytes FROM batch WHERE terminal = 'T2' AND to_seq = 7) "
        "WHERE terminal = 'T1' AND to_seq = 7",
        "DELETE FROM batch WHERE terminal = 'T1' AND to_seq = 7",
        "DELETE FROM batch WHERE terminal = 'T1' AND to_seq = 20",
        "DELETE FROM batch WHERE terminal = 'centre' AND to_seq = 3",
        "UPDATE batch SET head = zeroblob(32) WHERE terminal = 'T1' AND to_seq = 7",
        "UPDATE batch SET from_seq = 2 WHERE terminal = 'T1' AND to_seq = 7",
        "UPDATE ledger SET head = zeroblob(32) WHERE terminal = 'T1'",
        "UPDATE terminal SET revoked = 1 WHERE name = 'T2'",
        "INSERT INTO fork SELECT terminal, epoch, to_seq, zeroblob(32), 0, bytes FROM batch"));

}  // namespace
}  // namespace counterfoil::backup
