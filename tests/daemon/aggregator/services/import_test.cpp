#include "daemon/aggregator/services/import.h"

#include <gtest/gtest.h>

#include "daemon/aggregator/ingest/rebuild.h"
#include "daemon/aggregator/services/coupons.h"
#include "daemon/aggregator/services/purchases.h"
#include "daemon/aggregator/services/sign_in.h"
#include "tests/daemon/aggregator/ingest/centre.h"

namespace counterfoil::services {
namespace {

constexpr std::int64_t kBefore = 1'700'000'000'000;

class ImportTest : public testing::Test {
  protected:
    // "" where it was done, else the refusal's code.
    std::string import(ImportPlan plan) {
        std::string code;
        prepare_import(plan, clock_, key_.entropy);
        const base::Status done = own_.within([&]() -> base::Status {
            Desk desk({centre_.database(), own_, clock_, ids_, key_.entropy}, "");
            const auto written = write_import(desk, settings_, plan);
            if (written.ok()) return {};
            code = written.error().code;
            return base::Error(base::Code::refused, code);
        });
        EXPECT_EQ(done.ok(), code.empty()) << (done.ok() ? "" : done.error().line());
        return code;
    }
    static ImportPlan members(std::size_t count) {
        ImportPlan plan;
        for (std::size_t i = 0; i < count; ++i) {
            ImportedCustomer member;
            member.loyalty_id = "M" + std::to_string(i);
            member.name = "Member";
            member.tier = "normal";
            plan.customers.push_back(member);
        }
        return plan;
    }
    Account account(const std::string& loyalty_id) {
        return find_by_loyalty_id(centre_.database(), loyalty_id).value().value();
    }
    std::vector<std::string> differing() {
        ingest::Centre rebuilt;
        EXPECT_TRUE(ingest::project_all(centre_.database(), rebuilt.database()).ok());
        return ingest::differing_tables(centre_.database(), rebuilt.database()).value();
    }

    ingest::Centre centre_;
    test::TestTill key_{99, "centre"};
    base::SettableClock clock_{test::kMorning};
    base::UuidMaker ids_{clock_, key_.entropy};
    Settings settings_;
    ingest::OwnLedger own_ =
        ingest::OwnLedger::open(
            {centre_.database(), key_.key, key_.certificates.front(), clock_, key_.entropy})
            .value();
};

TEST_F(ImportTest, KeepsWhatWasAndWhenItWas) {
    ImportPlan plan = members(2);
    plan.customers[0].points = 150;
    plan.customers[0].spent_minor = 20'000;
    plan.customers[0].visits = 7;
    plan.purchases.push_back({"", 0, 5000, 55, "R1", kBefore});
    plan.purchases.push_back({"", 1, 1000, 11, "", kBefore + 1000});
    plan.coupons.push_back({"", 0, "COUP-2024-001", 1000, kBefore, kBefore + 5000});
    plan.coupons.push_back({"", 0, "COUP-2024-002", 1000, kBefore, {}});
    ASSERT_EQ(import(plan), "");
    const Account first = account("M0");
    EXPECT_EQ(first.points, 150);
    EXPECT_EQ(first.spent_minor, 20'000);
    EXPECT_EQ(first.visits, 7);
    const Account second = account("M1");
    EXPECT_EQ(second.points, 11);
    EXPECT_EQ(second.spent_minor, 1000);
    EXPECT_EQ(second.visits, 1);
    const auto bought = list_purchases(centre_.database(), first.id, 0, 10).value().purchases;
    ASSERT_EQ(bought.size(), 1U);
    EXPECT_EQ(bought.front().at_ms, kBefore);
    EXPECT_EQ(bought.front().points, 55);
    const auto used = find_coupon(centre_.database(), "COUP-2024-001", clock_.now()).value();
    EXPECT_TRUE(used.is_redeemed());
    EXPECT_EQ(used.created_ms, kBefore);
    EXPECT_EQ(used.redeemed_ms, kBefore + 5000);
    EXPECT_FALSE(
        find_coupon(centre_.database(), "COUP-2024-002", clock_.now()).value().is_redeemed());
    EXPECT_EQ(differing(), std::vector<std::string>());
}

TEST_F(ImportTest, AllOfItOrNothing) {
    ASSERT_EQ(import(members(1)), "");
    EXPECT_EQ(import(members(3)), "IMPORT_INVALID");
    EXPECT_EQ(list_customers(centre_.database(), 0, 10, {}).value().total, 1);
    EXPECT_EQ(own_.cursor().seq, 2);
}

TEST_F(ImportTest, WhatStandsThereAlreadyIsToldByItsPlace) {
    ImportPlan plan = members(1);
    plan.customers[0].place = "line 2";
    plan.purchases.push_back({"purchases[0]", 0, 5000, 55, "R1", kBefore});
    plan.coupons.push_back({"coupons[0]", 0, "C1", 1000, kBefore, {}});
    EXPECT_TRUE(check_against(centre_.database(), plan).value().empty());
    ASSERT_EQ(import(plan), "");
    const auto problems = check_against(centre_.database(), plan).value();
    ASSERT_EQ(problems.size(), 3U);
    EXPECT_EQ(problems[0].place, "line 2");
    EXPECT_EQ(problems[1].place, "purchases[0]");
    EXPECT_EQ(problems[2].place, "coupons[0]");
}

// Many share a batch, and each is an event of its own.
TEST_F(ImportTest, ManyAreOneTransactionOfFewBatches) {
    constexpr std::size_t kMembers = 500;
    ASSERT_EQ(import(members(kMembers)), "");
    EXPECT_EQ(own_.cursor().seq, 1 + std::int64_t{kMembers});
    EXPECT_EQ(list_customers(centre_.database(), 0, 1, {}).value().total, std::int64_t{kMembers});
    EXPECT_LE(centre_.count("SELECT count(*) FROM batch"), 20);
    EXPECT_EQ(differing(), std::vector<std::string>());
}

}  // namespace
}  // namespace counterfoil::services
