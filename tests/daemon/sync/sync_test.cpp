#include <gmock/gmock.h>

#include "daemon/aggregator/centre_folder.h"
#include "tests/daemon/sync/till_site.h"

// The daemon as a process between a real journal, a real broker and a real centre.
namespace counterfoil::sync {
namespace {

class SyncTest : public testing::Test {
  protected:
    // Both sides count the same, and the centre keeps each event once.
    void expect_equal_totals() {
        ASSERT_TRUE(site_.centre().stop().ok());
        const base::SystemClock clock;
        crypto::Random random;
        const auto centre = aggregator::OpenCentre::open(
                                aggregator::CentreFolder(site_.path("centre")), "", clock, random)
                                .value();
        const auto kept = centre->database()
                              .query(
                                  "SELECT events, sales, sales_minor FROM terminal_figures "
                                  "WHERE terminal = 'T01' AND epoch = 1",
                                  {})
                              .value();
        const journal::Totals totals = site_.till().journal().totals().value();
        EXPECT_EQ(kept.integer(0, 0), site_.till().journal().head().seq);
        EXPECT_EQ(kept.integer(0, 1), totals.sales);
        EXPECT_EQ(kept.integer(0, 2), totals.turnover_minor);
    }

    TillSite site_;
};

TEST_F(SyncTest, BringsAJournalHomeAndWhatIsSoldMeanwhile) {
    site_.till().sell(1000, 100);
    site_.start_centre();
    site_.start_sync();
    ASSERT_TRUE(site_.is_receipted(1001)) << site_.log();
    const std::int64_t last = site_.till().sell(3);
    ASSERT_TRUE(site_.is_receipted(last)) << site_.log();
    EXPECT_EQ(site_.stop_sync(), 0) << site_.log();
    expect_equal_totals();
}

}  // namespace
}  // namespace counterfoil::sync
