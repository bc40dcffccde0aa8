#include "daemon/aggregator/ingest/credit.h"

#include <gtest/gtest.h>

namespace counterfoil::ingest {
namespace {

constexpr std::int64_t kStartMs = 1'000'000;

void hear_many(Credit& credit, int terminals, std::int64_t now_ms) {
    for (int i = 0; i < terminals; ++i) credit.hear("T" + std::to_string(i), now_ms);
}

TEST(Credit, IsSharedEvenlyAmongThoseThatWereHeardOf) {
    Credit credit(8000);
    hear_many(credit, 4, kStartMs);
    EXPECT_EQ(credit.share(), 2000);
    hear_many(credit, 4, kStartMs + 1);
    EXPECT_EQ(credit.share(), 2000) << "whoever speaks twice counts once";
    hear_many(credit, 10, kStartMs + 2);
    EXPECT_EQ(credit.share(), 800);
}

TEST(Credit, IsNeverLessThanOneFullBatchNorMoreThanSixteen) {
    Credit credit(8000);
    EXPECT_EQ(credit.share(), 4096);
    credit.hear("T1", kStartMs);
    EXPECT_EQ(credit.share(), 4096);
    hear_many(credit, 1000, kStartMs);
    EXPECT_EQ(credit.share(), 256);
    EXPECT_EQ(Credit(1).share(), 256);
}

TEST(Credit, OfThoseThatAreSilentIsTheOthers) {
    Credit credit(8000);
    hear_many(credit, 8, kStartMs);
    credit.hear("T0", kStartMs + Credit::kSilenceMs - 1);
    credit.hear("T0", kStartMs + Credit::kSilenceMs);
    EXPECT_EQ(credit.share(), 1000) << "they may speak again";
    hear_many(credit, 4, kStartMs + Credit::kSilenceMs + 1);
    EXPECT_EQ(credit.share(), 1000) << "nobody counts twice";
    hear_many(credit, 4, kStartMs + 2 * Credit::kSilenceMs);
    EXPECT_EQ(credit.share(), 2000);
    credit.hear("T0", kStartMs + 9 * Credit::kSilenceMs);
    EXPECT_EQ(credit.share(), 4096) << "after a long silence nobody else is there";
}

}  // namespace
}  // namespace counterfoil::ingest
